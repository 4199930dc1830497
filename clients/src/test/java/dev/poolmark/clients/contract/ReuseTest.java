package dev.poolmark.clients.contract;

import static org.assertj.core.api.Assertions.assertThat;

import dev.poolmark.clients.CallException;
import dev.poolmark.clients.Clients;
import dev.poolmark.clients.Failure;
import dev.poolmark.clients.PooledHttpClient;
import dev.poolmark.clients.Request;
import dev.poolmark.clients.Reuse;
import dev.poolmark.clients.spi.Capability;
import dev.poolmark.stub.StubServer;
import java.util.List;

/** Which calls share a connection. */
final class ReuseTest extends Contract {
  private static final int THREADS = 20;

  private static final int BUSY_CALLS = 2_000;

  /** A client that loses responses loses a few of 300,000: half a minute, and so by hand. */
  private static final int CALLS_UNTIL_ONE_IS_LOST = Integer.getInteger("busy.calls", 0);

  @Promise
  void pooledCallsOneAfterAnotherShareOneConnection(String name, Endpoint endpoint)
      throws Exception {
    StubServer server = server(endpoint);
    get(client(name, endpoint.config()), endpoint.uri(server), CALLS);
    assertThat(server.stats().connections()).isEqualTo(1);
    assertThat(server.stats().requests()).isEqualTo(CALLS);
  }

  @Promise({Endpoint.PLAIN, Endpoint.TLS})
  void connectionPerRequestOpensOneForEachCall(String name, Endpoint endpoint) throws Exception {
    StubServer server = server(endpoint);
    PooledHttpClient client = client(name, endpoint.config().reuse(Reuse.CONNECTION_PER_REQUEST));
    get(client, endpoint.uri(server), CALLS);
    assertThat(server.stats().connections()).isEqualTo(CALLS);
    awaitOpen(server, 0);
  }

  @Promise
  void clientPerRequestOpensOneForEachCall(String name, Endpoint endpoint) throws Exception {
    StubServer server = server(endpoint);
    int calls = 20;
    get(
        client(name, endpoint.config().reuse(Reuse.CLIENT_PER_REQUEST)),
        endpoint.uri(server),
        calls);
    assertThat(server.stats().connections()).isEqualTo(calls);
    assertThat(server.stats().requests()).isEqualTo(calls);
  }

  @Promise
  void aCallAfterTheServerClosedItsConnectionsSucceeds(String name, Endpoint endpoint)
      throws Exception {
    StubServer server = server(endpoint);
    PooledHttpClient client = client(name, endpoint.config());
    get(client, endpoint.uri(server), 1);
    server.closeConnections();
    awaitOpen(server, 0);
    get(client, endpoint.uri(server), 2);
    assertThat(server.stats().connections()).isEqualTo(2);
  }

  /** A POST shows a loss: a GET is sent again. */
  @Promise(Endpoint.PLAIN)
  void aBusyPoolLosesNoResponse(String name, Endpoint endpoint) throws Exception {
    boolean keepsAll = Cells.supports(name, Capability.BUSY_POOL);
    int calls = keepsAll ? BUSY_CALLS : Math.max(BUSY_CALLS, CALLS_UNTIL_ONE_IS_LOST);
    StubServer server = server(endpoint);
    PooledHttpClient client = client(name, endpoint.config().maxConnections(THREADS));
    Request post = Request.post(endpoint.uri(server).resolve("/echo"), new byte[] {1});
    List<Integer> lost = Clients.together(THREADS, () -> lost(client, post, calls / THREADS));
    int losses = lost.stream().mapToInt(Integer::intValue).sum();
    assertThat(server.stats().requests()).isEqualTo(calls);
    assertThat(server.stats().connections()).isLessThanOrEqualTo(THREADS + losses);
    if (keepsAll) {
      assertThat(losses).isZero();
    } else if (CALLS_UNTIL_ONE_IS_LOST > 0) {
      assertThat(losses).isPositive();
    }
  }

  private static int lost(PooledHttpClient client, Request request, int times) throws Exception {
    int lost = 0;
    for (int i = 0; i < times; i++) {
      try {
        assertThat(client.execute(request).status()).isEqualTo(200);
      } catch (CallException e) {
        assertThat(e.failure()).as(e.toString()).isEqualTo(Failure.CONNECTION_CLOSED);
        lost++;
      }
    }
    return lost;
  }
}
