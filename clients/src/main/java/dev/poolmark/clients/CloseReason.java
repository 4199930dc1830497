package dev.poolmark.clients;

/** Why a connection was closed. */
public enum CloseReason {
  /** It was idle for {@code idleTimeout}, or for as long as the server keeps it. */
  IDLE_TIMEOUT,
  /** It had reached its {@code maxLifetime}. */
  MAX_LIFETIME,
  /** As many connections as {@code maxIdleConnections} were idle, or one was enough over HTTP/2. */
  IDLE_LIMIT,
  /** Its host no longer has its address. */
  ADDRESS_GONE,
  /** A call got no byte for its whole {@code readTimeout}, on it or, while it was idle, on another one to its address. */
  SILENT,
  /** Bytes came that no call had asked for. */
  UNASKED_BYTES,
  /** Its call ended without a whole response, though the server had not closed it. */
  CALL_FAILED,
  /** The server closed it, or asked for that. */
  SERVER_CLOSED,
  /** It was closed before its first request: its call ended meanwhile, or the handshake failed. */
  UNUSED,
  /** {@code reuse} is not {@code pooled}. */
  NOT_REUSED,
  /** The client was closed. */
  CLIENT_CLOSED
}
