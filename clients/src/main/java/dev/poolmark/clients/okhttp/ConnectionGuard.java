package dev.poolmark.clients.okhttp;

import dev.poolmark.clients.ClientConfig;
import dev.poolmark.clients.spi.Addresses;
import dev.poolmark.clients.spi.Exchange;
import dev.poolmark.clients.spi.Lifetime;
import dev.poolmark.clients.spi.MeteredSocket;
import java.io.IOException;
import java.net.ProtocolException;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.time.Duration;
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
 *   <li>HTTP/1.1: a connection that was idle for longer than the server keeps it carries no request.
 *   <li>A connection past its maximum age is retired with its next call, so that it never fails one.
 *   <li>A connection to an address that its host no longer has takes no more calls.
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

  /** What is known of a connection. */
  private static final class Known {
    final long firstUseNanos = System.nanoTime();
    /** What OkHttp reads HTTP/1.1 from. */
    final @Nullable BufferedSource source;
    /** Until when the server keeps the connection. */
    volatile long keptUntilNanos = firstUseNanos + Long.MAX_VALUE / 2;

    final long maxAgeNanos;

    Known(@Nullable BufferedSource source, long maxAgeNanos) {
      this.source = source;
      this.maxAgeNanos = maxAgeNanos;
    }
  }

  private final Map<Connection, Known> connections =
      Collections.synchronizedMap(new WeakHashMap<>());
  private final ClientConfig config;
  private final Addresses addresses;

  ConnectionGuard(ClientConfig config, Addresses addresses) {
    this.config = config;
    this.addresses = addresses;
  }

  @Override
  public Response intercept(Chain chain) throws IOException {
    RealConnection connection = (RealConnection) chain.connection();
    Exchange exchange = chain.request().tag(Exchange.class);
    long now = System.nanoTime();
    Known known = connections.get(connection);
    if (known == null) {
      known = new Known(source(connection, chain), Lifetime.nanos(config, connection));
      connections.put(connection, known);
    } else if (now - known.keptUntilNanos >= 0) {
      retireExpired(now);
      exchange.unprocessed();
      throw new SocketException("the server keeps the connection no longer");
    } else if (isGone(connection)) {
      retireGone();
      exchange.unprocessed();
      throw new ProtocolException( // after another exception, OkHttp would connect there again
          "the host no longer has the connection's address");
    } else if (now - known.firstUseNanos >= known.maxAgeNanos) {
      connection.noNewExchanges();
    }
    BufferedSource source = known.source;
    if (source != null && holdsBytes(source, connection.socket())) {
      retire(connection);
      exchange.unprocessed();
      throw new SocketException("the server has sent what was not asked for");
    }
    try {
      Response response = chain.proceed(chain.request());
      if (response.socket() != null || response.body().contentLength() < UNKNOWN_LENGTH) {
        throw new ProtocolException( // OkHttp would never close such a connection
            "the response switches protocols unasked, or has a negative length");
      }
      keep(connection, known, exchange.keepAlive(response.header("Keep-Alive")));
      return response.isSuccessful() ? response : response.newBuilder().code(OK).build();
    } catch (IOException e) {
      throw source != null && isTooLarge(e.getCause(), source) ? new HeadTooLargeException(e) : e;
    }
  }

  private void keep(RealConnection connection, Known known, Duration keepAlive) {
    known.keptUntilNanos = System.nanoTime() + keepAlive.toNanos();
    if (keepAlive.isZero() || isGone(connection)) {
      connection.noNewExchanges();
    }
  }

  /** All at once: else each call would try them one after the other. */
  private void retireExpired(long nowNanos) {
    synchronized (connections) {
      connections.forEach((connection, known) -> {
        if (nowNanos - known.keptUntilNanos >= 0) {
          retire((RealConnection) connection);
        }
      });
    }
  }

  private boolean isGone(Connection connection) {
    return addresses.isGone(connection.route().socketAddress());
  }

  /** OkHttp closes those in use after their calls. */
  private void retireGone() {
    synchronized (connections) {
      connections.keySet().stream().filter(this::isGone).forEach(gone -> {
        RealConnection connection = (RealConnection) gone;
        synchronized (connection) { // OkHttp's lock, with which a call takes the connection
          connection.noNewExchanges();
          if (connection.getCalls().isEmpty()) {
            connection.cancel();
          }
        }
      });
    }
  }

  private static void retire(RealConnection connection) {
    connection.noNewExchanges();
    connection.cancel();
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
