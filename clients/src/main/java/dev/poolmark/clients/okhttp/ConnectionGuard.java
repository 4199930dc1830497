package dev.poolmark.clients.okhttp;

import dev.poolmark.clients.CloseReason;
import dev.poolmark.clients.spi.ConnectionMeter;
import dev.poolmark.clients.spi.Exchange;
import dev.poolmark.clients.spi.MeteredConnection;
import dev.poolmark.clients.spi.MeteredSocket;
import java.io.IOException;
import java.net.ProtocolException;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.util.Collections;
import java.util.Map;
import java.util.WeakHashMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import okhttp3.Connection;
import okhttp3.Interceptor;
import okhttp3.Protocol;
import okhttp3.Response;
import okhttp3.internal.connection.BufferedSocket;
import okhttp3.internal.connection.RealCall;
import okhttp3.internal.connection.RealConnection;
import okhttp3.internal.http.ExchangeCodec;
import okhttp3.internal.http.RealInterceptorChain;
import okio.BufferedSource;
import org.jspecify.annotations.Nullable;

/**
 * Keeps for each connection the promises that OkHttp does not keep, some with the help of its internals. Thread-safe.
 *
 * <ul>
 *   <li>HTTP/1.1: bytes that no call asked for, which OkHttp would take for the next call's response: no request is sent
 *       on their connection (RFC 9112, section 9.2).
 *   <li>HTTP/1.1: a head beyond OkHttp's own limit, which it reports as the end of the connection.
 *   <li>A connection past its maximum age is retired with its next call, so that it never fails one.
 *   <li>One that is unfit for another reason takes no more calls.
 *   <li>The status is hidden from OkHttp, which would follow it up: send the request again, or fail the call.
 * </ul>
 */
final class ConnectionGuard implements Interceptor {
  private static final int OK = 200;
  private static final int UNKNOWN_LENGTH = -1;
  private static final Pattern NO_LINE = Pattern.compile("\\\\n not found: limit=(\\d+) ");

  /** OkHttp's limit on the size of a head is exceeded. */
  static final class HeadTooLargeException extends IOException {
    private static final long serialVersionUID = 1;

    HeadTooLargeException(Throwable cause) {
      super("the response's header fields have more than 262144 bytes", cause);
    }
  }

  /**
   * What is known of a connection.
   *
   * @param metered null if it was closed before its first request
   * @param source what OkHttp reads HTTP/1.1 from; null over HTTP/2
   */
  private record Known(
      @Nullable MeteredConnection metered, @Nullable BufferedSource source) {
    @Nullable
    CloseReason unfit() {
      return metered == null ? null : metered.unfit();
    }

    boolean keep() {
      if (metered != null && source == null) {
        metered.keepAnyway(); // over HTTP/2, OkHttp alone keeps the limit
        return true;
      }
      return metered == null || metered.keep();
    }

    void closing(CloseReason reason) {
      if (metered != null) {
        metered.closing(reason);
      }
    }
  }

  private final Map<Connection, Known> connections =
      Collections.synchronizedMap(new WeakHashMap<>());
  private final ConnectionMeter meter;

  ConnectionGuard(ConnectionMeter meter) {
    this.meter = meter;
  }

  @Override
  public Response intercept(Chain chain) throws IOException {
    RealConnection connection = (RealConnection) chain.connection();
    Exchange exchange = chain.request().tag(Exchange.class);
    Known known = connections.get(connection);
    if (known == null) {
      known = new Known(meter.find(connection.socket()), source(connection, chain));
      connections.put(connection, known);
    } else {
      refuseUnfit(connection, known, exchange);
    }
    exchange.uses(known.metered);
    BufferedSource source = known.source;
    if (source != null && holdsBytes(source, connection.socket())) {
      known.closing(CloseReason.UNASKED_BYTES);
      connection.noNewExchanges();
      connection.cancel();
      exchange.unprocessed();
      throw new SocketException("the server has sent what was not asked for");
    }
    try {
      Response response = chain.proceed(chain.request());
      if (response.socket() != null || response.body().contentLength() < UNKNOWN_LENGTH) {
        throw new ProtocolException( // OkHttp would never close such a connection
            "the response switches protocols unasked, or has a negative length");
      }
      if (exchange.keepAlive(response.header("Keep-Alive")).isZero()
          || known.unfit() != null
          || !known.keep()) {
        connection.noNewExchanges();
      }
      return response.isSuccessful() ? response : response.newBuilder().code(OK).build();
    } catch (IOException e) {
      throw source != null && isTooLarge(e.getCause(), source) ? new HeadTooLargeException(e) : e;
    }
  }

  private void refuseUnfit(RealConnection connection, Known known, Exchange exchange)
      throws IOException {
    CloseReason unfit = known.unfit();
    if (unfit == CloseReason.MAX_LIFETIME) {
      connection.noNewExchanges();
    } else if (unfit != null) {
      retireUnfit();
      exchange.unprocessed();
      String why = "the connection takes no more calls: " + unfit;
      throw unfit == CloseReason.ADDRESS_GONE
          ? new ProtocolException(why) // after another exception, OkHttp would connect there again
          : new SocketException(why);
    }
  }

  /** All at once: else each call would try them one after the other. OkHttp closes those in use after their calls. */
  private void retireUnfit() {
    synchronized (connections) {
      connections.forEach((unfit, known) -> {
        if (known.unfit() != null) {
          RealConnection connection = (RealConnection) unfit;
          synchronized (connection) { // OkHttp's lock, with which a call takes the connection
            connection.noNewExchanges();
            if (connection.getCalls().isEmpty()) {
              connection.cancel();
            }
          }
        }
      });
    }
  }

  private static @Nullable BufferedSource source(RealConnection connection, Chain chain)
      throws SocketException {
    if (connection.protocol() == Protocol.HTTP_2) {
      return null;
    }
    ExchangeCodec codec = connection.newCodec$okhttp(
        ((RealCall) chain.call()).getClient(), (RealInterceptorChain) chain);
    return ((BufferedSocket) codec.getSocket()).getSource();
  }

  private static boolean holdsBytes(BufferedSource source, Socket socket) throws IOException {
    if (source.getBuffer().size() > 0) {
      return true;
    }
    if (socket instanceof MeteredSocket plain) {
      return plain.holdsBytes();
    }
    int timeout = socket.getSoTimeout();
    try {
      socket.setSoTimeout(MeteredSocket.NO_WAIT);
      return !source.exhausted();
    } catch (SocketTimeoutException silent) {
      return false;
    } finally {
      socket.setSoTimeout(timeout);
    }
  }

  /** Whether there is more than the limit within which no line ended; at the end of a connection, there is not. */
  private static boolean isTooLarge(@Nullable Throwable cause, BufferedSource source) {
    Matcher words = NO_LINE.matcher(cause == null ? "" : String.valueOf(cause.getMessage()));
    return words.lookingAt() && source.getBuffer().size() > Long.parseLong(words.group(1));
  }
}
