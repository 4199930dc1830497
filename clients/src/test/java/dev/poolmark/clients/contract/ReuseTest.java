package dev.poolmark.clients.contract;

import static org.assertj.core.api.Assertions.assertThat;

import dev.poolmark.clients.PooledHttpClient;
import dev.poolmark.clients.Reuse;
import dev.poolmark.stub.StubServer;

/** Which calls share a connection. */
final class ReuseTest extends Contract {
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
}
