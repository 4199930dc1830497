package dev.poolmark.clients.contract;

import static org.assertj.core.api.Assertions.assertThat;

import dev.poolmark.clients.Clients;
import dev.poolmark.clients.PooledHttpClient;
import dev.poolmark.clients.spi.Capability;
import dev.poolmark.stub.StubServer;
import java.time.Duration;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** How long a connection is kept. */
@Execution(ExecutionMode.CONCURRENT)
final class ConnectionAgeTest extends Contract {
  private static final Duration IDLE_TIMEOUT = Duration.ofSeconds(2);

  @Promise
  void anIdleConnectionIsClosedAfterItsTimeout(String name, Endpoint endpoint) throws Exception {
    StubServer server = server(endpoint);
    PooledHttpClient client = client(name, endpoint.config().idleTimeout(IDLE_TIMEOUT));
    get(client, endpoint.uri(server), 2);
    assertThat(server.stats().connections()).isEqualTo(1);
    assertThat(server.stats().openConnections()).isEqualTo(1);
    awaitOpen(server, 0);
    Clients.eventually(
        "counted",
        () -> client.metrics().connections().stream()
            .allMatch(counted -> counted.closed() == 1 && counted.open() == 0));
    get(client, endpoint.uri(server), 1);
    assertThat(server.stats().connections()).isEqualTo(2);
  }

  @Promise(Endpoint.H2)
  void aCallMayTakeLongerThanTheIdleTimeout(String name, Endpoint endpoint) throws Exception {
    StubServer server = server(endpoint, Duration.ofSeconds(3));
    PooledHttpClient client = client(name, endpoint.config().idleTimeout(IDLE_TIMEOUT));
    get(client, endpoint.uri(server), 1);
    assertThat(server.stats().requests()).isEqualTo(1);
  }

  @Promise({Endpoint.PLAIN, Endpoint.TLS})
  void noMoreThanMaxIdleStayOpenAfterABurst(String name, Endpoint endpoint) throws Exception {
    StubServer server = server(endpoint, SLOW);
    PooledHttpClient client =
        client(name, endpoint.config().maxConnections(8).maxIdleConnections(3));
    getTogether(client, endpoint.uri(server), 8, 1);
    assertThat(server.stats().peakConnections()).isEqualTo(8);
    Clients.eventually("at most 3 left", () -> server.stats().openConnections() <= 3);
    server.resetStats();
    get(client, endpoint.uri(server), 3);
    assertThat(server.stats().connections()).as("some were kept").isZero();
  }

  @Promise
  void anOldConnectionIsReplaced(String name, Endpoint endpoint) throws Exception {
    assumeSupport(name, Capability.MAX_LIFETIME);
    StubServer server = server(endpoint);
    Duration lifetime = Duration.ofMillis(500);
    PooledHttpClient client = client(name, endpoint.config().maxLifetime(lifetime));
    get(client, endpoint.uri(server), 1);
    Thread.sleep(lifetime.toMillis() + 100); // a connection ages by no other means
    get(client, endpoint.uri(server), 2);
    assertThat(server.stats().connections()).isEqualTo(2);
    awaitOpen(server, 1);
  }
}
