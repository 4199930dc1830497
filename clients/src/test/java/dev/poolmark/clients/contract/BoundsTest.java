package dev.poolmark.clients.contract;

import static org.assertj.core.api.Assertions.assertThat;

import dev.poolmark.clients.CallTimeoutException;
import dev.poolmark.clients.Failure;
import dev.poolmark.clients.PooledHttpClient;
import dev.poolmark.clients.Request;
import dev.poolmark.clients.Response;
import dev.poolmark.clients.Reuse;
import dev.poolmark.stub.StubServer;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** How many calls are under way at once, and what becomes of the others. */
@Execution(ExecutionMode.CONCURRENT)
final class BoundsTest extends Contract {
  private static final int THREADS = 16;

  @Promise
  void moreThreadsThanConnectionsShareThemAll(String name, Endpoint endpoint) throws Exception {
    StubServer server = server(endpoint, Duration.ofMillis(15));
    PooledHttpClient client = client(name, endpoint.config());
    get(client, endpoint.uri(server), 1);
    getTogether(client, endpoint.uri(server), THREADS, 15);
    assertThat(server.stats().requests()).isEqualTo(1 + THREADS * 15);
    assertThat(server.stats().connections()).isEqualTo(endpoint.connectionsFor(4));
    assertThat(server.stats().peakConnections()).isEqualTo(endpoint.connectionsFor(4));
    assertThat(server.stats().peakRequestsInFlight()).isEqualTo(4);
  }

  @Promise({Endpoint.PLAIN, Endpoint.TLS})
  void connectionPerRequestKeepsTheBoundToo(String name, Endpoint endpoint) throws Exception {
    StubServer server = server(endpoint, Duration.ofMillis(10));
    PooledHttpClient client = client(name, endpoint.config().reuse(Reuse.CONNECTION_PER_REQUEST));
    getTogether(client, endpoint.uri(server), THREADS, 15);
    assertThat(server.stats().connections()).isEqualTo(THREADS * 15);
    assertThat(server.stats().peakRequestsInFlight()).isEqualTo(4);
    // The server sees a close a little after the client has closed, so each of the four may still
    // count when its successor does. Without a bound this would be 16.
    assertThat(server.stats().peakConnections()).isLessThanOrEqualTo(2 * 4);
  }

  @Promise
  void noEndpointGetsMoreThanItsShare(String name, Endpoint endpoint) throws Exception {
    StubServer server = server(endpoint, Duration.ofMillis(15));
    PooledHttpClient client = client(name, endpoint.config().maxConnectionsPerEndpoint(2));
    get(client, endpoint.uri(server), 1);
    getTogether(client, endpoint.uri(server), THREADS, 10);
    assertThat(server.stats().requests()).isEqualTo(1 + THREADS * 10);
    assertThat(server.stats().connections()).isEqualTo(endpoint.connectionsFor(2));
    assertThat(server.stats().peakRequestsInFlight()).isEqualTo(2);
  }

  @Promise
  void aSlowEndpointDoesNotTakeTheConnectionsOfAnother(String name, Endpoint endpoint)
      throws Exception {
    StubServer slow = server(endpoint, Duration.ofSeconds(20));
    StubServer quick = server(endpoint);
    PooledHttpClient client =
        client(name, endpoint.config().maxConnectionsPerEndpoint(3).maxIdleConnections(2));
    List<CompletableFuture<Response>> stuck = begin(client, endpoint.uri(slow), 20);
    awaitInFlight(slow, 3);
    get(client, endpoint.uri(quick), 50);
    assertThat(quick.stats().requests()).isEqualTo(50);
    assertThat(slow.stats().peakRequestsInFlight()).isEqualTo(3);
    assertThat(client.metrics().pending()).isEqualTo(17);
    cancel(client, stuck);
    assertThat(slow.stats().requests()).isEqualTo(3);
  }

  @Promise
  void waitingTooLongForAConnectionFailsAndHarmsNobody(String name, Endpoint endpoint)
      throws Exception {
    StubServer slow = server(endpoint, Duration.ofSeconds(20));
    StubServer quick = server(endpoint);
    Duration limit = Duration.ofMillis(100);
    PooledHttpClient client =
        client(name, endpoint.config().maxConnections(2).acquireTimeout(limit));
    List<CompletableFuture<Response>> holders = begin(client, endpoint.uri(slow), 2);
    awaitInFlight(slow, 2);
    CallTimeoutException timeout =
        (CallTimeoutException) failureOf(client, Request.get(endpoint.uri(quick)));
    assertThat(timeout.failure()).isEqualTo(Failure.ACQUIRE_TIMEOUT);
    assertThat(timeout.setting()).isEqualTo("acquireTimeout");
    assertThat(timeout)
        .hasMessageContaining("acquireTimeout of 100 ms passed: no connection became free");
    assertThat(timeout.limit()).isEqualTo(limit);
    assertThat(timeout.waited()).isGreaterThanOrEqualTo(limit);
    assertThat(holders).noneMatch(CompletableFuture::isDone);
    cancel(client, holders);
    get(client, endpoint.uri(quick), 1);
    assertThat(quick.stats().requests()).isEqualTo(1);
    assertThat(slow.stats().requests()).isEqualTo(2);
  }

  @Promise(Endpoint.PLAIN)
  void tooManyWaitersAreTurnedAway(String name, Endpoint endpoint) throws Exception {
    StubServer slow = server(endpoint, Duration.ofSeconds(20));
    StubServer quick = server(endpoint);
    PooledHttpClient client = client(name, endpoint.config().maxConnections(1).maxWaiters(2));
    List<CompletableFuture<Response>> calls = begin(client, endpoint.uri(slow), 3);
    awaitInFlight(slow, 1);
    assertFails(client, Request.get(endpoint.uri(quick)), Failure.TOO_MANY_WAITERS);
    assertThat(calls).noneMatch(CompletableFuture::isDone);
    cancel(client, calls);
    get(client, endpoint.uri(quick), 1);
    assertThat(quick.stats().requests()).isEqualTo(1);
    assertThat(slow.stats().requests()).isEqualTo(1);
  }

  /** Those that wait first, or they would get leases. */
  private static void cancel(PooledHttpClient client, List<CompletableFuture<Response>> calls)
      throws Exception {
    for (int i = calls.size() - 1; i >= 0; i--) {
      calls.get(i).cancel(true);
    }
    awaitNoLease(client);
  }
}
