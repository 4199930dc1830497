package dev.poolmark.clients.contract;

import static org.assertj.core.api.Assertions.assertThat;

import dev.poolmark.clients.Clients;
import dev.poolmark.clients.CloseReason;
import dev.poolmark.clients.PooledHttpClient;
import dev.poolmark.clients.Request;
import dev.poolmark.clients.ReuseOrder;
import dev.poolmark.clients.spi.Capability;
import dev.poolmark.stub.StubServer;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** How long a connection is kept. */
@Execution(ExecutionMode.CONCURRENT)
final class ConnectionAgeTest extends Contract {
  private static final Duration IDLE_TIMEOUT = Duration.ofSeconds(2);

  @Promise
  void anIdleConnectionIsClosedAfterItsTimeout(String name, Endpoint endpoint) throws Exception {
    StubServer server = server(endpoint);
    PooledHttpClient client = client(name, endpoint.config().idleTimeout(IDLE_TIMEOUT));
    get(client, endpoint.uri(server), 1);
    assertThat(server.stats().connections()).isEqualTo(1);
    awaitOpen(server, 0);
    awaitClosedFor(client, CloseReason.IDLE_TIMEOUT, 1);
    get(client, endpoint.uri(server), 1);
    assertThat(server.stats().connections()).isEqualTo(2);
  }

  @Promise(Endpoint.H2)
  void aCallMayTakeLongerThanTheIdleTimeout(String name, Endpoint endpoint) throws Exception {
    StubServer server = server(endpoint, Duration.ofSeconds(3));
    PooledHttpClient client = client(name, endpoint.config().idleTimeout(IDLE_TIMEOUT));
    get(client, endpoint.uri(server), 1);
    assertThat(server.stats().requests()).isEqualTo(1);
  }

  @Promise({Endpoint.PLAIN, Endpoint.TLS})
  void noMoreThanMaxIdleStayOpenAfterABurst(String name, Endpoint endpoint) throws Exception {
    StubServer server = server(endpoint, SLOW.multipliedBy(3)); // for all eight to overlap
    PooledHttpClient client =
        client(name, endpoint.config().maxConnections(8).maxIdleConnections(3));
    getTogether(client, endpoint.uri(server), 8, 1);
    assertThat(server.stats().peakConnections()).isEqualTo(8);
    Clients.eventually("at most 3 left", () -> server.stats().openConnections() <= 3);
    server.resetStats();
    get(client, endpoint.uri(server), 3);
    assertThat(server.stats().connections()).as("some were kept").isZero();
  }

  @Promise(Endpoint.PLAIN)
  void connectionsThatOnlyABurstNeededEndAlthoughCallsGoOn(String name, Endpoint endpoint)
      throws Exception {
    StubServer server = server(endpoint, Duration.ofMillis(100)); // for the burst to overlap
    PooledHttpClient client =
        client(name, endpoint.config().maxConnections(6).idleTimeout(IDLE_TIMEOUT));
    getTogether(client, endpoint.uri(server), 6, 1);
    int burst = server.stats().openConnections();
    assertThat(burst).isGreaterThan(2);
    boolean closes = Cells.supports(name, Capability.SURPLUS_CLOSED);
    Clients.eventually("calls go on, and the others have ended", () -> {
      try {
        get(client, endpoint.uri(server), burst); // for each to be used, where they take turns
      } catch (IOException e) {
        throw new AssertionError("every call succeeds", e);
      }
      return !closes || server.stats().openConnections() == 1;
    });
    assertThat(server.stats().openConnections()).isBetween(closes ? 1 : 2, closes ? 1 : burst);
  }

  @Promise
  void anOldConnectionIsReplaced(String name, Endpoint endpoint) throws Exception {
    assumeSupport(name, Capability.MAX_LIFETIME);
    StubServer server = server(endpoint);
    Duration lifetime = Duration.ofMillis(500);
    PooledHttpClient client = client(name, endpoint.config().maxLifetime(lifetime));
    get(client, endpoint.uri(server), 1);
    Thread.sleep(lifetime.toMillis() + 100); // a connection ages by no other means
    get(client, endpoint.uri(server), 2); // one may be the old connection's last
    assertThat(server.stats().connections()).isGreaterThanOrEqualTo(2);
    // The new one grows old, too.
    Clients.eventually("the old one is closed", () -> server.stats().openConnections() <= 1);
    Clients.eventually(
        "its age was the reason",
        () -> connections(client).closedFor().keySet().equals(Set.of(CloseReason.MAX_LIFETIME)));
  }

  /** RFC 2068, section 19.7.1. A client has to be a second earlier than the server. */
  @Promise({Endpoint.PLAIN, Endpoint.TLS})
  void aConnectionIsKeptNoLongerThanTheServerKeepsIt(String name, Endpoint endpoint)
      throws Exception {
    assumeSupport(name, Capability.KEEP_ALIVE); // the next test proves where it is missing
    RawServer server = keeping(endpoint, "timeout=3, max=100");
    PooledHttpClient client = client(name, endpoint.config());
    Request get = Request.get(server.uri());
    client.execute(get);
    client.execute(get);
    assertThat(server.connections()).isEqualTo(1);
    Thread.sleep(2100); // a connection ages by no other means
    client.execute(get);
    assertThat(server.connections()).isEqualTo(2);
    awaitClosedFor(client, CloseReason.IDLE_TIMEOUT, 1);
  }

  @Promise({Endpoint.PLAIN, Endpoint.TLS})
  void aConnectionThatTheServerIsAboutToCloseIsNotKept(String name, Endpoint endpoint)
      throws Exception {
    for (String field : List.of("timeout=1", "timeout=30, max=0")) {
      RawServer server = keeping(endpoint, field);
      PooledHttpClient client = client(name, endpoint.config());
      client.execute(Request.get(server.uri()));
      client.execute(Request.post(server.uri(), new byte[] {1}));
      assertThat(server.connections())
          .as(field)
          .isEqualTo(Cells.supports(name, Capability.KEEP_ALIVE) ? 2 : 1);
    }
  }

  @Promise({Endpoint.PLAIN, Endpoint.TLS})
  void idleConnectionsAreUsedInTheOrderThatIsSet(String name, Endpoint endpoint) throws Exception {
    assumeSupport(name, Capability.REUSE_ORDER);
    assertThat(connectionsUsed(name, endpoint, ReuseOrder.LIFO)).hasSize(1);
    assertThat(connectionsUsed(name, endpoint, ReuseOrder.FIFO)).hasSize(3);
  }

  /** Which of three open connections six calls use that follow each other. */
  private Set<String> connectionsUsed(String name, Endpoint endpoint, ReuseOrder order)
      throws Exception {
    RawServer server = raw(endpoint, numbered("0"), numbered("1"), numbered("2"));
    PooledHttpClient client = client(name, endpoint.config().maxConnections(3).reuseOrder(order));
    Request get = Request.get(server.uri());
    Clients.together(3, () -> client.execute(get));
    assertThat(server.connections()).isEqualTo(3);
    Set<String> used = new TreeSet<>();
    for (int i = 0; i < 6; i++) {
      used.add(client.execute(get).bodyAsString());
    }
    return used;
  }

  /** Answers with the number of the connection, the first time so late that all three are opened. */
  private static Script numbered(String number) {
    Script.Step answer = Script.send("HTTP/1.1 200 OK\nContent-Length: 1\n\n" + number);
    return Script.of(
        Script.readHead(),
        Script.pause(Duration.ofSeconds(1)),
        answer,
        Script.repeat(Script.readHead(), answer));
  }

  private RawServer keeping(Endpoint endpoint, String keepAlive) throws Exception {
    return raw(
        endpoint,
        Script.answering(
            "HTTP/1.1 200 OK\nKeep-Alive: " + keepAlive + "\nContent-Length: 2\n\nok"));
  }
}
