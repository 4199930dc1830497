package dev.poolmark.clients.spi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.poolmark.clients.CallException;
import dev.poolmark.clients.ClientConfig;
import dev.poolmark.clients.Clients;
import dev.poolmark.clients.Failure;
import dev.poolmark.clients.Headers;
import dev.poolmark.clients.Request;
import dev.poolmark.clients.Response;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;

/** The core with transports that do as a test says. */
final class CoreFixture {
  private CoreFixture() {}

  static final Request A = Request.get(URI.create("http://a/"));
  static final Request B = Request.get(URI.create("http://b/"));
  static final Request POST = Request.post(URI.create("http://a/"), new byte[3]);
  static final Duration BRIEF = Duration.ofMillis(50);

  /** A transport whose exchanges end when the test ends them. */
  static class ManualTransport implements Transport {
    final List<Exchange> exchanges = new CopyOnWriteArrayList<>();

    @Override
    public void send(Exchange exchange) throws Exception {
      exchanges.add(exchange);
    }

    Exchange last() {
      return exchanges.get(exchanges.size() - 1);
    }

    @Override
    public void close() {}
  }

  /** A transport that blocks, and does what the test says. */
  interface Blocking extends BlockingTransport {
    @Override
    default void close() {}
  }

  static TransportClient client(Transport transport, ClientConfig.Builder config) {
    return new TransportClient(
        new ClientProvider() {
          @Override
          public String name() {
            return "test";
          }

          @Override
          public String artifact() {
            return "none";
          }

          @Override
          public Map<Capability, Support> capabilities() {
            return Map.of();
          }

          @Override
          public Transport open(ClientConfig c, ConnectionMeter connections, Addresses addresses) {
            return transport;
          }
        },
        config.build());
  }

  static ClientConfig.Builder config(int total, int perEndpoint) {
    return ClientConfig.builder()
        .maxConnections(total)
        .maxConnectionsPerEndpoint(perEndpoint)
        .maxIdleConnections(1);
  }

  static void answer(Exchange exchange) {
    exchange.head(200, Headers.none());
    exchange.succeeded();
  }

  static void assertNothingIsHeld(TransportClient client, Map<Failure, Long> failures) {
    Clients.eventually("leases are free", () -> client.metrics().leased() == 0);
    assertThat(client.metrics().pending()).isZero();
    assertThat(client.metrics().failures()).isEqualTo(failures);
    assertThat(client.watch().calls()).isEmpty();
  }

  static Failure reason(CompletableFuture<Response> call) {
    return ((CallException) catchThrowable(call::get).getCause()).failure();
  }
}
