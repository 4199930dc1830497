package dev.poolmark.clients.spi;

import dev.poolmark.clients.CallException;
import dev.poolmark.clients.CallTimeoutException;
import dev.poolmark.clients.ClientConfig;
import dev.poolmark.clients.Failure;
import dev.poolmark.clients.Request;
import java.io.EOFException;
import java.io.IOException;
import java.net.BindException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.nio.channels.ClosedChannelException;
import java.time.Duration;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/** Why a call failed, as Java's own exceptions say, and what a caller gets for it. Stateless. */
final class FailureReasons {
  private static final int MAX_CAUSES = 10;

  /** The last two mean that the peer's system has vanished: a failed connect has exceptions of its own. */
  private static final Set<String> BROKEN =
      Set.of("Broken pipe", "Connection reset by peer", "Connection timed out", "No route to host");

  private FailureReasons() {}

  /**
   * The reason that Java's exceptions give, wherever in the chain of causes they are: libraries wrap what Java throws,
   * and TLS does too.
   */
  static Failure of(Throwable failure) {
    boolean tls = false;
    Throwable e = failure;
    for (int depth = 0; e != null && depth < MAX_CAUSES; depth++) {
      if (isConnectFailure(e)) {
        return Failure.CONNECT_FAILED;
      }
      if (isClosedConnection(e, tls)) {
        return Failure.CONNECTION_CLOSED;
      }
      tls |= e instanceof SSLException;
      e = e.getCause();
    }
    return tls ? Failure.TLS : Failure.OTHER;
  }

  /** Whether a timeout of a socket or of a library is among the causes. */
  static boolean isTimeout(Throwable failure) {
    Throwable e = failure;
    for (int depth = 0; e != null && depth < MAX_CAUSES; depth++) {
      if (e instanceof SocketTimeoutException || e instanceof TimeoutException) {
        return true;
      }
      e = e.getCause();
    }
    return false;
  }

  private static boolean isConnectFailure(Throwable e) {
    return e instanceof ConnectException
        || e instanceof UnknownHostException
        || e instanceof NoRouteToHostException
        || e instanceof BindException // no local port is free
        || (e instanceof SocketException && "Network is unreachable".equals(e.getMessage()));
  }

  /**
   * Whether the connection ended under the call.
   *
   * @param tls whether a failure of TLS was caused by this one: then the transport failed, and Java's channels throw no
   *     better than IOException when the server has gone
   */
  private static boolean isClosedConnection(Throwable e, boolean tls) {
    if (e instanceof SSLException) {
      return String.valueOf(e.getMessage()).startsWith("closing inbound before receiving");
    }
    return e instanceof SocketException
        || e instanceof EOFException
        || e instanceof ClosedChannelException
        || (e instanceof IOException && (tls || isBroken(e.getMessage())));
  }

  /** The words of the system's error, which Java's channels throw as a plain IOException. */
  private static boolean isBroken(@Nullable String message) {
    return message != null && BROKEN.contains(message);
  }

  /** What a caller gets for the reason, in words. */
  static CallException exception(
      Failure reason,
      ClientConfig config,
      Request request,
      Duration waited,
      @Nullable Throwable cause) {
    if (reason.isTimeout()) {
      return new CallTimeoutException(reason, config, request, waited, cause);
    }
    String circumstance = switch (reason) {
      case TOO_MANY_WAITERS ->
        "maxWaiters of " + config.maxWaiters() + " calls wait for a connection already";
      case CONNECT_FAILED -> "no connection can be made: " + cause;
      case TLS -> "the TLS handshake failed: " + cause;
      case CONNECTION_CLOSED -> "the connection was closed before the response was whole: " + cause;
      case CANCELLED -> "the call was cancelled";
      case CLIENT_CLOSED -> "the client was closed";
      case RESPONSE_TOO_LARGE -> Objects.requireNonNull(cause).getMessage();
      default -> "the call failed: " + cause;
    };
    return new CallException(
        reason, request, circumstance + ", after " + waited.toMillis() + " ms", cause);
  }
}
