package dev.poolmark.clients;

import java.io.EOFException;
import java.io.IOException;
import java.net.BindException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.SocketException;
import java.net.UnknownHostException;
import java.nio.channels.ClosedChannelException;
import javax.net.ssl.SSLException;

/** Why a call ended without a response, the same whichever library made the call. */
public enum Failure {
  /** No connection became free within {@code acquireTimeout}. */
  ACQUIRE_TIMEOUT,
  /** {@code maxWaiters} calls were waiting for a connection already. */
  TOO_MANY_WAITERS,
  /** No TCP connection was made within {@code connectTimeout}. */
  CONNECT_TIMEOUT,
  /** The server cannot be reached: it refuses connections, or its name is unknown. */
  CONNECT_FAILED,
  /** The TLS handshake failed, as when the certificate is not trusted. */
  TLS,
  /** Nothing came for {@code readTimeout}. */
  READ_TIMEOUT,
  /** Nothing could be sent for {@code writeTimeout}. */
  WRITE_TIMEOUT,
  /** The whole call took {@code callTimeout}. */
  CALL_TIMEOUT,
  /** The connection was closed before the response was whole, or in the TLS handshake. */
  CONNECTION_CLOSED,
  /** The circuit breaker of the endpoint is open; nothing was sent. */
  BREAKER_OPEN,
  /** The caller gave up: its thread was interrupted, or its future cancelled. */
  CANCELLED,
  /** Anything else, such as a response that is no HTTP; the cause tells. */
  OTHER;

  private static final int MOST_CAUSES = 10;

  /**
   * The reason that Java's own exceptions tell, wherever in the chain of causes they are: libraries wrap what Java
   * throws, and TLS does too. For what a library's exceptions do not tell better.
   */
  public static Failure of(Throwable failure) {
    boolean tls = false;
    Throwable e = failure;
    for (int depth = 0; e != null && depth < MOST_CAUSES; depth++) {
      if (isConnectFailure(e)) {
        return CONNECT_FAILED;
      }
      if (isClosedConnection(e, tls)) {
        return CONNECTION_CLOSED;
      }
      tls |= e instanceof SSLException;
      e = e.getCause();
    }
    return tls ? TLS : OTHER;
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
   * @param tls whether a failure of TLS was caused by this one; then it is the transport that failed, and Java's
   *     channels throw no better than IOException when the server has gone
   */
  private static boolean isClosedConnection(Throwable e, boolean tls) {
    if (e instanceof SSLException) {
      return String.valueOf(e.getMessage()).startsWith("closing inbound before receiving");
    }
    return e instanceof SocketException
        || e instanceof EOFException
        || e instanceof ClosedChannelException
        || (e instanceof IOException && (tls || "Broken pipe".equals(e.getMessage())));
  }

  /** Whether a limit of time ended the call. */
  public boolean isTimeout() {
    return switch (this) {
      case ACQUIRE_TIMEOUT, CONNECT_TIMEOUT, READ_TIMEOUT, WRITE_TIMEOUT, CALL_TIMEOUT -> true;
      default -> false;
    };
  }
}
