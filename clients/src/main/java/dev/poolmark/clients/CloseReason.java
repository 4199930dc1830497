package dev.poolmark.clients;

/**
 * Why a connection ended, as far as it can be told exactly, and in the same way, in every library. Finer reasons cannot:
 * a client that blocks meets the server's close only with the next call or when it evicts, others at once; and on TLS
 * some never see the end of the TCP stream, because the notice before it made them close.
 */
public enum CloseReason {
  /**
   * It ended while the client was in service: the server closed it, the pool had kept it long enough, its call failed or
   * was given up, or there is no reuse. Each of these costs a later call a new connection.
   */
  TURNOVER,

  /** Its end was noticed after {@link PooledHttpClient#close()} had begun, whether a call held it or none. */
  SHUTDOWN
}
