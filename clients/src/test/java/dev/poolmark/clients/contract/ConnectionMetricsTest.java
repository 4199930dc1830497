package dev.poolmark.clients.contract;

import static org.assertj.core.api.Assertions.assertThat;

import dev.poolmark.clients.ClientConfig;
import dev.poolmark.clients.ClientMetrics;
import dev.poolmark.clients.Clients;
import dev.poolmark.clients.CloseReason;
import dev.poolmark.clients.Failure;
import dev.poolmark.clients.PooledHttpClient;
import dev.poolmark.clients.Request;
import dev.poolmark.clients.Response;
import dev.poolmark.clients.Reuse;
import dev.poolmark.clients.spi.Capability;
import dev.poolmark.stub.StubServer;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** A client with connection metrics counts as many connections as the server, whatever ends them. */
final class ConnectionMetricsTest extends Contract {
  private PooledHttpClient metered(String name, ClientConfig.Builder config) {
    assumeSupport(name, Capability.CONNECTION_METRICS);
    return client(name, config);
  }

  private static void awaitClosed(PooledHttpClient client, long expected) {
    Clients.eventually(
        expected + " counted as closed", () -> connections(client).closed() == expected);
  }

  /** These were closed in service, and those that are open are closed with the client: the counts agree. */
  private static void closeAfterTurnoverOf(
      PooledHttpClient client, StubServer server, long turnover) {
    long connections = server.stats().connections();
    assertThat(turnover).isPositive().isLessThan(connections);
    awaitClosed(client, turnover);
    client.close();
    awaitClosed(client, connections);
    assertThat(connections(client).opened()).isEqualTo(connections);
    assertThat(connections(client).open()).isZero();
  }

  @Promise
  void theClientCountsTheServersConnections(String name, Endpoint endpoint) throws Exception {
    StubServer server = server(endpoint, Duration.ofMillis(20));
    PooledHttpClient client = metered(name, endpoint.config());
    get(client, endpoint.uri(server), 1);
    getTogether(client, endpoint.uri(server), 8, 5);
    assertThat(connections(client).opened())
        .isEqualTo(server.stats().connections())
        .isEqualTo(endpoint.connectionsFor(4));
    assertThat(connections(client).connectTime().count())
        .isEqualTo(server.stats().connections());
    Clients.eventually(
        "all are idle", () -> connections(client).idle() == server.stats().openConnections());
    assertThat(connections(client).open()).isEqualTo(endpoint.connectionsFor(4));
  }

  /** A burst may open several connections; how many stay open is the library's affair. */
  @Promise(Endpoint.H2)
  void theConnectionsOfABurstAreCounted(String name, Endpoint endpoint) throws Exception {
    StubServer server = server(endpoint);
    PooledHttpClient client = metered(name, endpoint.config().maxConnections(8));
    getTogether(client, endpoint.uri(server), 8, 5);
    Clients.eventually("client and server count the same", () -> {
      ClientMetrics.Connections counted = connections(client);
      return counted.opened() == server.stats().connections()
          && counted.open() == server.stats().openConnections()
          && counted.idle() == counted.open();
    });
    assertThat(connections(client).opened()).isBetween(1L, 8L);
    client.close();
    awaitClosed(client, server.stats().connections());
  }

  @Promise({Endpoint.PLAIN, Endpoint.TLS})
  void withoutReuseEveryConnectionIsCountedAsClosed(String name, Endpoint endpoint)
      throws Exception {
    StubServer server = server(endpoint);
    PooledHttpClient client = metered(name, endpoint.config().reuse(Reuse.CONNECTION_PER_REQUEST));
    get(client, endpoint.uri(server), CALLS);
    assertThat(server.stats().connections()).isEqualTo(CALLS);
    awaitClosed(client, CALLS);
    ClientMetrics.Connections counted = connections(client);
    assertThat(counted.opened()).isEqualTo(CALLS);
    assertThat(counted.connectTime().count()).isEqualTo(CALLS);
    awaitClosedFor(client, CloseReason.NOT_REUSED, CALLS);
    assertThat(connections(client).lifetime().count()).isEqualTo(CALLS);
    client.close();
    awaitClosed(client, CALLS);
  }

  @Promise
  void aConnectionThatTheServerClosesIsCounted(String name, Endpoint endpoint) throws Exception {
    StubServer server = server(endpoint);
    PooledHttpClient client = metered(name, endpoint.config());
    get(client, endpoint.uri(server), 1);
    server.closeConnections();
    awaitOpen(server, 0);
    get(client, endpoint.uri(server), 1); // a client that blocks finds out only now
    awaitClosedFor(client, CloseReason.SERVER_CLOSED, 1);
    closeAfterTurnoverOf(client, server, 1);
  }

  @Promise({Endpoint.PLAIN, Endpoint.TLS})
  void aConnectionBeyondTheIdleCapIsCountedAsClosed(String name, Endpoint endpoint)
      throws Exception {
    StubServer server = server(endpoint, SLOW);
    PooledHttpClient client =
        metered(name, endpoint.config().maxConnections(8).maxIdleConnections(3));
    getTogether(client, endpoint.uri(server), 8, 1);
    Clients.eventually("at most 3 left", () -> server.stats().openConnections() <= 3);
    awaitClosedFor(client, CloseReason.IDLE_LIMIT, 8 - server.stats().openConnections());
    closeAfterTurnoverOf(
        client, server, server.stats().connections() - server.stats().openConnections());
  }

  @Promise({Endpoint.PLAIN, Endpoint.TLS})
  void aConnectionWhoseCallTimesOutIsCountedAsClosed(String name, Endpoint endpoint)
      throws Exception {
    StubServer server = server(endpoint, SLOW);
    PooledHttpClient client = metered(name, endpoint.config().callTimeout(SHORT));
    assertFails(client, Request.get(endpoint.uri(server)), Failure.CALL_TIMEOUT);
    awaitOpen(server, 0);
    awaitClosed(client, server.stats().connections());
    assertThat(connections(client).closedFor().keySet())
        .isSubsetOf(CloseReason.CALL_FAILED, CloseReason.UNUSED); // the call may end as it connects
    client.close();
    awaitClosed(client, server.stats().connections());
  }

  @Promise
  void theConnectionsThatCloseEndsAreCounted(String name, Endpoint endpoint) throws Exception {
    StubServer server = server(endpoint, SLOW);
    PooledHttpClient client = metered(name, endpoint.config());
    get(client, endpoint.uri(server), 1);
    getTogether(client, endpoint.uri(server), 4, 1);
    assertThat(server.stats().openConnections()).isEqualTo(endpoint.connectionsFor(4));
    assertThat(connections(client).closed()).isZero();
    List<CompletableFuture<Response>> held = begin(client, endpoint.uri(server), 1);
    awaitInFlight(server, 1);
    client.close();
    awaitClosed(client, server.stats().connections());
    Clients.eventually("the call has ended", held.get(0)::isDone);
    awaitOpen(server, 0);
    awaitClosedFor(client, CloseReason.CLIENT_CLOSED, server.stats().connections());
  }
}
