package dev.poolmark.clients.contract;

import static org.assertj.core.api.Assertions.assertThat;

import dev.poolmark.clients.Clients;
import dev.poolmark.clients.Failure;
import dev.poolmark.clients.PooledHttpClient;
import dev.poolmark.clients.Request;
import dev.poolmark.clients.Response;
import dev.poolmark.stub.StubServer;
import dev.poolmark.stub.config.Fault;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/** Calls that no thread waits for, and how they are cancelled. */
final class AsyncTest extends Contract {
  @Promise
  void asynchronousCallsShareThePool(String name, Endpoint endpoint) throws Exception {
    StubServer server = server(endpoint, Duration.ofMillis(5));
    PooledHttpClient client = client(name, endpoint.config());
    get(client, endpoint.uri(server), 1);
    for (CompletableFuture<Response> call : begin(client, endpoint.uri(server), CALLS)) {
      assertThat(call.get().body()).isEqualTo(Clients.pattern(2048));
    }
    assertThat(server.stats().requests()).isEqualTo(1 + CALLS);
    assertThat(server.stats().connections()).isEqualTo(endpoint.connectionsFor(4));
    assertThat(server.stats().peakRequestsInFlight()).isEqualTo(4);
  }

  @Promise
  void cancellingACallFreesItsConnection(String name, Endpoint endpoint) throws Exception {
    StubServer server = server(endpoint, SLOW);
    PooledHttpClient client = client(name, endpoint.config().maxConnections(2));
    List<CompletableFuture<Response>> calls = begin(client, endpoint.uri(server), 4);
    awaitInFlight(server, 2);
    for (int i = calls.size() - 1; i >= 0; i--) { // those that wait first, or they would get leases
      assertThat(calls.get(i).cancel(true)).isTrue();
    }
    awaitNoLease(client);
    get(client, endpoint.uri(server), 1);
    assertThat(client.metrics().failures()).isEqualTo(Map.of(Failure.CANCELLED, 4L));
    assertThat(server.stats().requests()).isEqualTo(3);
    awaitOpen(server, 1);
  }

  @Promise({Endpoint.PLAIN, Endpoint.TLS})
  void cancellingACallOnAUsedConnectionFreesIt(String name, Endpoint endpoint) throws Exception {
    Fault stall = new Fault(Fault.Kind.STALL, new Fault.Nth(2));
    StubServer server = server(endpoint.stub().withFaults(List.of(stall)));
    PooledHttpClient client = client(name, endpoint.config().maxConnections(1));
    get(client, endpoint.uri(server), 1);
    CompletableFuture<Response> stalled = client.executeAsync(Request.get(endpoint.uri(server)));
    Clients.eventually("the server stalls", () -> server.stats().requests() == 2);
    assertThat(stalled.cancel(true)).isTrue();
    awaitNoLease(client);
    get(client, endpoint.uri(server), 1);
    assertThat(server.stats().connections()).isEqualTo(2);
  }

  @Promise(Endpoint.H2)
  void cancellingACallLeavesTheOthersAlone(String name, Endpoint endpoint) throws Exception {
    StubServer server = server(endpoint, Duration.ofSeconds(1));
    PooledHttpClient client = client(name, endpoint.config());
    get(client, endpoint.uri(server), 1);
    List<CompletableFuture<Response>> calls = begin(client, endpoint.uri(server), 4);
    awaitInFlight(server, 4);
    assertThat(calls.get(0).cancel(true)).isTrue();
    Clients.eventually("its lease is free", () -> client.metrics().leased() == 3);
    assertSucceed(calls.subList(1, 4));
    awaitNoLease(client);
    assertThat(client.metrics().failures()).isEqualTo(Map.of(Failure.CANCELLED, 1L));
    assertThat(server.stats().connections()).isEqualTo(1);
    get(client, endpoint.uri(server), 1);
    awaitOpen(server, 1);
  }
}
