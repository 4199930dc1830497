package dev.poolmark.clients.spi;

/** A transport that makes an exchange on the thread that waits for it. Thread-safe. */
public interface BlockingTransport extends Transport {
  /**
   * Sends the request, tells the exchange the response, and returns when the connection is back in the pool or closed.
   *
   * @throws Exception if there is no whole response
   */
  void exchange(Exchange exchange) throws Exception;

  /** For calls that no thread waits for: on a thread of the core, unless the library knows better. */
  @Override
  default void send(Exchange exchange) throws Exception {
    exchange.runElsewhere(this);
  }
}
