package dev.poolmark.clients.micrometer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.poolmark.clients.CallException;
import dev.poolmark.clients.ClientConfig;
import dev.poolmark.clients.PooledHttpClient;
import dev.poolmark.clients.Request;
import dev.poolmark.stub.StubServer;
import dev.poolmark.stub.config.StubConfig;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.net.URI;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.assertj.core.data.Percentage;
import org.junit.jupiter.api.Test;

final class ClientMetersTest {
  @Test
  void theRegistryShowsWhatTheServerCounted() throws Exception {
    SimpleMeterRegistry registry = new SimpleMeterRegistry();
    try (StubServer server = StubServer.start(StubConfig.defaults());
        PooledHttpClient client =
            PooledHttpClient.open("okhttp", ClientConfig.builder().build())) {
      new ClientMeters(client, "search").bindTo(registry);
      for (int i = 0; i < 5; i++) {
        client.execute(Request.get(server.httpUri()));
      }
      URI nobody = URI.create("http://127.0.0.1:1/"); // a port that needs a privilege nobody uses
      assertThatThrownBy(() -> client.execute(Request.get(nobody)))
          .isInstanceOf(CallException.class);

      assertThat(registry
              .get("httpclient.pool.calls")
              .tag("client", "search")
              .functionTimer()
              .count())
          .isEqualTo((double) server.stats().requests() + 1);
      assertThat(registry
              .get("httpclient.pool.calls")
              .functionTimer()
              .totalTime(TimeUnit.MILLISECONDS))
          .isPositive();
      assertThat(counter(registry, "httpclient.pool.calls.succeeded")).isEqualTo(5);
      assertThat(registry
              .get("httpclient.pool.failures")
              .tag("reason", "connect_failed")
              .functionCounter()
              .count())
          .isEqualTo(1);
      assertThat(counter(registry, "httpclient.pool.connections.opened"))
          .isEqualTo((double) server.stats().connections());
      assertThat(gauge(registry, "leased")).isZero();
      assertThat(registry.get("httpclient.pool.pending").gauge().value()).isZero();
      assertThat(registry.get("httpclient.pool.connections.max").gauge().value())
          .isEqualTo(client.metrics().maxConnections());
      for (String times : List.of("call.time", "acquire.wait", "connect.time")) {
        for (String quantile : List.of("0.5", "0.99")) {
          assertThat(registry
                  .get("httpclient.pool." + times)
                  .tag("quantile", quantile)
                  .timeGauge()
                  .value(TimeUnit.SECONDS))
              .as("%s %s", times, quantile)
              .isBetween(0.0, 10.0);
        }
      }
      assertThat(registry
              .get("httpclient.pool.call.time")
              .tag("quantile", "0.99")
              .timeGauge()
              .value(TimeUnit.MICROSECONDS))
          .isCloseTo(
              (double) client.metrics().callTime().p99Micros(), Percentage.withPercentage(1e-9));
    }
  }

  @Test
  void closedConnectionsAreCounted() throws Exception {
    SimpleMeterRegistry registry = new SimpleMeterRegistry();
    try (StubServer server = StubServer.start(StubConfig.defaults())) {
      PooledHttpClient client =
          PooledHttpClient.open("okhttp", ClientConfig.builder().build());
      new ClientMeters(client, "search").bindTo(registry);
      client.execute(Request.get(server.httpUri()));
      assertThat(closed(registry)).isZero();
      client.close();
      assertThat(closed(registry)).isEqualTo((double) server.stats().connections());
      // also keeps the client, of which the registry holds a weak reference only
      assertThat(client.metrics().connections().orElseThrow().closed()).isEqualTo(1);
    }
  }

  @Test
  void aLibraryThatTellsNothingOfItsConnectionsHasNoMetersForThem() {
    SimpleMeterRegistry registry = new SimpleMeterRegistry();
    try (PooledHttpClient client =
        PooledHttpClient.open("jdk", ClientConfig.builder().build())) {
      new ClientMeters(client, "search").bindTo(registry);
      assertThat(registry.find("httpclient.pool.connections.opened").functionCounter())
          .isNull();
      assertThat(gauge(registry, "leased")).isZero();
    }
  }

  private static double counter(SimpleMeterRegistry registry, String name) {
    return registry.get(name).functionCounter().count();
  }

  private static double closed(SimpleMeterRegistry registry) {
    return registry.get("httpclient.pool.connections.closed").functionCounter().count();
  }

  private static double gauge(SimpleMeterRegistry registry, String state) {
    return registry
        .get("httpclient.pool.connections")
        .tag("state", state)
        .gauge()
        .value();
  }
}
