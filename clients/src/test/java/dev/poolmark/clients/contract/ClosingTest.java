package dev.poolmark.clients.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.poolmark.clients.ClientMetrics;
import dev.poolmark.clients.Clients;
import dev.poolmark.clients.Failure;
import dev.poolmark.clients.PooledHttpClient;
import dev.poolmark.clients.Request;
import dev.poolmark.clients.Response;
import dev.poolmark.clients.Reuse;
import dev.poolmark.stub.StubServer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.LockSupport;

/** What is left of a client that is closed: no call, no connection, no thread. */
final class ClosingTest extends Contract {
  private static final long SEED = 20261126;

  @Promise
  void aClosedClientRefusesCalls(String name, Endpoint endpoint) throws Exception {
    StubServer server = server(endpoint);
    Request request = Request.get(endpoint.uri(server));
    String message = "client " + name + " is closed";
    for (Reuse reuse : endpoint.reuses()) {
      PooledHttpClient client = client(name, endpoint.config().reuse(reuse));
      get(client, endpoint.uri(server), 1);
      assertThat(client.metrics().isHealthy()).isTrue();
      client.close();
      client.close();
      assertThat(client.metrics().isHealthy()).isFalse();
      assertThatIllegalStateException()
          .isThrownBy(() -> client.execute(request))
          .withMessage(message);
      assertThatThrownBy(client.executeAsync(request)::get)
          .cause()
          .isInstanceOf(IllegalStateException.class)
          .hasMessage(message);
      assertThat(client.metrics().calls()).isEqualTo(1);
    }
    assertThat(server.stats().requests()).isEqualTo(endpoint.reuses().size());
  }

  @Promise
  void everyCallUnderWayEndsAsClosed(String name, Endpoint endpoint) throws Exception {
    StubServer server = server(endpoint, SLOW);
    PooledHttpClient client = client(name, endpoint.config());
    List<CompletableFuture<Response>> calls = beginBothWays(client, endpoint, server);
    awaitInFlight(server, 2);
    closeAndAssertEnded(client, calls, Request.get(endpoint.uri(server)));
    awaitOpen(server, 0);
  }

  @Promise
  void everyCallThatWaitsEndsAsClosed(String name, Endpoint endpoint) throws Exception {
    StubServer server = server(endpoint, SLOW);
    PooledHttpClient client = client(name, endpoint.config().maxConnections(1));
    List<CompletableFuture<Response>> calls =
        new ArrayList<>(begin(client, endpoint.uri(server), 1));
    awaitInFlight(server, 1);
    calls.addAll(beginBothWays(client, endpoint, server));
    Clients.eventually("two wait", () -> client.metrics().pending() == 2);
    closeAndAssertEnded(client, calls, Request.get(endpoint.uri(server)));
    awaitOpen(server, 0);
    assertThat(server.stats().requests()).isEqualTo(1);
  }

  /** One call on a thread that blocks, and one that no thread waits for. */
  private static List<CompletableFuture<Response>> beginBothWays(
      PooledHttpClient client, Endpoint endpoint, StubServer server) {
    Request request = Request.get(endpoint.uri(server));
    CompletableFuture<Response> blocking = new CompletableFuture<>();
    Thread thread = new Thread(
        () -> {
          try {
            blocking.complete(client.execute(request));
          } catch (Throwable e) {
            blocking.completeExceptionally(e);
          }
        },
        "stub-caller");
    thread.setDaemon(true);
    thread.start();
    return List.of(blocking, client.executeAsync(request));
  }

  private static void closeAndAssertEnded(
      PooledHttpClient client, List<CompletableFuture<Response>> calls, Request request) {
    client.close();
    assertThat(client.metrics().pending()).isZero();
    for (CompletableFuture<Response> call : calls) {
      assertFails(call, request, Failure.CLIENT_CLOSED);
    }
    awaitNoLease(client);
    ClientMetrics metrics = client.metrics();
    assertThat(metrics.calls()).isEqualTo(calls.size());
    assertThat(metrics.failures()).isEqualTo(Map.of(Failure.CLIENT_CLOSED, (long) calls.size()));
  }

  /** That a library opens one more connection meanwhile does no harm, if it does not stay open. */
  @Promise
  void closingWhileARequestIsSentLeavesNoConnection(String name, Endpoint endpoint)
      throws Exception {
    StubServer server = server(endpoint, Duration.ofMillis(20));
    Request request = Request.get(endpoint.uri(server));
    for (int i = 0; i < 5; i++) {
      PooledHttpClient client = client(name, endpoint.config());
      get(client, endpoint.uri(server), 1);
      CompletableFuture<Response> held = client.executeAsync(request);
      Clients.eventually(
          "the request is sent", () -> server.stats().requestsInFlight() == 1 || held.isDone());
      client.close();
      Clients.eventually("the call has ended", held::isDone);
      awaitOpen(server, 0);
    }
  }

  /** Some libraries forget a connection that is being made at the moment in which they stop. */
  @Promise
  void closingWhileConnectingLeavesNoConnection(String name, Endpoint endpoint) throws Exception {
    Random random = new Random(SEED);
    StubServer server = server(endpoint);
    for (int i = 0; i < 15; i++) {
      PooledHttpClient client = client(name, endpoint.config());
      List<CompletableFuture<Response>> calls = begin(client, endpoint.uri(server), 4);
      LockSupport.parkNanos(random.nextInt(1_000_000));
      client.close();
      Clients.eventually(
          "the calls have ended", () -> calls.stream().allMatch(CompletableFuture::isDone));
      awaitNoLease(client);
      Clients.eventually(
          "the client counts no connection",
          () -> client.metrics().connections().stream().allMatch(c -> c.open() == 0));
    }
    Clients.eventually("the server counts none", () -> server.stats().openConnections() == 0);
  }

  @Promise
  void closeLeavesNoConnectionAndNoThread(String name, Endpoint endpoint) throws Exception {
    StubServer server = server(endpoint, Duration.ofMillis(20));
    useAndClose(name, endpoint, server);
    // Libraries start threads that all their clients share, some when the first ones are busy.
    // These have an end; a client that leaves threads of its own behind does so each time.
    Set<Thread> left = Set.of();
    for (int client = 0; client == 0 || (client < 5 && !left.isEmpty()); client++) {
      Set<Thread> before = new HashSet<>(threads());
      useAndClose(name, endpoint, server);
      Clients.within(Duration.ofSeconds(8), () -> collected(before.containsAll(threads())));
      left = new HashSet<>(threads());
      left.removeAll(before);
    }
    assertThat(left).as("left by each of five clients").isEmpty();
  }

  private static void useAndClose(String name, Endpoint endpoint, StubServer server)
      throws Exception {
    try (PooledHttpClient client = PooledHttpClient.open(name, endpoint.config().build())) {
      get(client, endpoint.uri(server), 1);
      getTogether(client, endpoint.uri(server), 4, 2);
      assertThat(server.stats().openConnections()).isEqualTo(endpoint.connectionsFor(4));
    }
    Clients.eventually(
        "its connections are closed", () -> collected(server.stats().openConnections() == 0));
  }

  /** Before JDK 21 the JDK's client ends only when it is collected. */
  private static boolean collected(boolean condition) {
    if (!condition) {
      System.gc();
    }
    return condition;
  }

  private static List<Thread> threads() {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(thread -> !thread.getName().startsWith("stub"))
        .toList();
  }
}
