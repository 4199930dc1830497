package dev.poolmark.clients.contract;

import static org.assertj.core.api.Assertions.assertThat;

import dev.poolmark.clients.Failure;
import dev.poolmark.clients.PooledHttpClient;
import dev.poolmark.clients.Request;
import dev.poolmark.clients.Response;
import dev.poolmark.clients.spi.Capability;
import dev.poolmark.stub.StubServer;
import dev.poolmark.stub.config.KeepAlive;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;

/** Connections that carry many calls at once: how they are shared, opened in bursts, and given up by the server. */
final class Http2ConnectionTest extends Contract {
  private static final int AT_ONCE = 20;

  /** How many Jetty, as a server, allows on a connection. */
  private static final int STREAMS = 128;

  @Promise(Endpoint.H2)
  void aConnectionCarriesManyCallsAtOnce(String name, Endpoint endpoint) throws Exception {
    StubServer server = server(endpoint, Duration.ofSeconds(1));
    PooledHttpClient client = client(name, endpoint.config().maxConnections(AT_ONCE));
    get(client, endpoint.uri(server), 1);
    List<CompletableFuture<Response>> calls = begin(client, endpoint.uri(server), AT_ONCE);
    awaitInFlight(server, AT_ONCE);
    assertThat(client.metrics().leased()).isEqualTo(AT_ONCE);
    assertThat(server.stats().connections()).isEqualTo(1);
    assertSucceed(calls);
    assertThat(client.metrics().leased()).isZero();
    assertThat(server.stats().requestsPerConnection()).isEqualTo(Map.of(AT_ONCE + 1, 1L));
  }

  @Promise(Endpoint.H2)
  void aBurstThatFindsNoConnectionOpensOneForEachCallAtMost(String name, Endpoint endpoint)
      throws Exception {
    StubServer server = server(endpoint, Duration.ofMillis(100));
    PooledHttpClient client = client(name, endpoint.config().maxConnections(AT_ONCE));
    getTogether(client, endpoint.uri(server), AT_ONCE, 1);
    assertThat(server.stats().connections()).isLessThanOrEqualTo(AT_ONCE);
    server.resetStats();
    get(client, endpoint.uri(server), 10);
    assertThat(server.stats().connections()).isZero();
  }

  @Promise(Endpoint.H2)
  void aCallThatWaitsForAConnectionFailsLikeTheOneThatOpensIt(String name, Endpoint endpoint)
      throws Exception {
    StubServer server = server(endpoint);
    PooledHttpClient client = client(name, endpoint.config().readTimeout(SLOW));
    Map<URI, Failure> expected = Map.of(
        endpoint.uri(refusingPort()), Failure.CONNECT_FAILED,
        raw(endpoint, Script.insteadOfTls(Script.close())).uri(), Failure.CONNECTION_CLOSED,
        raw(endpoint, Script.insteadOfTls()).uri(), Failure.READ_TIMEOUT);
    expected.forEach((uri, failure) -> {
      for (CompletableFuture<Response> call : begin(client, uri, 4)) {
        assertFails(call, Request.get(uri), failure);
      }
    });
    awaitNoLease(client);
    get(client, endpoint.uri(server), 1);
  }

  /** The server sends GOAWAY with every fifth response. */
  private StubServer goingAway(Endpoint endpoint) throws IOException {
    return server(endpoint.stub().withKeepAlive(KeepAlive.MINUTE.withMaxRequests(5)));
  }

  @Promise(Endpoint.H2)
  void noGetIsLostWhenTheServerGivesUpConnections(String name, Endpoint endpoint) throws Exception {
    StubServer server = goingAway(endpoint);
    get(client(name, endpoint.config()), endpoint.uri(server), 20);
    assertThat(server.stats().connections()).isEqualTo(4);
    assertThat(server.stats().requests()).isEqualTo(20);
  }

  @Promise(Endpoint.H2)
  void aConnectionThatTheServerHasGivenUpIsClosed(String name, Endpoint endpoint) throws Exception {
    assumeSupport(name, Capability.CLOSE_AFTER_GOAWAY);
    StubServer server = goingAway(endpoint);
    PooledHttpClient client = client(name, endpoint.config().idleTimeout(Duration.ofSeconds(2)));
    get(client, endpoint.uri(server), 20);
    awaitOpen(server, 0);
  }

  @Promise(Endpoint.H2)
  void moreCallsThanAConnectionHasStreamsSucceed(String name, Endpoint endpoint) throws Exception {
    assumeSupport(name, Capability.WAIT_FOR_STREAM);
    StubServer server = server(endpoint, Duration.ofMillis(200));
    int calls = 2 * STREAMS;
    PooledHttpClient client = client(name, endpoint.config().maxConnections(calls));
    get(client, endpoint.uri(server), 1);
    assertSucceed(begin(client, endpoint.uri(server), calls));
    assertThat(server.stats().requests()).isEqualTo(calls + 1);
    awaitNoLease(client);
  }

  /** As a server does in a rolling deployment. */
  @Promise(Endpoint.H2)
  void callsThatAServerStillAnswersOutliveItsGoAway(String name, Endpoint endpoint)
      throws Exception {
    int posts = 3;
    Script.Step giveUp = connection -> {
      H2.goAway(H2.ALL_STREAMS, H2.NO_ERROR).run(connection);
      connection.pause(SHORT);
      H2.goAway(connection.stream(), H2.NO_ERROR).run(connection);
      connection.pause(SHORT);
    };
    Script.Step ok = H2.answer("200", "ok");
    RawServer server = raw(
        endpoint,
        Script.of(
            H2.open(),
            H2.readRequest(),
            ok,
            H2.answerTogether(posts, giveUp, ok),
            Script.pause(SHORT),
            Script.close()),
        Script.of(H2.open(), Script.repeat(H2.readRequest(), ok)));
    PooledHttpClient client = client(name, endpoint.config().maxConnections(posts));
    client.execute(Request.get(server.uri()));
    Request post = Request.post(server.uri(), new byte[] {1});
    assertSucceed(Stream.generate(() -> client.executeAsync(post)).limit(posts).toList());
    assertThat(server.connections()).isEqualTo(1);
    client.execute(post);
    assertThat(server.connections()).isEqualTo(2);
  }

  @Promise(Endpoint.H2)
  void aConnectionThatIsSilentUnderACallGetsNoOther(String name, Endpoint endpoint)
      throws Exception {
    Script.Step ok = H2.answer("200", "ok");
    RawServer server = raw(
        endpoint,
        Script.of(H2.open(), H2.readRequest(), ok, Script.readNothing()),
        Script.of(H2.open(), Script.repeat(H2.readRequest(), ok)));
    PooledHttpClient client = client(name, endpoint.config().readTimeout(Duration.ofSeconds(1)));
    Request get = Request.get(server.uri());
    client.execute(get);
    assertFails(client, get, Failure.READ_TIMEOUT);
    if (!Cells.supports(name, Capability.AWAY_FROM_SILENCE)) {
      assertFails(client, get, Failure.READ_TIMEOUT);
      return;
    }
    assertThat(client.execute(get).bodyAsString()).isEqualTo("ok");
    assertThat(server.connections()).isEqualTo(2);
  }
}
