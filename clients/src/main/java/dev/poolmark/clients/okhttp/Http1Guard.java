package dev.poolmark.clients.okhttp;

import dev.poolmark.clients.spi.Exchange;
import dev.poolmark.clients.spi.MeteredSocket;
import java.io.IOException;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
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
 * Sees what OkHttp does not see of HTTP/1.1, in its buffer, which only its internals show. Stateless.
 *
 * <ul>
 *   <li>Bytes that no call asked for, which OkHttp would take for the next call's response: no request is sent on their
 *       connection (RFC 9112, section 9.2).
 *   <li>A head beyond OkHttp's own limit, which it reports as the end of the connection.
 * </ul>
 */
final class Http1Guard implements Interceptor {
  private static final Pattern NO_LINE = Pattern.compile("\\\\n not found: limit=(\\d+) ");

  /** OkHttp's limit on the size of a head is exceeded. */
  static final class HeadTooLargeException extends IOException {
    private static final long serialVersionUID = 1;

    HeadTooLargeException(Throwable cause) {
      super("the response's header fields have more than 262144 bytes", cause);
    }
  }

  @Override
  public Response intercept(Chain chain) throws IOException {
    RealConnection connection = (RealConnection) chain.connection();
    if (connection.protocol() == Protocol.HTTP_2) {
      return chain.proceed(chain.request());
    }
    BufferedSource source = source(connection, chain);
    if (holdsBytes(source, connection.socket())) {
      connection.noNewExchanges();
      connection.cancel();
      chain.request().tag(Exchange.class).unprocessed();
      throw new SocketException("the server has sent what was not asked for");
    }
    try {
      return chain.proceed(chain.request());
    } catch (IOException e) {
      throw isTooLarge(e.getCause(), source) ? new HeadTooLargeException(e) : e;
    }
  }

  private static BufferedSource source(RealConnection connection, Chain chain)
      throws SocketException {
    ExchangeCodec codec = connection.newCodec$okhttp(
        ((RealCall) chain.call()).getClient(), (RealInterceptorChain) chain);
    return ((BufferedSocket) codec.getSocket()).getSource();
  }

  private static boolean holdsBytes(BufferedSource source, Socket socket) throws IOException {
    if (source.getBuffer().size() > 0) {
      return true;
    }
    if (socket instanceof MeteredSocket) { // without TLS, the system's word costs less
      return socket.getInputStream().available() > 0;
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
