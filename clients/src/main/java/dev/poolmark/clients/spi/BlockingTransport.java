package dev.poolmark.clients.spi;

/** A transport that makes each exchange on the caller's thread. Thread-safe. */
public interface BlockingTransport extends Transport {
  /**
   * Sends the request, reports the response to the exchange, and returns once the connection is back in the pool or
   * closed.
   *
   * @throws Exception if the response is not complete
   */
  void exchange(Exchange exchange) throws Exception;

  /** Serves asynchronous calls, by default on a thread of the core. */
  @Override
  default void send(Exchange exchange) throws Exception {
    exchange.runElsewhere(this);
  }
}
