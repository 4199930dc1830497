package dev.poolmark.clients.contract;

import static org.assertj.core.api.Assertions.assertThat;

import dev.poolmark.clients.Clients;
import dev.poolmark.clients.PooledHttpClient;
import dev.poolmark.clients.Request;
import dev.poolmark.clients.Sizing;
import dev.poolmark.stub.StubServer;
import java.net.URI;
import java.time.Duration;

/** A limit that the client finds itself, over real connections. {@code AdaptiveSizingTest} says how good it is. */
final class AdaptiveTest extends Contract {
  private static final int THREADS = 12;
  private static final int MAX = 16;

  @Promise
  void theLimitRisesWithTheLoadAndStaysWithinItsBounds(String name, Endpoint endpoint)
      throws Exception {
    StubServer server = server(endpoint, Duration.ofMillis(5));
    URI uri = endpoint.uri(server);
    PooledHttpClient client =
        client(name, endpoint.config().sizing(Sizing.ADAPTIVE).maxConnections(MAX));
    get(client, uri, 1);
    assertThat(limit(client, uri)).isEqualTo(1);
    Clients.eventually("the limit has risen", () -> {
      try {
        getTogether(client, uri, THREADS, 10);
      } catch (Exception e) {
        throw new AssertionError("every call succeeds", e);
      }
      return limit(client, uri) > 1;
    });
    assertThat(client.metrics().failed()).isZero();
    assertThat(client.metrics().calls()).isEqualTo(server.stats().requests());
    assertThat(server.stats().peakRequestsInFlight()).isBetween(2, THREADS);
    awaitNoLease(client);
  }

  private static int limit(PooledHttpClient client, URI uri) {
    return client.metrics().endpoints().get(Request.get(uri).endpoint()).max();
  }
}
