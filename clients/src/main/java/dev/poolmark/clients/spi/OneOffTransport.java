package dev.poolmark.clients.spi;

import dev.poolmark.clients.ClientConfig;
import dev.poolmark.clients.Reuse;

/**
 * {@link Reuse#CLIENT_PER_REQUEST}: opens a transport for each exchange, and closes it after the response. Thread-safe.
 */
final class OneOffTransport implements BlockingTransport {
  private final ClientProvider provider;
  private final ClientConfig config;
  private final ConnectionMeter meter;
  private final Addresses addresses;

  OneOffTransport(
      ClientProvider provider, ClientConfig config, ConnectionMeter meter, Addresses addresses) {
    this.provider = provider;
    this.config = config.toBuilder().reuse(Reuse.POOLED).build();
    this.meter = meter;
    this.addresses = addresses;
    provider
        .open(this.config, meter, addresses)
        .close(); // so that a bad config or a missing library shows now
  }

  @Override
  public void exchange(Exchange exchange) throws Exception {
    try (Transport transport = provider.open(config, meter, addresses)) {
      if (transport instanceof BlockingTransport blocking) {
        blocking.exchange(exchange);
      } else {
        exchange.through(transport);
      }
    }
  }

  @Override
  public void close() {
    // each transport ends with its exchange
  }
}
