package dev.poolmark.clients.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.poolmark.clients.Clients;
import dev.poolmark.clients.PooledHttpClient;
import dev.poolmark.clients.Request;
import dev.poolmark.clients.resilience.WarmPool;
import dev.poolmark.stub.StubServer;
import java.time.Duration;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** Connections that are opened ahead of calls. */
@Execution(ExecutionMode.CONCURRENT)
final class WarmPoolTest extends Contract {
  private static final int WARM = 3;
  private static final Duration PERIOD = Duration.ofMillis(100);
  private static final Duration SERVICE_TIME = Duration.ofMillis(100); // for the probes to overlap

  @Promise
  void callsFindConnectionsThatAreOpen(String name, Endpoint endpoint) throws Exception {
    StubServer server = server(endpoint, SERVICE_TIME);
    PooledHttpClient client = client(name, endpoint.config());
    Request probe = Request.get(endpoint.uri(server));
    try (WarmPool pool = WarmPool.start(client, probe, WARM, Duration.ofMinutes(1))) {
      Clients.eventually("all are open", () -> {
        pool.round().join();
        return server.stats().openConnections() >= endpoint.connectionsFor(WARM);
      });
    }
    server.resetStats();
    getTogether(client, endpoint.uri(server), WARM, 1);
    assertThat(server.stats().connections()).isZero();
  }

  @Promise
  void connectionsThatTheServerClosesAreReplaced(String name, Endpoint endpoint) throws Exception {
    StubServer server = server(endpoint, SERVICE_TIME);
    PooledHttpClient client = client(name, endpoint.config());
    Request probe = Request.get(endpoint.uri(server));
    closing(WarmPool.start(client, probe, WARM, PERIOD));
    int open = endpoint.connectionsFor(WARM);
    Clients.eventually("all are open", () -> server.stats().openConnections() >= open);
    server.closeConnections();
    Clients.eventually(
        "they are replaced",
        () ->
            server.stats().connections() >= 2L * open && server.stats().openConnections() >= open);
  }

  @Promise(Endpoint.PLAIN)
  void aFailedProbeIsMadeAgain(String name, Endpoint endpoint) throws Exception {
    PooledHttpClient client = client(name, endpoint.config());
    Request probe = Request.get(endpoint.uri(refusingPort()));
    closing(WarmPool.start(client, probe, WARM, PERIOD));
    Clients.eventually("two rounds", () -> client.metrics().failed() >= 2 * WARM);
  }

  @Promise(Endpoint.PLAIN)
  void boundsThatContradictAreRefused(String name, Endpoint endpoint) {
    PooledHttpClient client = client(name, endpoint.config());
    Request probe = Request.get(endpoint.uri(80));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> WarmPool.start(client, probe, 5, PERIOD))
        .withMessage("minIdleConnections must be from 1 to maxConnections, 4: 5");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> WarmPool.start(client, probe, 1, Duration.ZERO))
        .withMessage("period must be >= PT0.01S: PT0S");
  }
}
