package dev.poolmark.clients.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.poolmark.clients.CallException;
import dev.poolmark.clients.ClientMetrics;
import dev.poolmark.clients.Clients;
import dev.poolmark.clients.Failure;
import dev.poolmark.clients.PooledHttpClient;
import dev.poolmark.clients.Request;
import dev.poolmark.stub.StubServer;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/** However many calls fail, they leave no lease and no connection behind. */
final class LeakTest extends Contract {
  private static final int CALLS = 400;
  private static final int THREADS = 8;

  @Promise
  void hundredsOfFailedCallsLeakNoConnection(String name, Endpoint endpoint) throws Exception {
    StubServer server = server(endpoint, Duration.ofMillis(20));
    RawServer mute = raw(endpoint, Script.insteadOfTls());
    RawServer closing = raw(endpoint, Script.insteadOfTls(Script.close()));
    URI refused = endpoint.uri(refusingPort());
    List<Request> failing = new ArrayList<>();
    for (int i = 0; i < CALLS / THREADS; i++) {
      failing.add(Request.get(i == 0 ? mute.uri() : i % 2 == 0 ? closing.uri() : refused));
    }
    PooledHttpClient client = client(name, endpoint.config().readTimeout(Duration.ofSeconds(1)));
    AtomicInteger failures = new AtomicInteger();
    Clients.together(THREADS, () -> {
      for (Request request : failing) {
        assertThatThrownBy(() -> client.execute(request)).isInstanceOf(CallException.class);
        failures.incrementAndGet();
      }
      return null;
    });
    assertThat(failures).hasValue(CALLS);
    ClientMetrics metrics = client.metrics();
    assertThat(metrics.leased()).isZero();
    assertThat(metrics.pending()).isZero();
    assertThat(metrics.failed()).isEqualTo(CALLS);
    assertThat(metrics.failures())
        .containsOnlyKeys(Failure.CONNECT_FAILED, Failure.CONNECTION_CLOSED, Failure.READ_TIMEOUT);
    Clients.eventually("no connection is left", () -> mute.openConnections() == 0);
    Clients.eventually(
        "the client counts none",
        () -> client.metrics().connections().stream().allMatch(c -> c.open() == 0));
    getTogether(client, endpoint.uri(server), 8, 4);
    assertThat(server.stats().peakRequestsInFlight()).as("all leases are there").isEqualTo(4);
  }
}
