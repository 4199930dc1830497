package dev.poolmark.clients.spi;

import dev.poolmark.clients.Failure;

/**
 * The part of a client that a library does: it makes exchanges and pools connections. The core does the rest: it bounds
 * the connections in use, queues calls, keeps deadlines, resends requests, ends calls and counts them. Thread-safe.
 */
public interface Transport extends AutoCloseable {
  /**
   * Sends the request and returns at once. The transport reports progress to the exchange. Once the connection is back
   * in the pool or closed, it calls {@link Exchange#succeeded()} or {@link Exchange#failed}, also after an abort.
   *
   * @throws Exception ends the exchange like {@link Exchange#failed}
   */
  void send(Exchange exchange) throws Exception;

  /** Why the exchange failed. Override it if the library's own exceptions say more than Java's. */
  default Failure reason(Throwable cause, Exchange exchange) {
    return exchange.reasonOf(cause);
  }

  /** Closes every connection and ends every thread. The core calls this once, after it has ended all calls. */
  @Override
  void close();
}
