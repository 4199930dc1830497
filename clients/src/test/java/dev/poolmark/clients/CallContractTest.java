package dev.poolmark.clients;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.poolmark.stub.StubServer;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * What every client promises of its calls, whichever library does the work: metrics, health, bodies and headers,
 * failures, closing. A provider enters by being registered. The oracle is what the server counted.
 */
@DisplayNameGeneration(Sentences.class)
final class CallContractTest extends Contract {
  // Metrics

  @EveryClient
  void theClientCountsWhatTheServerCounts(String name, Door door) throws Exception {
    for (Reuse reuse : List.of(Reuse.POOLED, Reuse.CONNECTION_PER_REQUEST)) {
      StubServer server = server(Duration.ofMillis(2));
      PooledHttpClient client = client(name, Clients.config(server).reuse(reuse));
      Clients.together(8, () -> {
        get(client, door.of(server), 5);
        return null;
      });
      assertThat(client.execute(Request.get(door.of(server).resolve("unknown"))).status())
          .isEqualTo(404);
      assertThat(failureOf(client, Request.get(door.ofPort(refusingPort()))))
          .isEqualTo(Failure.CONNECT_FAILED);
      ClientMetrics metrics = client.metrics();
      assertThat(metrics.calls()).isEqualTo(server.stats().requests() + 1).isEqualTo(42);
      assertThat(metrics.succeeded()).isEqualTo(41);
      assertThat(metrics.failures()).containsOnly(Map.entry(Failure.CONNECT_FAILED, 1L));
      assertThat(metrics.successRate()).isEqualTo(41 / 42.0);
      assertThat(metrics.callTime().count()).isEqualTo(42);
      assertThat(metrics.acquireWait().count()).isEqualTo(42);
      assertThat(metrics.averageMillis()).isGreaterThanOrEqualTo(2);
      assertThat(metrics.leased()).isZero();
      assertThat(metrics.pending()).isZero();
      if (metrics.connections().isPresent()) {
        ClientMetrics.Connections connections = metrics.connections().get();
        assertThat(connections.opened()).isEqualTo(server.stats().connections());
        assertThat(connections.connectTime().count()).isEqualTo(connections.opened());
        Clients.eventually(
            "all are idle",
            () -> client.metrics().connections().orElseThrow().idle()
                == server.stats().openConnections());
      }
    }
  }

  @EveryProvider
  void aClientTellsOfItsConnectionsIfItSaysSo(String name) {
    assertThat(client(name, ClientConfig.builder()).metrics().connections().isPresent())
        .isEqualTo(
            ClientProvider.named(name).support(Setting.CONNECTION_METRICS) != Support.UNSUPPORTED);
  }

  private static void eventuallyClosed(PooledHttpClient client, Map<CloseReason, Long> expected) {
    Clients.eventually(
        "closed " + expected,
        () -> client.metrics().connections().orElseThrow().closed().equals(expected));
  }

  /** Whatever is open yet ends with the client, and nothing that ended before counts so. */
  private static void closeAfterTurnoverOf(
      PooledHttpClient client, StubServer server, long turnover) {
    long connections = server.stats().connections();
    assertThat(turnover).isPositive().isLessThan(connections);
    eventuallyClosed(client, Map.of(CloseReason.TURNOVER, turnover));
    client.close();
    eventuallyClosed(
        client,
        Map.of(CloseReason.TURNOVER, turnover, CloseReason.SHUTDOWN, connections - turnover));
    ClientMetrics.Connections counted = client.metrics().connections().orElseThrow();
    assertThat(counted.totalClosed()).isEqualTo(counted.opened()).isEqualTo(connections);
    assertThat(counted.open()).isZero();
  }

  @EveryMeteredClient
  void aConnectionThatTheServerClosesIsTurnover(String name, Door door) throws Exception {
    StubServer server = server();
    PooledHttpClient client = client(name, Clients.config(server));
    get(client, door.of(server), 1);
    server.closeConnections();
    Clients.eventually("closed", () -> server.stats().openConnections() == 0);
    get(client, door.of(server), 1); // a client that blocks finds out only now
    closeAfterTurnoverOf(client, server, 1);
  }

  @EveryMeteredClient
  void aConnectionThatThePoolGivesUpIsTurnover(String name, Door door) throws Exception {
    StubServer server = server();
    PooledHttpClient client =
        client(name, Clients.config(server).idleTimeout(Duration.ofSeconds(2)));
    get(client, door.of(server), 1);
    Clients.eventually("closed", () -> server.stats().openConnections() == 0);
    get(client, door.of(server), 1);
    closeAfterTurnoverOf(client, server, 1);
  }

  @EveryMeteredClient
  void whatExceedsTheIdleCapIsTurnover(String name, Door door) throws Exception {
    StubServer server = server(Duration.ofMillis(100));
    PooledHttpClient client =
        client(name, Clients.config(server).maxConnections(8).maxIdleConnections(3));
    Clients.together(8, () -> {
      get(client, door.of(server), 1);
      return null;
    });
    Clients.eventually("3 left", () -> server.stats().openConnections() <= 3);
    closeAfterTurnoverOf(
        client, server, server.stats().connections() - server.stats().openConnections());
  }

  @EveryMeteredClient
  void aConnectionWhoseCallTimesOutIsTurnover(String name, Door door) throws Exception {
    StubServer server = server(SLOW);
    PooledHttpClient client =
        client(name, Clients.config(server).callTimeout(Duration.ofMillis(200)));
    timeoutOf(client, Request.get(door.of(server)));
    Clients.eventually("closed", () -> server.stats().openConnections() == 0);
    eventuallyClosed(client, Map.of(CloseReason.TURNOVER, server.stats().connections()));
    client.close();
    eventuallyClosed(client, Map.of(CloseReason.TURNOVER, server.stats().connections()));
  }

  @EveryMeteredClient
  void withoutReuseEveryConnectionIsTurnover(String name, Door door) throws Exception {
    StubServer server = server();
    PooledHttpClient client =
        client(name, Clients.config(server).reuse(Reuse.CONNECTION_PER_REQUEST));
    get(client, door.of(server), CALLS);
    assertThat(server.stats().connections()).isEqualTo(CALLS);
    eventuallyClosed(client, Map.of(CloseReason.TURNOVER, server.stats().connections()));
    client.close();
    eventuallyClosed(client, Map.of(CloseReason.TURNOVER, server.stats().connections()));
  }

  @EveryMeteredClient
  void connectionsThatEndWithTheClientAreShutdown(String name, Door door) throws Exception {
    StubServer server = server(SLOW);
    PooledHttpClient client = client(name, Clients.config(server));
    Clients.together(4, () -> {
      get(client, door.of(server), 1);
      return null;
    });
    assertThat(server.stats().openConnections()).isEqualTo(4);
    assertThat(client.metrics().connections().orElseThrow().closed()).isEmpty();
    CompletableFuture<Response> held = client.executeAsync(Request.get(door.of(server)));
    Clients.eventually("under way", () -> server.stats().requestsInFlight() == 1);
    client.close();
    eventuallyClosed(client, Map.of(CloseReason.SHUTDOWN, server.stats().connections()));
    Clients.eventually("ended", held::isDone);
    Clients.eventually("closed", () -> server.stats().openConnections() == 0);
  }

  @EveryProvider
  void aServerErrorIsNoSuccess(String name) throws Exception {
    RawServer server =
        raw(RawServer.answering("HTTP/1.1 500 Internal Server Error\r\nContent-Length: 0\r\n\r\n"));
    PooledHttpClient client = client(name, Clients.config(server()));
    assertThat(client.execute(Request.get(server.uri())).status()).isEqualTo(500);
    assertThat(client.metrics().calls()).isEqualTo(1);
    assertThat(client.metrics().failed()).isEqualTo(1);
    assertThat(client.metrics().failures()).isEmpty();
  }

  // Health

  @EveryClient
  void aHealthCheckTellsWhatItFound(String name, Door door) throws Exception {
    StubServer server = server();
    PooledHttpClient client = client(name, Clients.config(server));
    Health well = client.checkHealth(door.of(server), Duration.ofSeconds(20));
    assertThat(well.healthy()).isTrue();
    assertThat(well.status()).hasValue(200);
    assertThat(well.responseTime()).isPositive();
    assertThat(well.checkedAt()).isBeforeOrEqualTo(Instant.now());
    assertThat(well.problem()).isEmpty();
    Health missing = client.checkHealth(door.of(server).resolve("unknown"), Duration.ofSeconds(20));
    assertThat(missing.healthy()).isFalse();
    assertThat(missing.status()).hasValue(404);
    Health refused = client.checkHealth(door.ofPort(refusingPort()), Duration.ofSeconds(20));
    assertThat(refused.healthy()).isFalse();
    assertThat(refused.status()).isEmpty();
    assertThat(refused.problem().orElseThrow()).contains("no connection can be made");
    assertThat(server.stats().connections()).isEqualTo(1);
  }

  @EveryProvider
  void aHealthCheckWaitsNoLongerThanItMayAndNeverThrows(String name) throws Exception {
    StubServer server = server(SLOW);
    PooledHttpClient client =
        client(name, Clients.config(server).maxConnections(1).maxIdleConnections(1));
    CompletableFuture<Response> holder = client.executeAsync(Request.get(server.httpUri()));
    Clients.eventually("under way", () -> server.stats().requestsInFlight() == 1);
    Health full = client.checkHealth(server.httpUri(), Duration.ofMillis(50));
    assertThat(full.healthy()).isFalse();
    assertThat(full.problem()).hasValue("no response within PT0.05S");
    assertThat(client.metrics().pending()).isZero();
    assertThat(holder.get().status()).isEqualTo(200);
    assertThat(client.checkHealth(URI.create("ftp://x"), Duration.ofSeconds(1)).healthy())
        .isFalse();
    client.close();
    Health closed = client.checkHealth(server.httpUri(), Duration.ofSeconds(1));
    assertThat(closed.problem().orElseThrow()).contains("is closed");
    assertThat(server.stats().requests()).isEqualTo(1);
  }

  // Requests and responses

  @EveryClient
  void aBodyIsReceivedWhole(String name, Door door) throws Exception {
    StubServer server = server();
    PooledHttpClient client = client(name, Clients.config(server));
    for (int length : new int[] {0, 1, 2048, 1 << 20}) {
      Response response = client.execute(Request.get(door.of(server).resolve("bytes/" + length)));
      assertThat(response.body()).isEqualTo(Clients.pattern(length));
      assertThat(response.headers().first("content-length")).hasValue(Integer.toString(length));
    }
    assertThat(server.stats().connections()).as("%s", server.stats()).isEqualTo(1);
  }

  @EveryClient
  void aBodyIsSentWhole(String name, Door door) throws Exception {
    StubServer server = server();
    PooledHttpClient client = client(name, Clients.config(server));
    for (int length : new int[] {0, 1, 2048, 1 << 20}) {
      byte[] body = Clients.pattern(length);
      Response response = client.execute(Request.post(door.of(server).resolve("echo"), body));
      assertThat(response.status()).isEqualTo(200);
      assertThat(response.body()).isEqualTo(body);
    }
    assertThat(server.stats().connections()).as("%s", server.stats()).isEqualTo(1);
  }

  @EveryProvider
  void headersAreSentAndReceived(String name) throws Exception {
    RawServer server = raw(RawServer.answering(
        "HTTP/1.1 200 OK\r\nContent-Length: 0\r\nX-Two: a\r\nX-One: c\r\nX-Two: b\r\n\r\n"));
    PooledHttpClient client = client(name, Clients.config(server()));
    Headers sent = Headers.of("X-Sent", "one", "X-Other", "two");
    Response response =
        client.execute(new Request("GET", server.uri().resolve("path?q=1"), sent, new byte[0]));
    assertThat(server.heads())
        .singleElement()
        .asString()
        .startsWith("GET /path?q=1 HTTP/1.1\r\n")
        .containsIgnoringCase("\r\nX-Sent: one\r\n")
        .containsIgnoringCase("\r\nX-Other: two\r\n")
        .containsIgnoringCase("\r\nHost: 127.0.0.1:" + server.port() + "\r\n");
    assertThat(response.headers().first("x-one")).hasValue("c");
    assertThat(response.headers().all("X-TWO")).containsExactly("a", "b");
  }

  @EveryProvider
  void thePostSaysItsLengthAndType(String name) throws Exception {
    RawServer server = raw(RawServer.answering("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"));
    client(name, Clients.config(server())).execute(Request.post(server.uri(), new byte[0]));
    assertThat(server.heads())
        .singleElement()
        .asString()
        .startsWith("POST / HTTP/1.1\r\n")
        .containsIgnoringCase("\r\nContent-Length: 0\r\n")
        .containsIgnoringCase("\r\nContent-Type: application/octet-stream\r\n")
        .doesNotContainIgnoringCase("Transfer-Encoding");
  }

  @EveryProvider
  void nothingIsAddedToTheConversation(String name) throws Exception {
    RawServer server = raw(RawServer.answering("""
        HTTP/1.1 302 Found
        Location: /elsewhere
        Set-Cookie: a=b
        WWW-Authenticate: Basic realm=x
        Content-Length: 0

        """));
    PooledHttpClient client = client(name, Clients.config(server()));
    for (int i = 0; i < 2; i++) {
      assertThat(client.execute(Request.get(server.uri())).status()).isEqualTo(302);
    }
    assertThat(server.heads())
        .hasSize(2)
        .allSatisfy(head -> assertThat(head)
            .startsWith("GET / HTTP/1.1\r\n")
            .doesNotContainIgnoringCase("gzip")
            .doesNotContainIgnoringCase("cookie")
            .doesNotContainIgnoringCase("upgrade"));
  }

  @EveryClient
  void anErrorStatusIsAResponse(String name, Door door) throws Exception {
    StubServer server = server();
    PooledHttpClient client = client(name, Clients.config(server));
    URI unknown = door.of(server).resolve("unknown");
    assertThat(client.execute(Request.get(unknown)).status()).isEqualTo(404);
    get(client, door.of(server), 1);
    assertThat(server.stats().connections()).isEqualTo(1);
  }

  // Failures

  @EveryProvider
  void anUntrustedCertificateIsAnError(String name) throws Exception {
    StubServer server = server();
    PooledHttpClient client = client(name, ClientConfig.builder());
    Request request = Request.get(server.httpsUri());
    assertThat(failureOf(client, request)).isEqualTo(Failure.TLS);
    assertThat(server.stats().requests()).isZero();
  }

  @EveryClient
  void aRefusedConnectionIsAnErrorThatNamesTheEndpoint(String name, Door door) throws Exception {
    PooledHttpClient client = client(name, Clients.config(server()));
    Request request = Request.get(door.ofPort(refusingPort()));
    assertThat(failureOf(client, request)).isEqualTo(Failure.CONNECT_FAILED);
  }

  @EveryClient
  void aServerThatClosesWithoutAnAnswerIsAClosedConnection(String name, Door door)
      throws Exception {
    RawServer closing = raw(RawServer.CLOSING);
    PooledHttpClient client = client(name, Clients.config(server()));
    assertThat(failureOf(client, Request.get(door.ofPort(closing.port()))))
        .isEqualTo(Failure.CONNECTION_CLOSED);
  }

  @EveryProvider
  void aResponseThatEndsTooSoonIsAClosedConnection(String name) throws Exception {
    RawServer server =
        raw(RawServer.breakingOff("HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\nonly a part"));
    PooledHttpClient client = client(name, Clients.config(server()));
    assertThat(failureOf(client, Request.get(server.uri()))).isEqualTo(Failure.CONNECTION_CLOSED);
  }

  @EveryClient
  void aThousandFailedCallsLeakNoConnection(String name, Door door) throws Exception {
    failAndRecover(name, door, 1_000);
  }

  @EveryProvider
  void tenThousandFailedCallsLeakNoConnection(String name) throws Exception {
    failAndRecover(name, Door.PLAIN, 10_000);
  }

  private void failAndRecover(String name, Door door, int calls) throws Exception {
    StubServer server = server(Duration.ofMillis(20));
    RawServer mute = raw(RawServer.MUTE);
    List<Request> failing = new ArrayList<>();
    int refused = refusingPort();
    int closing = raw(RawServer.CLOSING).port();
    for (int i = 0; i < calls / 8; i++) {
      int port = i % 625 == 0 ? mute.port() : i % 2 == 0 ? closing : refused;
      failing.add(Request.get(door.ofPort(port)));
    }
    PooledHttpClient client =
        client(name, Clients.config(server).readTimeout(Duration.ofSeconds(1)));
    AtomicInteger failures = new AtomicInteger();
    Clients.together(8, () -> {
      for (Request request : failing) {
        assertThatThrownBy(() -> client.execute(request)).isInstanceOf(CallException.class);
        failures.incrementAndGet();
      }
      return null;
    });
    assertThat(failures).hasValue(calls);
    ClientMetrics metrics = client.metrics();
    assertThat(metrics.leased()).isZero();
    assertThat(metrics.pending()).isZero();
    assertThat(metrics.failed()).isEqualTo(calls);
    assertThat(metrics.failures())
        .containsOnlyKeys(Failure.CONNECT_FAILED, Failure.CONNECTION_CLOSED, Failure.READ_TIMEOUT);
    Clients.eventually("no stray connection", () -> mute.openConnections() == 0);
    Clients.eventually(
        "none open", () -> client.metrics().connections().stream().allMatch(c -> c.open() == 0));
    Clients.together(8, () -> {
      get(client, door.of(server), 4);
      return null;
    });
    assertThat(server.stats().peakRequestsInFlight()).as("all leases are there").isEqualTo(4);
  }

  // Opening and closing

  @EveryClient
  void closeLeavesNoConnectionAndNoThread(String name, Door door) throws Exception {
    StubServer server = server(Duration.ofMillis(5));
    useAndClose(name, door, server);
    Clients.eventually(
        "connections closed", () -> collected(server.stats().openConnections() == 0));
    // Libraries start threads that all their clients share, some when the first ones are busy.
    // These have an end; a client that leaves threads of its own behind does so each time.
    boolean left = true;
    for (int client = 0; client < 5 && left; client++) {
      Set<Thread> before = new HashSet<>(threads());
      useAndClose(name, door, server);
      Clients.eventually(
          "connections closed", () -> collected(server.stats().openConnections() == 0));
      left = !Clients.within(Duration.ofSeconds(8), () -> collected(before.containsAll(threads())));
    }
    assertThat(left).as("each of five clients left threads").isFalse();
  }

  private static void useAndClose(String name, Door door, StubServer server) throws Exception {
    try (PooledHttpClient client =
        ClientProvider.open(name, Clients.config(server).build())) {
      Clients.together(4, () -> {
        get(client, door.of(server), 2);
        return null;
      });
      assertThat(server.stats().openConnections()).isEqualTo(4);
    }
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

  @EveryClient
  void aClosedClientRefusesCalls(String name, Door door) throws Exception {
    StubServer server = server();
    for (Reuse reuse : Reuse.values()) {
      PooledHttpClient client = ClientProvider.open(
          name, Clients.config(server).maxIdleConnections(1).reuse(reuse).build());
      get(client, door.of(server), 1);
      client.close();
      client.close();
      assertThatIllegalStateException()
          .isThrownBy(() -> client.execute(Request.get(door.of(server))))
          .withMessage("client " + name + " is closed");
    }
    assertThat(server.stats().requests()).isEqualTo(Reuse.values().length);
  }

  @EveryProvider
  void closeEndsCallsThatAreUnderWayOrLetsThemFinish(String name) throws Exception {
    StubServer server = server(Duration.ofMillis(200));
    PooledHttpClient client = client(name, Clients.config(server));
    CompletableFuture<Object> call = CompletableFuture.supplyAsync(() -> {
      try {
        return client.execute(Request.get(server.httpUri())).status();
      } catch (IOException | IllegalStateException e) {
        return e;
      }
    });
    Clients.eventually("under way", () -> server.stats().requestsInFlight() == 1);
    client.close();
    assertThat(call.get())
        .satisfiesAnyOf(
            end -> assertThat(end).isEqualTo(200),
            end -> assertThat(end).isInstanceOf(CallException.class),
            end -> assertThat(end).isInstanceOf(IllegalStateException.class));
    Clients.eventually("closed", () -> collected(server.stats().openConnections() == 0));
  }

  @EveryProvider
  void theDefaultsAndEveryPresetOpen(String name) throws Exception {
    StubServer server = server();
    ClientConfig.Builder defaults = ClientConfig.builder().trust(server.trust());
    get(client(name, defaults), server.httpsUri(), 1);
    for (ServicePreset preset : ServicePreset.values()) {
      get(client(name, preset.config().trust(server.trust())), server.httpsUri(), 1);
    }
    assertThat(server.stats().requests()).isEqualTo(1 + ServicePreset.values().length);
  }

  @ParameterizedTest
  @EnumSource
  void anUnknownClientIsRefused(Reuse reuse) {
    assertThatThrownBy(() ->
            ClientProvider.open("unknown", ClientConfig.builder().reuse(reuse).build()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("client must be one of " + Clients.providers().collect(Collectors.joining(", "))
            + ": unknown");
  }
}
