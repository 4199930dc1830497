package dev.poolmark.clients.contract;

import static org.assertj.core.api.Assertions.assertThat;

import dev.poolmark.clients.Health;
import dev.poolmark.clients.PooledHttpClient;
import dev.poolmark.clients.Response;
import dev.poolmark.stub.StubServer;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** What a health check finds, and that it never throws. */
final class HealthTest extends Contract {
  private static final Duration LONG = Duration.ofSeconds(20);

  @Promise
  void aHealthCheckTellsWhatItFound(String name, Endpoint endpoint) throws Exception {
    StubServer server = server(endpoint);
    URI uri = endpoint.uri(server);
    PooledHttpClient client = client(name, endpoint.config());
    Health well = client.checkHealth(uri, LONG);
    assertThat(well.healthy()).isTrue();
    assertThat(well.status()).hasValue(200);
    assertThat(well.responseTime()).isPositive();
    assertThat(well.checkedAt()).isBeforeOrEqualTo(Instant.now());
    assertThat(well.problem()).isEmpty();
    Health missing = client.checkHealth(uri.resolve("unknown"), LONG);
    assertThat(missing.healthy()).isFalse();
    assertThat(missing.status()).hasValue(404);
    Health refused = client.checkHealth(endpoint.uri(refusingPort()), LONG);
    assertThat(refused.healthy()).isFalse();
    assertThat(refused.status()).isEmpty();
    assertThat(refused.problem().orElseThrow()).contains("no connection can be made");
    assertThat(server.stats().connections()).isEqualTo(1);
  }

  @Promise
  void aHealthCheckWaitsNoLongerThanItMay(String name, Endpoint endpoint) throws Exception {
    StubServer server = server(endpoint, SLOW);
    PooledHttpClient client = client(name, endpoint.config().maxConnections(1));
    List<CompletableFuture<Response>> holder = begin(client, endpoint.uri(server), 1);
    awaitInFlight(server, 1);
    Health full = client.checkHealth(endpoint.uri(server), Duration.ofMillis(50));
    assertThat(full.healthy()).isFalse();
    assertThat(full.problem()).hasValue("no response within PT0.05S");
    assertThat(client.metrics().pending()).isZero();
    assertSucceed(holder);
    assertThat(server.stats().requests()).isEqualTo(1);
  }

  @Promise
  void aHealthCheckNeverThrows(String name, Endpoint endpoint) throws Exception {
    StubServer server = server(endpoint);
    PooledHttpClient client = client(name, endpoint.config());
    assertThat(client.checkHealth(URI.create("ftp://x"), LONG).healthy()).isFalse();
    client.close();
    Health closed = client.checkHealth(endpoint.uri(server), LONG);
    assertThat(closed.healthy()).isFalse();
    assertThat(closed.problem().orElseThrow()).contains("is closed");
    assertThat(server.stats().requests()).isZero();
  }
}
