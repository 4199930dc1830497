package dev.poolmark.clients.spi;

import dev.poolmark.clients.Failure;

/**
 * A library's part in a client: it makes exchanges, and keeps the connections. Everything else is the core's: the bound
 * on connections, the queue, deadlines, sending again, the end of a call, statistics. Thread-safe.
 */
public interface Transport extends AutoCloseable {
  /**
   * Sends the request and returns at once. The transport tells the exchange its progress, and in the end either {@link
   * Exchange#succeeded()} or {@link Exchange#failed}, also after an abort, once the connection is back in the pool or
   * closed.
   *
   * @throws Exception which ends the exchange like {@link Exchange#failed}
   */
  void send(Exchange exchange) throws Exception;

  /** Why the exchange failed. To be overridden where the library's own exceptions say more than Java's. */
  default Failure reason(Throwable cause, Exchange exchange) {
    return exchange.reasonOf(cause);
  }

  /** Closes every connection and ends every thread. The core calls this once, when it has ended all calls. */
  @Override
  void close();
}
