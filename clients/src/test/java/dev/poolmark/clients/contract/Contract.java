package dev.poolmark.clients.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.poolmark.clients.CallException;
import dev.poolmark.clients.CallTimeoutException;
import dev.poolmark.clients.ClientConfig;
import dev.poolmark.clients.ClientMetrics;
import dev.poolmark.clients.Clients;
import dev.poolmark.clients.CloseReason;
import dev.poolmark.clients.Failure;
import dev.poolmark.clients.PooledHttpClient;
import dev.poolmark.clients.RefusingPort;
import dev.poolmark.clients.Request;
import dev.poolmark.clients.Response;
import dev.poolmark.clients.spi.Capability;
import dev.poolmark.stub.StubServer;
import dev.poolmark.stub.config.StubConfig;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayNameGeneration;

/**
 * Opens servers and clients for a test, and closes them after it. Each subclass holds the promises of one theme, as
 * methods with {@link Promise}; a client enters all of them by being registered. The oracle is what the server counted.
 */
@DisplayNameGeneration(Sentences.class)
abstract class Contract {
  static final int CALLS = 40;

  /** Longer than the tests' timeouts. No longer, because a busy stub server sees a close only once it has answered. */
  static final Duration SLOW = Duration.ofMillis(500);

  /** A timeout that a call runs into within {@link #SLOW}. */
  static final Duration SHORT = Duration.ofMillis(200);

  private final List<AutoCloseable> opened = new ArrayList<>();

  @AfterEach
  void closeAll() throws Exception {
    for (int i = opened.size() - 1; i >= 0; i--) {
      opened.get(i).close();
    }
  }

  /** Has this closed after the test. */
  final <T extends AutoCloseable> T closing(T resource) {
    opened.add(resource);
    return resource;
  }

  final StubServer server(StubConfig config) throws IOException {
    return closing(StubServer.start(config));
  }

  final StubServer server(Endpoint endpoint) throws IOException {
    return server(endpoint.stub());
  }

  final StubServer server(Endpoint endpoint, Duration serviceTime) throws IOException {
    return server(endpoint.stub().withServiceTime(serviceTime));
  }

  final RawServer raw(Endpoint endpoint, Script... scripts) throws IOException {
    return closing(new RawServer(endpoint, List.of(scripts)));
  }

  final int refusingPort() throws IOException {
    return closing(new RefusingPort()).number();
  }

  final PooledHttpClient client(String name, ClientConfig.Builder config) {
    return closing(PooledHttpClient.open(name, config.build()));
  }

  /** Skips the test, in words that the report shows, if the client's capabilities say that it cannot. */
  static void assumeSupport(String name, Capability capability) {
    assumeTrue(
        Cells.supports(name, capability),
        () -> "client " + name + " does not support " + capability.label());
  }

  static void get(PooledHttpClient client, URI uri, int times) throws IOException {
    for (int i = 0; i < times; i++) {
      Response response = client.execute(Request.get(uri));
      assertThat(response.status()).isEqualTo(200);
      assertThat(response.body()).isEqualTo(Clients.pattern(2048));
    }
  }

  /** Makes that many calls on each of that many threads, which begin together. */
  static void getTogether(PooledHttpClient client, URI uri, int threads, int times)
      throws Exception {
    Clients.together(threads, () -> {
      get(client, uri, times);
      return null;
    });
  }

  static List<CompletableFuture<Response>> begin(PooledHttpClient client, URI uri, int calls) {
    return Stream.generate(() -> client.executeAsync(Request.get(uri)))
        .limit(calls)
        .toList();
  }

  static void assertSucceed(List<CompletableFuture<Response>> calls) throws Exception {
    for (CompletableFuture<Response> call : calls) {
      assertThat(call.get().status()).isEqualTo(200);
    }
  }

  static void awaitInFlight(StubServer server, int requests) {
    Clients.eventually(
        requests + " in flight", () -> server.stats().requestsInFlight() == requests);
  }

  static void awaitOpen(StubServer server, int connections) {
    Clients.eventually(
        connections + " open", () -> server.stats().openConnections() == connections);
  }

  /** No call holds a lease or waits for one. */
  static void awaitNoLease(PooledHttpClient client) {
    Clients.eventually("no lease is held", () -> client.metrics().leased() == 0);
    assertThat(client.metrics().pending()).isZero();
  }

  /** That many connections are closed, each for this reason; nothing is checked of a client that cannot know. */
  static void awaitClosedFor(PooledHttpClient client, CloseReason reason, long connections) {
    Clients.eventually(
        connections + " closed for " + reason,
        () -> client.metrics().connections().stream()
            .allMatch(counted -> counted.closedFor().equals(Map.of(reason, connections))));
  }

  static ClientMetrics.Connections connections(PooledHttpClient client) {
    return client.metrics().connections().orElseThrow();
  }

  /** What the call throws, which must name the endpoint, and be of the timeouts' type if it is one. */
  static CallException failureOf(PooledHttpClient client, Request request) {
    return checked(
        catchThrowableOfType(CallException.class, () -> client.execute(request)), request);
  }

  /** The same for a call that has begun. */
  static CallException failureOf(CompletableFuture<Response> call, Request request) {
    CompletionException failure = catchThrowableOfType(
        CompletionException.class, () -> call.orTimeout(30, TimeUnit.SECONDS).join());
    assertThat(failure).as("the call must fail").isNotNull();
    assertThat(failure).hasCauseInstanceOf(CallException.class);
    return checked((CallException) failure.getCause(), request);
  }

  private static CallException checked(CallException failure, Request request) {
    assertThat(failure).as("the call must fail").isNotNull();
    assertThat(failure).hasMessageContaining(request.endpoint());
    assertThat(failure.endpoint()).isEqualTo(request.endpoint());
    assertThat(failure instanceof CallTimeoutException)
        .as("%s has a type of its own", failure)
        .isEqualTo(failure.failure().isTimeout());
    return failure;
  }

  static void assertFails(PooledHttpClient client, Request request, Failure expected) {
    CallException failure = failureOf(client, request);
    assertThat(failure.failure()).as(failure.toString()).isEqualTo(expected);
  }

  static void assertFails(CompletableFuture<Response> call, Request request, Failure expected) {
    CallException failure = failureOf(call, request);
    assertThat(failure.failure()).as(failure.toString()).isEqualTo(expected);
  }
}
