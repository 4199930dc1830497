package dev.poolmark.clients;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.poolmark.stub.StubServer;
import dev.poolmark.stub.config.Fault;
import dev.poolmark.stub.config.HttpProtocol;
import dev.poolmark.stub.config.KeepAlive;
import dev.poolmark.stub.config.Link;
import dev.poolmark.stub.config.StubConfig;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledForJreRange;
import org.junit.jupiter.api.condition.JRE;

/** What every client promises over HTTP/2. The oracle is what the server counted. */
@DisplayNameGeneration(Sentences.class)
final class Http2ContractTest extends Contract {
  private static final int AT_ONCE = 20;

  /** What Jetty grants. */
  private static final int STREAMS_OF_A_CONNECTION = 128;

  private static final StubConfig HTTP_2 = StubConfig.defaults().withProtocol(HttpProtocol.HTTP_2);

  private static ClientConfig.Builder config(StubServer server) {
    return Clients.config(server).protocol(Protocol.HTTP_2).maxConnections(AT_ONCE);
  }

  private static void get(PooledHttpClient client, StubServer server, int times)
      throws IOException {
    for (int i = 0; i < times; i++) {
      Response response = client.execute(Request.get(server.httpsUri()));
      assertThat(response.status()).isEqualTo(200);
      assertThat(response.body()).isEqualTo(Clients.pattern(2048));
    }
  }

  private static List<CompletableFuture<Response>> begin(
      PooledHttpClient client, URI uri, int calls) {
    return Stream.generate(() -> client.executeAsync(Request.get(uri)))
        .limit(calls)
        .toList();
  }

  private static void assertFails(PooledHttpClient client, Request request, Failure expected) {
    CallException failure =
        catchThrowableOfType(CallException.class, () -> client.execute(request));
    assertThat(failure).as("the call must fail").isNotNull();
    assertThat(failure).hasMessageContaining(request.endpoint());
    assertThat(failure.failure()).as(failure.toString()).isEqualTo(expected);
  }

  /** Skips the rest, in words that the test report shows, if the client's capabilities say that it cannot. */
  private static void assumeSupport(String name, Setting setting) {
    assumeThat(ClientProvider.named(name).support(setting))
        .as("%s: %s", name, setting.label())
        .isNotEqualTo(Support.UNSUPPORTED);
  }

  private static Fault second(Fault.Kind kind) {
    return new Fault(kind, new Fault.Nth(2));
  }

  // Who speaks it

  @Test
  @EnabledForJreRange(min = JRE.JAVA_21, disabledReason = "the JDK's client needs JDK 21 for it")
  void whoSaysSoSpeaksIt() {
    assertThat(Clients.http2Providers().toList())
        .containsExactlyElementsOf(ClientProvider.all().stream()
            .filter(provider -> provider.support(Setting.HTTP_2) != Support.UNSUPPORTED)
            .map(ClientProvider::name)
            .toList());
  }

  @EveryProvider
  void whoCannotSpeakItRefusesIt(String name) {
    if (ClientProvider.named(name).support(Setting.HTTP_2) == Support.UNSUPPORTED) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> client(name, ClientConfig.builder().protocol(Protocol.HTTP_2)))
          .withMessage("HTTP/2 must not be set: client " + name + " does not support it");
    }
  }

  @EveryHttp2Provider
  void aPlainEndpointIsRefused(String name) throws Exception {
    StubServer server = server(HTTP_2);
    PooledHttpClient client = client(name, config(server));
    Request request = Request.get(server.httpUri());
    String message = "uri must be https when protocol is h2: " + request.endpoint();
    assertThatIllegalArgumentException()
        .isThrownBy(() -> client.execute(request))
        .withMessage(message);
    assertThat(client.executeAsync(request))
        .failsWithin(Duration.ofSeconds(20))
        .withThrowableThat()
        .havingCause()
        .isInstanceOf(IllegalArgumentException.class)
        .withMessage(message);
    assertThat(server.stats().connections()).isZero();
    assertThat(client.metrics().leased()).isZero();
  }

  @EveryHttp2Provider
  void aServerThatDeclinesItGetsHttp11(String name) throws Exception {
    StubServer server = server(StubConfig.defaults().withServiceTime(Duration.ofMillis(2)));
    PooledHttpClient client = client(name, config(server).maxConnections(4));
    Clients.together(8, () -> {
      get(client, server, 10);
      return null;
    });
    assertThat(server.stats().requests()).isEqualTo(80);
    assertThat(server.stats().connections()).isBetween(1L, 4L);
    assertThat(server.stats().peakRequestsInFlight())
        .isLessThanOrEqualTo(server.stats().peakConnections());
  }

  // Reuse

  @EveryHttp2Provider
  void callsOneAfterAnotherAndAtOnceShareOneConnection(String name) throws Exception {
    StubServer server = server(HTTP_2.withServiceTime(Duration.ofMillis(5)));
    PooledHttpClient client = client(name, config(server));
    get(client, server, 100);
    Clients.together(AT_ONCE, () -> {
      get(client, server, 10);
      return null;
    });
    assertThat(server.stats().requests()).isEqualTo(100 + 10 * AT_ONCE);
    assertThat(server.stats().connections()).isEqualTo(1);
  }

  @EveryHttp2Provider
  void aConnectionCarriesManyCallsAtOnce(String name) throws Exception {
    StubServer server = server(HTTP_2.withServiceTime(Duration.ofSeconds(1)));
    PooledHttpClient client = client(name, config(server));
    get(client, server, 1);
    var calls = begin(client, server.httpsUri(), AT_ONCE);
    Clients.eventually("all under way", () -> server.stats().requestsInFlight() == AT_ONCE);
    assertThat(client.metrics().leased()).isEqualTo(AT_ONCE);
    assertThat(server.stats().connections()).isEqualTo(1);
    for (CompletableFuture<Response> call : calls) {
      assertThat(call.get().status()).isEqualTo(200);
    }
    assertThat(client.metrics().leased()).isZero();
    assertThat(server.stats().requestsPerConnection()).isEqualTo(Map.of(AT_ONCE + 1, 1L));
  }

  @EveryHttp2Provider
  void callsThatComeAtOnceBeforeThereIsAConnectionLeaveOne(String name) throws Exception {
    StubServer server = server(HTTP_2.withServiceTime(Duration.ofMillis(100)));
    PooledHttpClient client = client(name, config(server));
    Clients.together(AT_ONCE, () -> {
      get(client, server, 1);
      return null;
    });
    assertThat(server.stats().connections()).isBetween(1L, (long) AT_ONCE);
    Clients.eventually("one is left", () -> server.stats().openConnections() == 1);
    server.resetStats();
    get(client, server, 10);
    assertThat(server.stats().connections()).isZero();
  }

  @EveryHttp2Provider
  void clientPerRequestOpensOneForEachCall(String name) throws Exception {
    StubServer server = server(HTTP_2);
    PooledHttpClient client = client(name, config(server).reuse(Reuse.CLIENT_PER_REQUEST));
    get(client, server, 10);
    assertThat(server.stats().connections()).isEqualTo(10);
  }

  @EveryHttp2Provider
  void limitsBoundTheCallsUnderWay(String name) throws Exception {
    StubServer server = server(HTTP_2.withServiceTime(Duration.ofMillis(5)));
    PooledHttpClient client = client(name, config(server).maxConnections(4));
    get(client, server, 1);
    Clients.together(16, () -> {
      get(client, server, 10);
      return null;
    });
    assertThat(server.stats().requests()).isEqualTo(161);
    assertThat(server.stats().connections()).isEqualTo(1);
    assertThat(server.stats().peakRequestsInFlight()).isEqualTo(4);
  }

  @EveryHttp2Provider
  void bodiesArriveWhole(String name) throws Exception {
    StubServer server = server(HTTP_2);
    PooledHttpClient client = client(name, config(server));
    for (int length : new int[] {0, 1, 2048, 1 << 20}) {
      byte[] body = Clients.pattern(length);
      URI uri = server.httpsUri();
      assertThat(client.execute(Request.get(uri.resolve("bytes/" + length))).body())
          .isEqualTo(body);
      assertThat(client.execute(Request.post(uri.resolve("echo"), body)).body()).isEqualTo(body);
    }
    assertThat(server.stats().connections()).isEqualTo(1);
  }

  // Lives of connections

  @EveryHttp2Provider
  void aCallAfterTheServerClosedItsConnectionsSucceeds(String name) throws Exception {
    StubServer server = server(HTTP_2);
    PooledHttpClient client = client(name, config(server));
    get(client, server, 1);
    server.closeConnections();
    Clients.eventually("closed", () -> server.stats().openConnections() == 0);
    get(client, server, 2);
    assertThat(server.stats().connections()).isEqualTo(2);
  }

  /** The server says GOAWAY with every fifth response. */
  private StubServer givingUp() throws IOException {
    return server(HTTP_2.withKeepAlive(
        new KeepAlive(Duration.ofMinutes(1), 5, KeepAlive.Ending.ANNOUNCED, Optional.empty())));
  }

  @EveryHttp2Provider
  void aServerThatGivesConnectionsUpLosesNoGet(String name) throws Exception {
    StubServer server = givingUp();
    get(client(name, config(server)), server, 20);
    assertThat(server.stats().connections()).isEqualTo(4);
    assertThat(server.stats().requests()).isEqualTo(20);
  }

  @EveryHttp2Provider
  void aConnectionThatTheServerHasGivenUpIsClosedIfTheClientCan(String name) throws Exception {
    StubServer server = givingUp();
    get(client(name, config(server).idleTimeout(Duration.ofSeconds(2))), server, 20);
    assumeSupport(name, Setting.CLOSE_AFTER_GOAWAY);
    Clients.eventually("closed", () -> server.stats().openConnections() == 0);
  }

  @EveryHttp2Provider
  void moreCallsThanAConnectionHasStreamsSucceedIfTheClientCan(String name) throws Exception {
    assumeSupport(name, Setting.WAIT_FOR_STREAM);
    StubServer server = server(HTTP_2.withServiceTime(Duration.ofMillis(200)));
    int calls = 2 * STREAMS_OF_A_CONNECTION;
    PooledHttpClient client = client(name, config(server).maxConnections(calls));
    get(client, server, 1);
    for (CompletableFuture<Response> call : begin(client, server.httpsUri(), calls)) {
      assertThat(call.get().status()).isEqualTo(200);
    }
    assertThat(server.stats().requests()).isEqualTo(calls + 1);
    assertThat(client.metrics().leased()).isZero();
  }

  @EveryHttp2Provider
  void anIdleConnectionIsClosedAfterItsTimeout(String name) throws Exception {
    StubServer server = server(HTTP_2);
    PooledHttpClient client = client(name, config(server).idleTimeout(Duration.ofSeconds(2)));
    get(client, server, 2);
    assertThat(server.stats().openConnections()).isEqualTo(1);
    Clients.eventually("closed", () -> server.stats().openConnections() == 0);
    get(client, server, 1);
  }

  @EveryHttp2Provider
  void aCallMayTakeLongerThanTheIdleTimeout(String name) throws Exception {
    StubServer server = server(HTTP_2.withServiceTime(Duration.ofSeconds(5)));
    PooledHttpClient client = client(name, config(server).idleTimeout(Duration.ofSeconds(2)));
    get(client, server, 1);
    assertThat(server.stats().requests()).isEqualTo(1);
  }

  @EveryHttp2Provider
  void anOldConnectionIsReplacedIfTheClientCan(String name) throws Exception {
    StubServer server = server(HTTP_2);
    ClientConfig.Builder config = config(server).maxLifetime(Duration.ofMillis(500));
    ClientProvider provider = ClientProvider.named(name);
    if (provider.support(Setting.MAX_LIFETIME_OVER_HTTP_2) == Support.UNSUPPORTED) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> client(name, config))
          .withMessageStartingWith("maxLifetime ")
          .withMessageEndingWith("must not be set: client " + name + " does not support it");
      return;
    }
    PooledHttpClient client = client(name, config);
    get(client, server, 1);
    Thread.sleep(600);
    get(client, server, 1);
    assertThat(server.stats().connections()).isEqualTo(2);
    Clients.eventually("the old one closed", () -> server.stats().openConnections() == 1);
  }

  @EveryHttp2Provider
  void theClientCountsTheServersConnections(String name) throws Exception {
    StubServer server = server(HTTP_2);
    PooledHttpClient client = client(name, config(server));
    Clients.together(8, () -> {
      get(client, server, 5);
      return null;
    });
    ClientMetrics metrics = client.metrics();
    assertThat(metrics.calls()).isEqualTo(40);
    assertThat(metrics.leased()).isZero();
    if (metrics.connections().isEmpty()) {
      return;
    }
    Clients.eventually("extra ones closed", () -> server.stats().openConnections() == 1);
    Clients.eventually(
        "one is idle", () -> client.metrics().connections().orElseThrow().idle() == 1);
    ClientMetrics.Connections counted = client.metrics().connections().orElseThrow();
    assertThat(counted.opened()).isEqualTo(server.stats().connections());
    assertThat(counted.connectTime().count()).isBetween(1L, counted.opened());
    client.close();
    Clients.eventually(
        "its end is counted",
        () -> client
                .metrics()
                .connections()
                .orElseThrow()
                .closed()
                .getOrDefault(CloseReason.SHUTDOWN, 0L)
            == 1);
    assertThat(client.metrics().connections().orElseThrow().open()).isZero();
  }

  @EveryHttp2Provider
  void closeEndsTheCallsAndTheConnection(String name) throws Exception {
    StubServer server = server(HTTP_2.withServiceTime(Duration.ofSeconds(2)));
    PooledHttpClient client = client(name, config(server));
    var calls = begin(client, server.httpsUri(), 4);
    Clients.eventually("all under way", () -> server.stats().requestsInFlight() == 4);
    client.close();
    Clients.eventually("ended", () -> calls.stream().allMatch(CompletableFuture::isDone));
    Clients.eventually("closed", () -> server.stats().openConnections() == 0);
    Clients.eventually("given back", () -> client.metrics().leased() == 0);
  }

  // Calls that end early

  @EveryHttp2Provider
  void cancellingACallLeavesTheOthersAlone(String name) throws Exception {
    StubServer server = server(HTTP_2.withServiceTime(Duration.ofSeconds(3)));
    PooledHttpClient client = client(name, config(server));
    get(client, server, 1);
    var calls = begin(client, server.httpsUri(), 4);
    Clients.eventually("all under way", () -> server.stats().requestsInFlight() == 4);
    assertThat(calls.get(0).cancel(true)).isTrue();
    Clients.eventually("given back", () -> client.metrics().leased() == 3);
    for (CompletableFuture<Response> call : calls.subList(1, 4)) {
      assertThat(call.get().status()).isEqualTo(200);
    }
    assertThat(client.metrics().leased()).isZero();
    assertThat(client.metrics().failures()).isEqualTo(Map.of(Failure.CANCELLED, 1L));
    assertThat(server.stats().connections()).isEqualTo(1);
    get(client, server, 1);
    Clients.eventually("one is left", () -> server.stats().openConnections() == 1);
  }

  @EveryHttp2Provider
  void aStalledResponseRunsIntoTheReadTimeout(String name) throws Exception {
    endsAndRecovers(
        name, b -> b.readTimeout(Duration.ofSeconds(1)), Fault.Kind.STALL, Failure.READ_TIMEOUT);
  }

  @EveryHttp2Provider
  void aStalledResponseRunsIntoTheCallTimeout(String name) throws Exception {
    endsAndRecovers(
        name, b -> b.callTimeout(Duration.ofSeconds(2)), Fault.Kind.STALL, Failure.CALL_TIMEOUT);
  }

  @EveryHttp2Provider
  void aConnectionThatIsClosedInAResponseEndsTheCall(String name) throws Exception {
    endsAndRecovers(name, b -> b, Fault.Kind.TRUNCATE, Failure.CONNECTION_CLOSED);
  }

  private void endsAndRecovers(
      String name, UnaryOperator<ClientConfig.Builder> limit, Fault.Kind kind, Failure expected)
      throws Exception {
    StubServer server = server(HTTP_2.withFaults(List.of(second(kind))));
    PooledHttpClient client = client(name, limit.apply(config(server)));
    get(client, server, 1);
    // No GET, which is sent again if the connection ends before the client has seen the answer.
    assertFails(
        client, Request.post(server.httpsUri().resolve("echo"), Clients.pattern(2048)), expected);
    Clients.eventually("given back", () -> client.metrics().leased() == 0);
    get(client, server, 2);
    assertThat(server.stats().connections()).isBetween(1L, 2L);
    assertThat(client.metrics().failures()).isEqualTo(Map.of(expected, 1L));
  }

  @EveryHttp2Provider
  void aConnectionThatIsClosedInsteadOfAResponseEndsAPost(String name) throws Exception {
    StubServer server = server(HTTP_2.withFaults(List.of(second(Fault.Kind.DROP))));
    PooledHttpClient client = client(name, config(server));
    get(client, server, 1);
    assertFails(
        client,
        Request.post(server.httpsUri().resolve("echo"), new byte[10]),
        Failure.CONNECTION_CLOSED);
    assertThat(server.stats().requests()).isEqualTo(2);
    get(client, server, 1);
  }

  /** Over a link so long that the server's leave to send more comes later than the limit. */
  @EveryHttp2Provider
  void aServerThatTakesNoMoreRunsIntoTheWriteTimeout(String name) throws Exception {
    StubServer server = server(HTTP_2.withLink(new Link(Duration.ofSeconds(2))));
    PooledHttpClient client = client(name, config(server).writeTimeout(Duration.ofMillis(500)));
    byte[] moreThanTheServersWindows = new byte[8 << 20];
    assertFails(
        client,
        Request.post(server.httpsUri().resolve("echo"), moreThanTheServersWindows),
        Failure.WRITE_TIMEOUT);
  }

  @EveryHttp2Provider
  void whoWaitsForAConnectionFailsLikeTheOneThatOpensIt(String name) throws Exception {
    StubServer server = server(HTTP_2);
    RawServer closing = new RawServer(RawServer.CLOSING);
    open.add(closing);
    RawServer silent = new RawServer(RawServer.SILENT);
    open.add(silent);
    PooledHttpClient client = client(name, config(server).readTimeout(Duration.ofMillis(500)));
    Map<Integer, Failure> expected = Map.of(
        refusingPort(), Failure.CONNECT_FAILED,
        closing.port(), Failure.CONNECTION_CLOSED,
        silent.port(), Failure.READ_TIMEOUT);
    expected.forEach((port, failure) -> {
      for (CompletableFuture<Response> call : begin(client, Door.TLS.ofPort(port), 4)) {
        assertThatThrownBy(call::get)
            .cause()
            .isInstanceOfSatisfying(
                CallException.class,
                e -> assertThat(e.failure()).as(e.toString()).isEqualTo(failure));
      }
    });
    Clients.eventually("given back", () -> client.metrics().leased() == 0);
    get(client, server, 1);
  }

  @EveryHttp2Provider
  void anUntrustedCertificateIsAnError(String name) throws Exception {
    StubServer server = server(HTTP_2);
    PooledHttpClient client = client(name, ClientConfig.builder().protocol(Protocol.HTTP_2));
    assertFails(client, Request.get(server.httpsUri()), Failure.TLS);
  }
}
