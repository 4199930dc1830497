package dev.poolmark.clients.resilience;

import static dev.poolmark.clients.Clients.eventually;
import static dev.poolmark.clients.resilience.ScriptedServer.BROKEN_OFF;
import static dev.poolmark.clients.resilience.ScriptedServer.SILENCE;
import static dev.poolmark.clients.resilience.ScriptedServer.status;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.poolmark.clients.BreakerState;
import dev.poolmark.clients.CallException;
import dev.poolmark.clients.CallTimeoutException;
import dev.poolmark.clients.ClientConfig;
import dev.poolmark.clients.Failure;
import dev.poolmark.clients.PooledHttpClient;
import dev.poolmark.clients.RefusingPort;
import dev.poolmark.clients.Request;
import dev.poolmark.clients.Response;
import dev.poolmark.stub.StubServer;
import dev.poolmark.stub.config.StubConfig;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;

/** The promises of the decorator, around real clients and against servers that count. */
final class ResilientClientTest {
  private static final Duration MINUTE = Duration.ofMinutes(1);
  private static final Duration MILLI = Duration.ofMillis(1);

  private static final CircuitBreakerConfig NEVER_OPEN =
      new CircuitBreakerConfig(10_000, 10_000, MINUTE, 1);

  private final List<AutoCloseable> open = new ArrayList<>();

  @AfterEach
  void closeAll() throws Exception {
    for (int i = open.size() - 1; i >= 0; i--) {
      open.get(i).close();
    }
  }

  private ScriptedServer server(ScriptedServer.Reply... script) throws IOException {
    ScriptedServer server = new ScriptedServer(script);
    open.add(server);
    return server;
  }

  private static Retry retries(int count) {
    return retries(count, MILLI, false);
  }

  private static Retry retries(int count, Duration backoff, boolean anyMethod) {
    return new Retry(count, 1, backoff, backoff, 0, anyMethod);
  }

  private ResilientClient client(String name, Retry retry, CircuitBreakerConfig breaker) {
    return client(name, ClientConfig.builder(), retry, breaker);
  }

  private ResilientClient client(
      String name, ClientConfig.Builder config, Retry retry, CircuitBreakerConfig breaker) {
    PooledHttpClient inside = PooledHttpClient.open(name, config.build());
    ResilientClient client = ResilientClient.around(inside, config.build(), retry, breaker);
    open.add(client);
    return client;
  }

  private static Failure failureOf(Way way, PooledHttpClient client, Request request) {
    CallException failure =
        catchThrowableOfType(CallException.class, () -> way.call(client, request));
    assertThat(failure).as("the call must fail").isNotNull();
    assertThat(failure).hasMessageContaining(request.endpoint());
    return failure.failure();
  }

  private static int statusOf(Way way, PooledHttpClient client, URI uri) throws IOException {
    return way.call(client, Request.get(uri)).status();
  }

  // Retries

  @EveryWay
  void aGetIsTriedAgainAfterAnOverload(String name, Way way) throws Exception {
    for (int status : new int[] {429, 502, 503, 504}) {
      ScriptedServer server = server(status(status), status(status), status(200));
      ResilientClient client = client(name, retries(3), NEVER_OPEN);
      assertThat(statusOf(way, client, server.uri())).isEqualTo(200);
      assertThat(server.requests()).hasSize(3);
      assertThat(client.metrics().retries()).isEqualTo(2);
    }
  }

  @EveryWay
  void otherStatusesAreFinal(String name, Way way) throws Exception {
    for (int status : new int[] {200, 302, 400, 404, 500, 501}) {
      ScriptedServer server = server(status(status));
      ResilientClient client = client(name, retries(3), NEVER_OPEN);
      assertThat(statusOf(way, client, server.uri())).isEqualTo(status);
      assertThat(server.requests()).hasSize(1);
      assertThat(client.metrics().retries()).isZero();
    }
  }

  @EveryWay
  void theLastResponseIsReturnedWhenNoRetryIsLeft(String name, Way way) throws Exception {
    ScriptedServer server = server(status(502), status(503), status(504), status(429));
    ResilientClient client = client(name, retries(3), NEVER_OPEN);
    assertThat(statusOf(way, client, server.uri())).isEqualTo(429);
    assertThat(server.requests()).hasSize(4);
    assertThat(client.metrics().retries()).isEqualTo(3);
    assertThat(client.metrics().calls()).as("attempts").isEqualTo(4);
  }

  @EveryWay
  void withoutRetriesThereIsOneAttempt(String name, Way way) throws Exception {
    ScriptedServer server = server(status(503));
    assertThat(statusOf(way, client(name, retries(0), NEVER_OPEN), server.uri()))
        .isEqualTo(503);
    assertThat(server.requests()).hasSize(1);
  }

  @EveryWay
  void aGetIsTriedAgainAfterABrokenConnection(String name, Way way) throws Exception {
    ScriptedServer server = server(BROKEN_OFF, BROKEN_OFF, status(200));
    ResilientClient client = client(name, retries(3), NEVER_OPEN);
    assertThat(statusOf(way, client, server.uri())).isEqualTo(200);
    assertThat(server.requests()).hasSize(3);
    assertThat(client.metrics().retries()).isEqualTo(2);
  }

  @EveryWay
  void theLastFailureIsThrownWhenNoRetryIsLeft(String name, Way way) throws Exception {
    ScriptedServer server = server(BROKEN_OFF);
    ResilientClient client = client(name, retries(2), NEVER_OPEN);
    assertThat(failureOf(way, client, Request.get(server.uri())))
        .isEqualTo(Failure.CONNECTION_CLOSED);
    assertThat(server.requests()).hasSize(3);
  }

  @EveryWay
  void aGetIsTriedAgainAfterTheReadTimeout(String name, Way way) throws Exception {
    ScriptedServer server = server(SILENCE, status(200));
    ClientConfig.Builder config = ClientConfig.builder().readTimeout(Duration.ofMillis(200));
    ResilientClient client = client(name, config, retries(3), NEVER_OPEN);
    assertThat(statusOf(way, client, server.uri())).isEqualTo(200);
    assertThat(server.requests()).hasSize(2);
  }

  @EveryWay
  void aPostThatMayHaveBeenReceivedIsNotTriedAgain(String name, Way way) throws Exception {
    ClientConfig.Builder config = ClientConfig.builder().readTimeout(Duration.ofMillis(500));
    ResilientClient client = client(name, config, retries(3), NEVER_OPEN);
    ScriptedServer overloaded = server(status(503));
    assertThat(way.call(client, Request.post(overloaded.uri(), new byte[9])).status())
        .isEqualTo(503);
    assertThat(overloaded.requests()).hasSize(1);
    ScriptedServer silent = server(SILENCE);
    assertThat(failureOf(way, client, Request.post(silent.uri(), new byte[9])))
        .isEqualTo(Failure.READ_TIMEOUT);
    assertThat(silent.requests()).hasSize(1);
    ScriptedServer broken = server(BROKEN_OFF);
    assertThat(failureOf(way, client, Request.post(broken.uri(), new byte[9])))
        .isEqualTo(Failure.CONNECTION_CLOSED);
    assertThat(broken.requests()).hasSize(1);
  }

  @EveryWay
  void aPutIsTriedAgainAsItWas(String name, Way way) throws Exception {
    ScriptedServer server = server(status(503), BROKEN_OFF, status(200));
    ResilientClient client = client(name, retries(3), NEVER_OPEN);
    byte[] body = "the body".getBytes(StandardCharsets.ISO_8859_1);
    assertThat(way.call(client, Request.put(server.uri(), body)).status()).isEqualTo(200);
    assertThat(server.requests()).hasSize(3).allSatisfy(seen -> {
      assertThat(seen.head()).startsWith("PUT / HTTP/1.1\r\n");
      assertThat(seen.body()).isEqualTo("the body");
    });
  }

  @EveryWay
  void aDeleteIsTriedAgainAndAPatchIsNot(String name, Way way) throws Exception {
    ResilientClient client = client(name, retries(3), NEVER_OPEN);
    ScriptedServer server = server(status(503), BROKEN_OFF, status(204));
    assertThat(way.call(client, Request.delete(server.uri())).status()).isEqualTo(204);
    assertThat(server.requests())
        .hasSize(3)
        .allSatisfy(seen -> assertThat(seen.head()).startsWith("DELETE / HTTP/1.1\r\n"));
    ScriptedServer patched = server(status(503), status(204));
    assertThat(way.call(client, Request.patch(patched.uri(), new byte[9])).status())
        .isEqualTo(503);
    assertThat(patched.requests()).hasSize(1);
  }

  @EveryWay
  void aPostIsSentAgainAsItWasIfAnyMethodMayBe(String name, Way way) throws Exception {
    ScriptedServer server = server(status(503), BROKEN_OFF, status(200));
    ResilientClient client = client(name, retries(3, MILLI, true), NEVER_OPEN);
    byte[] body = "the body".getBytes(StandardCharsets.ISO_8859_1);
    assertThat(way.call(client, Request.post(server.uri(), body)).status()).isEqualTo(200);
    assertThat(server.requests())
        .hasSize(3)
        .allSatisfy(seen -> assertThat(seen.body()).isEqualTo("the body"));
  }

  @EveryWay
  void evenAPostIsTriedAgainUntilTheServerListens(String name, Way way) throws Exception {
    RefusingPort port = new RefusingPort();
    open.add(port);
    ResilientClient client = client(name, retries(10_000, Duration.ofMillis(5), false), NEVER_OPEN);
    Request request =
        Request.post(URI.create("http://127.0.0.1:" + port.number() + "/"), new byte[] {'x'});
    CompletableFuture<Integer> call = CompletableFuture.supplyAsync(() -> {
      try {
        return way.call(client, request).status();
      } catch (IOException e) {
        throw new AssertionError(e);
      }
    });
    eventually("has been refused", () -> client.metrics().retries() >= 2);
    port.close();
    ScriptedServer server = new ScriptedServer(port.number(), status(200));
    open.add(server);
    assertThat(call.get()).isEqualTo(200);
    assertThat(server.requests()).hasSize(1);
    assertThat(server.requests().get(0).body()).isEqualTo("x");
  }

  @EveryWay
  void anUntrustedCertificateIsFinal(String name, Way way) throws Exception {
    StubServer server = StubServer.start(StubConfig.defaults());
    open.add(server);
    ResilientClient client = client(name, retries(3), NEVER_OPEN);
    assertThat(failureOf(way, client, Request.get(server.httpsUri()))).isEqualTo(Failure.TLS);
    assertThat(client.metrics().calls()).isEqualTo(1);
    assertThat(server.stats().connections()).isEqualTo(1);
    assertThat(server.stats().requests()).isZero();
  }

  @EveryWay
  void aGoodCallIsMadeOnce(String name, Way way) throws Exception {
    StubServer server = StubServer.start(StubConfig.defaults());
    open.add(server);
    ResilientClient client = client(
        name,
        ClientConfig.builder().trust(server.trust()),
        Retry.defaults(),
        CircuitBreakerConfig.defaults());
    for (int i = 0; i < 20; i++) {
      Response response = way.call(client, Request.get(server.httpsUri()));
      assertThat(response.status()).isEqualTo(200);
      assertThat(response.body()).hasSize(2048);
    }
    assertThat(server.stats().requests()).isEqualTo(20);
    assertThat(server.stats().connections()).isEqualTo(1);
    assertThat(client.metrics().calls()).isEqualTo(20);
    assertThat(client.metrics().retries()).isZero();
    assertThat(client.metrics().breaker()).isEqualTo(BreakerState.CLOSED);
  }

  // Retry-After

  @EveryWay
  void theServersSecondsAreWaited(String name, Way way) throws Exception {
    ScriptedServer server = server(status(429, "Retry-After: 1"), status(200));
    assertThat(statusOf(way, client(name, retries(1), NEVER_OPEN), server.uri()))
        .isEqualTo(200);
    assertThat(server.requests()).hasSize(2);
    assertThat(Duration.between(
            server.requests().get(0).at(), server.requests().get(1).at()))
        .isGreaterThanOrEqualTo(Duration.ofMillis(990)); // two clocks
  }

  @EveryWay
  void theServersDateIsAwaited(String name, Way way) throws Exception {
    Instant date = Instant.now().plusSeconds(2).truncatedTo(ChronoUnit.SECONDS);
    String text = DateTimeFormatter.RFC_1123_DATE_TIME.format(date.atOffset(ZoneOffset.UTC));
    ScriptedServer server = server(status(503, "Retry-After: " + text), status(200));
    assertThat(statusOf(way, client(name, retries(1), NEVER_OPEN), server.uri()))
        .isEqualTo(200);
    assertThat(server.requests()).hasSize(2);
    assertThat(server.requests().get(1).at()).isAfterOrEqualTo(date.minusMillis(10));
  }

  @EveryWay
  void aWaitThatPassesTheCallTimeoutIsNotBegun(String name, Way way) throws Exception {
    ScriptedServer server = server(status(503, "Retry-After: 31"), status(200));
    ResilientClient client = client(name, retries(3), NEVER_OPEN);
    assertThat(statusOf(way, client, server.uri())).isEqualTo(503);
    assertThat(server.requests()).hasSize(1);
  }

  // The whole-call timeout

  @EveryWay
  void aBackoffThatPassesTheCallTimeoutIsNotBegun(String name, Way way) throws Exception {
    ResilientClient client = client(name, retries(3, MINUTE, false), NEVER_OPEN);
    ScriptedServer overloaded = server(status(503));
    assertThat(statusOf(way, client, overloaded.uri())).isEqualTo(503);
    assertThat(overloaded.requests()).hasSize(1);
    ScriptedServer broken = server(BROKEN_OFF);
    assertThat(failureOf(way, client, Request.get(broken.uri())))
        .isEqualTo(Failure.CONNECTION_CLOSED);
    assertThat(broken.requests()).hasSize(1);
  }

  @EveryWay
  void aRetryIsCutOffAtTheCallTimeout(String name, Way way) throws Exception {
    ScriptedServer server = server(status(503), SILENCE);
    PooledHttpClient inside = PooledHttpClient.open(name, ClientConfig.builder().build());
    ClientConfig shorter =
        ClientConfig.builder().callTimeout(Duration.ofMillis(700)).build();
    ResilientClient client = ResilientClient.around(
        inside, shorter, retries(3), new CircuitBreakerConfig(2, 2, MINUTE, 1));
    open.add(client);
    CallTimeoutException timeout = catchThrowableOfType(
        CallTimeoutException.class, () -> way.call(client, Request.get(server.uri())));
    assertThat(timeout)
        .hasMessageContaining("callTimeout of 700 ms passed")
        .hasMessageContaining("http://127.0.0.1:");
    assertThat(timeout.failure()).isEqualTo(Failure.CALL_TIMEOUT);
    assertThat(timeout.waited()).isGreaterThanOrEqualTo(Duration.ofMillis(700));
    assertThat(server.requests()).hasSize(2);
    eventually("the attempt was ended", () -> server.hungUp() == 1);
    eventually("its lease is back", () -> client.metrics().leased() == 0);
    assertThat(client.metrics().breaker()).as("it counts").isEqualTo(BreakerState.OPEN);
  }

  @EveryWay
  void theFirstAttemptEndsByTheSameTimeout(String name, Way way) throws Exception {
    ScriptedServer server = server(SILENCE);
    ClientConfig.Builder config = ClientConfig.builder().callTimeout(Duration.ofMillis(300));
    ResilientClient client = client(name, config, retries(3), NEVER_OPEN);
    assertThat(failureOf(way, client, Request.get(server.uri()))).isEqualTo(Failure.CALL_TIMEOUT);
    assertThat(server.requests()).hasSize(1);
  }

  @EveryWay
  void theTimeoutOfTheRequestIsTheDeadlineOfAllAttempts(String name, Way way) throws Exception {
    ScriptedServer server = server(status(503), SILENCE);
    ResilientClient client = client(name, retries(3), NEVER_OPEN);
    Request request = Request.get(server.uri()).withTimeout(Duration.ofMillis(700));
    CallTimeoutException timeout =
        catchThrowableOfType(CallTimeoutException.class, () -> way.call(client, request));
    assertThat(timeout).hasMessageContaining("timeout of 700 ms passed");
    assertThat(timeout.setting()).isEqualTo("timeout");
    assertThat(timeout.limit()).isEqualTo(Duration.ofMillis(700));
    assertThat(timeout.waited()).isBetween(Duration.ofMillis(690), Duration.ofSeconds(5));
    assertThat(server.requests()).hasSize(2);
    ScriptedServer patient = server(status(503, "Retry-After: 1"), status(200));
    Request tooShort = Request.get(patient.uri()).withTimeout(Duration.ofMillis(900));
    assertThat(way.call(client, tooShort).status()).isEqualTo(503);
    assertThat(patient.requests()).hasSize(1);
  }

  @EveryWay
  void theTimeoutOfTheRequestMayBeLongerThanTheClients(String name, Way way) throws Exception {
    ScriptedServer server = server(status(503, "Retry-After: 1"), status(200));
    ClientConfig.Builder config = ClientConfig.builder().callTimeout(Duration.ofMillis(500));
    ResilientClient client = client(name, config, retries(3), NEVER_OPEN);
    Request request = Request.get(server.uri()).withTimeout(Duration.ofSeconds(20));
    assertThat(way.call(client, request).status()).isEqualTo(200);
    assertThat(server.requests()).hasSize(2);
  }

  @EveryWay
  void anEndpointHasOneBreakerHoweverItIsWritten(String name, Way way) throws Exception {
    ScriptedServer server = server(status(500));
    ResilientClient client = client(name, retries(0), new CircuitBreakerConfig(1, 1, MINUTE, 1));
    String port = ":" + server.uri().getPort() + "/";
    assertThat(statusOf(way, client, URI.create("http://localhost" + port))).isEqualTo(500);
    assertThat(failureOf(way, client, Request.get(URI.create("HTTP://LocalHost" + port))))
        .isEqualTo(Failure.BREAKER_OPEN);
    assertThat(server.requests()).hasSize(1);
  }

  // The breaker

  @EveryWay
  void anOpenBreakerLetsNothingThrough(String name, Way way) throws Exception {
    ScriptedServer server = server(status(500), BROKEN_OFF, status(200));
    ResilientClient client = client(name, retries(0), new CircuitBreakerConfig(2, 2, MINUTE, 1));
    assertThat(statusOf(way, client, server.uri())).isEqualTo(500);
    assertThat(client.metrics().breaker()).isEqualTo(BreakerState.CLOSED);
    assertThat(failureOf(way, client, Request.get(server.uri())))
        .isEqualTo(Failure.CONNECTION_CLOSED);
    assertThat(client.metrics().breaker()).isEqualTo(BreakerState.OPEN);
    assertThat(client.metrics().isHealthy()).isFalse();
    Throwable refusal = catchThrowable(() -> way.call(client, Request.get(server.uri())));
    assertThat(refusal)
        .isInstanceOf(CallException.class)
        .hasMessageMatching(
            "the circuit breaker is open for another \\d+ ms, in a call to http://127.0.0.1:\\d+");
    assertThat(((CallException) refusal).failure()).isEqualTo(Failure.BREAKER_OPEN);
    assertThat(server.requests()).hasSize(2);
    assertThat(client.metrics().breakerOpens()).isEqualTo(1);
    assertThat(client.metrics().breakerRefusals()).isEqualTo(1);
    assertThat(client.metrics().calls()).as("what was sent").isEqualTo(2);
  }

  @EveryWay
  void aTrialThatFailsOpensItAgainAndOneThatSucceedsClosesIt(String name, Way way)
      throws Exception {
    ScriptedServer server = server(status(500), status(500), status(200));
    ResilientClient client =
        client(name, retries(0), new CircuitBreakerConfig(1, 1, Duration.ofMillis(50), 1));
    for (int opens = 1; opens <= 2; opens++) {
      assertThat(statusOf(way, client, server.uri())).isEqualTo(500);
      assertThat(client.metrics().breakerOpens()).isEqualTo(opens);
      eventually("half-open", () -> client.metrics().breaker() == BreakerState.HALF_OPEN);
      assertThat(client.metrics().isHealthy()).isTrue();
    }
    assertThat(statusOf(way, client, server.uri())).isEqualTo(200);
    assertThat(client.metrics().breaker()).isEqualTo(BreakerState.CLOSED);
    assertThat(server.requests()).hasSize(3);
  }

  @EveryWay
  void aTrialThatIsCancelledGivesItsPlaceToAnother(String name, Way way) throws Exception {
    ScriptedServer server = server(status(500), SILENCE, status(200));
    ResilientClient client =
        client(name, retries(0), new CircuitBreakerConfig(1, 1, Duration.ofMillis(50), 1));
    assertThat(statusOf(way, client, server.uri())).isEqualTo(500);
    eventually("half-open", () -> client.metrics().breaker() == BreakerState.HALF_OPEN);
    CompletableFuture<Response> trial = client.executeAsync(Request.get(server.uri()));
    eventually("under way", () -> server.requests().size() == 2);
    assertThat(catchThrowable(() -> way.call(client, Request.get(server.uri()))))
        .hasMessageStartingWith(
            "the circuit breaker is half-open, and its trials are under way, in a call to ");
    trial.cancel(true);
    assertThat(statusOf(way, client, server.uri())).isEqualTo(200);
    assertThat(client.metrics().breaker()).isEqualTo(BreakerState.CLOSED);
    assertThat(server.requests()).hasSize(3);
  }

  @EveryWay
  void aClientErrorDoesNotCount(String name, Way way) throws Exception {
    ScriptedServer server = server(status(404), status(429), status(400));
    ResilientClient client = client(name, retries(0), new CircuitBreakerConfig(1, 1, MINUTE, 1));
    for (int i = 0; i < 5; i++) {
      assertThat(statusOf(way, client, server.uri())).isBetween(400, 429);
    }
    assertThat(server.requests()).hasSize(5);
    assertThat(client.metrics().breakerOpens()).isZero();
  }

  @EveryWay
  void aFullPoolNeitherCountsNorIsTriedAgain(String name, Way way) throws Exception {
    ScriptedServer server = server(SILENCE, status(200));
    ClientConfig.Builder config = ClientConfig.builder()
        .maxConnections(1)
        .maxIdleConnections(1)
        .maxWaiters(1)
        .acquireTimeout(Duration.ofMillis(300));
    ResilientClient client =
        client(name, config, retries(3), new CircuitBreakerConfig(1, 1, MINUTE, 1));
    CompletableFuture<Response> holder = client.executeAsync(Request.get(server.uri()));
    eventually("in use", () -> server.requests().size() == 1);
    CompletableFuture<Response> waiter = client.executeAsync(Request.get(server.uri()));
    assertThat(failureOf(way, client, Request.get(server.uri())))
        .isEqualTo(Failure.TOO_MANY_WAITERS);
    assertThat(catchThrowable(waiter::join))
        .hasCauseInstanceOf(CallTimeoutException.class)
        .hasMessageContaining("acquireTimeout of 300 ms passed");
    assertThat(failureOf(way, client, Request.get(server.uri())))
        .isEqualTo(Failure.ACQUIRE_TIMEOUT);
    holder.cancel(true);
    eventually("free", () -> client.metrics().leased() == 0);
    assertThat(statusOf(way, client, server.uri())).isEqualTo(200);
    assertThat(server.requests()).hasSize(2);
    assertThat(client.metrics().retries()).isZero();
    assertThat(client.metrics().breakerOpens()).isZero();
  }

  @EveryWay
  void anEndpointThatFailsDoesNotHarmAnother(String name, Way way) throws Exception {
    ScriptedServer bad = server(status(500));
    ScriptedServer good = server(status(200));
    ResilientClient client = client(name, retries(0), new CircuitBreakerConfig(1, 1, MINUTE, 1));
    assertThat(statusOf(way, client, bad.uri())).isEqualTo(500);
    for (int i = 0; i < 3; i++) {
      assertThat(statusOf(way, client, good.uri())).isEqualTo(200);
      assertThat(failureOf(way, client, Request.get(bad.uri()))).isEqualTo(Failure.BREAKER_OPEN);
    }
    assertThat(good.requests()).hasSize(3);
    assertThat(bad.requests()).hasSize(1);
    assertThat(client.metrics().breaker()).as("the worst").isEqualTo(BreakerState.OPEN);
    assertThat(client.metrics().breakers())
        .isEqualTo(Map.of(
            Request.get(bad.uri()).endpoint(),
            BreakerState.OPEN,
            Request.get(good.uri()).endpoint(),
            BreakerState.CLOSED));
    assertThat(client.metrics().breakerRefusals()).isEqualTo(3);
  }

  @EveryWay
  void aBreakerThatOpensEndsTheRetries(String name, Way way) throws Exception {
    ScriptedServer server = server(status(503));
    ResilientClient client = client(name, retries(9), new CircuitBreakerConfig(2, 2, MINUTE, 1));
    assertThat(statusOf(way, client, server.uri())).as("as the last attempt").isEqualTo(503);
    assertThat(server.requests()).hasSize(2);
    assertThat(client.metrics().retries()).isEqualTo(1);
  }

  // Threads, cancelling, closing

  @EveryInside
  void aHundredBackoffsNeedOneThread(String name) throws Exception {
    ScriptedServer.Reply[] script = new ScriptedServer.Reply[101];
    Arrays.fill(script, status(503));
    script[100] = status(200);
    ScriptedServer server = server(script);
    ResilientClient client = client(name, retries(1, Duration.ofSeconds(2), false), NEVER_OPEN);
    List<CompletableFuture<Response>> calls = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      calls.add(client.executeAsync(Request.get(server.uri())));
    }
    eventually("all answered once", () -> client.metrics().calls() >= 100);
    assertThat(retryThreads()).isEqualTo(1);
    for (CompletableFuture<Response> call : calls) {
      assertThat(call.get().status()).isEqualTo(200);
    }
    assertThat(server.requests()).hasSize(200);
    assertThat(client.metrics().retries()).isEqualTo(100);
  }

  private static long retryThreads() {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(thread -> thread.getName().equals("poolmark-retry"))
        .count();
  }

  @EveryInside
  void toCancelInABackoffEndsTheRetries(String name) throws Exception {
    ScriptedServer server = server(status(503));
    Duration backoff = Duration.ofMillis(500);
    ResilientClient client = client(name, retries(1, backoff, false), NEVER_OPEN);
    CompletableFuture<Response> call = client.executeAsync(Request.get(server.uri()));
    eventually("answered", () -> client.metrics().calls() == 1);
    assertThat(call.cancel(true)).isTrue();
    assertThat(call).isCancelled();
    Thread.sleep(2 * backoff.toMillis()); // nothing tells that nothing will happen
    assertThat(server.requests()).hasSize(1);
    assertThat(client.metrics().retries()).isZero();
  }

  @EveryInside
  void toCancelEndsTheFirstAttempt(String name) throws Exception {
    assertThatToCancelEndsTheLastOf(name, server(SILENCE, status(200)), 1);
  }

  @EveryInside
  void toCancelEndsARetryThatIsUnderWay(String name) throws Exception {
    assertThatToCancelEndsTheLastOf(name, server(status(503), SILENCE, status(200)), 2);
  }

  private void assertThatToCancelEndsTheLastOf(String name, ScriptedServer server, int attempts) {
    ResilientClient client = client(name, retries(3), new CircuitBreakerConfig(2, 2, MINUTE, 1));
    CompletableFuture<Response> call = client.executeAsync(Request.get(server.uri()));
    eventually("under way", () -> server.requests().size() == attempts);
    assertThat(call.cancel(true)).isTrue();
    eventually("the attempt was ended", () -> server.hungUp() == 1);
    eventually("its lease is back", () -> client.metrics().leased() == 0);
    assertThat(server.requests()).hasSize(attempts);
    assertThat(client.metrics().breakerOpens()).as("it does not count").isZero();
  }

  @EveryInside
  void anInterruptEndsABackoff(String name) throws Exception {
    ScriptedServer server = server(status(503));
    ResilientClient client = client(name, retries(1, Duration.ofSeconds(20), false), NEVER_OPEN);
    assertThatAnInterruptEnds(client, server, () -> client.metrics().calls() == 1);
    assertThat(server.requests()).hasSize(1);
  }

  @EveryInside
  void anInterruptEndsARetryThatIsUnderWay(String name) throws Exception {
    ScriptedServer server = server(status(503), SILENCE);
    ResilientClient client = client(name, retries(1), NEVER_OPEN);
    assertThatAnInterruptEnds(client, server, () -> server.requests().size() == 2);
    assertThat(server.requests()).hasSize(2);
    eventually("the attempt was ended", () -> server.hungUp() == 1);
    eventually("its lease is back", () -> client.metrics().leased() == 0);
  }

  private static void assertThatAnInterruptEnds(
      ResilientClient client, ScriptedServer server, BooleanSupplier waiting) throws Exception {
    CompletableFuture<Throwable> end = new CompletableFuture<>();
    CompletableFuture<Boolean> flag = new CompletableFuture<>();
    Thread caller = new Thread(() -> {
      end.complete(catchThrowable(() -> client.execute(Request.get(server.uri()))));
      flag.complete(Thread.currentThread().isInterrupted());
    });
    caller.start();
    eventually("the call waits", waiting);
    caller.interrupt();
    assertThat(end.get())
        .isInstanceOf(InterruptedIOException.class)
        .hasMessageStartingWith("interrupted in a call to http://127.0.0.1:");
    assertThat(flag.get()).as("still interrupted").isTrue();
  }

  @EveryInside
  void closeEndsTheThreadAndTheBackoffs(String name) throws Exception {
    ScriptedServer server = server(status(503));
    ResilientClient client = client(name, retries(0), new CircuitBreakerConfig(1, 1, MINUTE, 1));
    ResilientClient patient = client(
        name,
        ClientConfig.builder().callTimeout(Duration.ofMinutes(5)),
        retries(1, MINUTE, false),
        NEVER_OPEN);
    assertThat(client.execute(Request.get(server.uri())).status()).isEqualTo(503);
    CompletableFuture<Response> call = patient.executeAsync(Request.get(server.uri()));
    eventually("in its backoff", () -> patient.metrics().calls() == 1 && retryThreads() == 1);
    for (ResilientClient each : List.of(client, patient)) {
      each.close();
      each.close();
      assertThatIllegalStateException()
          .as("whatever its breaker")
          .isThrownBy(() -> each.execute(Request.get(server.uri())))
          .withMessage("client " + name + " is closed");
      assertThat(
              catchThrowable(() -> each.executeAsync(Request.get(server.uri())).join()))
          .hasCauseInstanceOf(IllegalStateException.class);
    }
    assertThat(catchThrowable(call::join)).hasCauseInstanceOf(IllegalStateException.class);
    eventually("thread ended", () -> retryThreads() == 0);
    assertThat(server.requests()).hasSize(2);
  }
}
