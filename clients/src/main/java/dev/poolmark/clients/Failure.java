package dev.poolmark.clients;

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
  /** The response's header fields or its body are larger than {@code maxResponseHeaderBytes} or {@code maxResponseBytes}. */
  RESPONSE_TOO_LARGE,
  /** The circuit breaker of the endpoint is open; nothing was sent. */
  BREAKER_OPEN,
  /** The caller gave up: its thread was interrupted, or its future cancelled. */
  CANCELLED,
  /** The client was closed before the call ended. */
  CLIENT_CLOSED,
  /** Anything else, such as a response that is not HTTP; the cause says what. */
  OTHER;

  /** Whether a limit of time ended the call. */
  public boolean isTimeout() {
    return switch (this) {
      case ACQUIRE_TIMEOUT, CONNECT_TIMEOUT, READ_TIMEOUT, WRITE_TIMEOUT, CALL_TIMEOUT -> true;
      default -> false;
    };
  }
}
