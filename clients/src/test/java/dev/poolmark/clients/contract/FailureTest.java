package dev.poolmark.clients.contract;

import static org.assertj.core.api.Assertions.assertThat;

import dev.poolmark.clients.ClientConfig;
import dev.poolmark.clients.Clients;
import dev.poolmark.clients.Failure;
import dev.poolmark.clients.PooledHttpClient;
import dev.poolmark.clients.Request;
import dev.poolmark.stub.StubServer;
import dev.poolmark.stub.config.Fault;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;

/** Why a call fails, and that the client recovers. {@link MisbehavingServerTest} has more failures. */
final class FailureTest extends Contract {
  @Promise({Endpoint.TLS, Endpoint.H2})
  void anUntrustedCertificateIsAnError(String name, Endpoint endpoint) throws Exception {
    StubServer server = server(endpoint);
    ClientConfig trusted = endpoint.config().build();
    PooledHttpClient client = client(name, ClientConfig.builder().protocol(trusted.protocol()));
    assertFails(client, Request.get(endpoint.uri(server)), Failure.TLS);
    assertThat(server.stats().requests()).isZero();
  }

  @Promise
  void aRefusedConnectionIsAnError(String name, Endpoint endpoint) throws Exception {
    PooledHttpClient client = client(name, endpoint.config());
    assertFails(client, Request.get(endpoint.uri(refusingPort())), Failure.CONNECT_FAILED);
  }

  @Promise
  void aStalledResponseRunsIntoTheReadTimeout(String name, Endpoint endpoint) throws Exception {
    failAndRecover(
        name,
        endpoint,
        config -> config.readTimeout(Duration.ofSeconds(1)),
        Fault.Kind.STALL,
        Failure.READ_TIMEOUT);
  }

  @Promise
  void aStalledResponseRunsIntoTheCallTimeout(String name, Endpoint endpoint) throws Exception {
    failAndRecover(
        name,
        endpoint,
        config -> config.callTimeout(Duration.ofSeconds(1)),
        Fault.Kind.STALL,
        Failure.CALL_TIMEOUT);
  }

  @Promise
  void aConnectionThatIsClosedInAResponseEndsTheCall(String name, Endpoint endpoint)
      throws Exception {
    failAndRecover(
        name, endpoint, config -> config, Fault.Kind.TRUNCATE, Failure.CONNECTION_CLOSED);
  }

  @Promise
  void aConnectionThatIsClosedInsteadOfAResponseEndsAPost(String name, Endpoint endpoint)
      throws Exception {
    failAndRecover(name, endpoint, config -> config, Fault.Kind.DROP, Failure.CONNECTION_CLOSED);
  }

  /** The fault hits the second request on a connection: a POST, because a client may send a GET again. */
  private void failAndRecover(
      String name,
      Endpoint endpoint,
      UnaryOperator<ClientConfig.Builder> limit,
      Fault.Kind kind,
      Failure expected)
      throws Exception {
    Fault second = new Fault(kind, new Fault.Nth(2));
    StubServer server = server(endpoint.stub().withFaults(List.of(second)));
    PooledHttpClient client = client(name, limit.apply(endpoint.config()));
    URI uri = endpoint.uri(server);
    get(client, uri, 1);
    assertFails(client, Request.post(uri.resolve("echo"), Clients.pattern(2048)), expected);
    awaitNoLease(client);
    assertThat(server.stats().requests()).as("the POST is sent once").isEqualTo(2);
    get(client, uri, 2);
    assertThat(client.metrics().failures()).isEqualTo(Map.of(expected, 1L));
    // Over HTTP/2 a call that times out may end as a stream, and leave its connection to others.
    boolean kept = endpoint == Endpoint.H2 && expected.isTimeout();
    assertThat(server.stats().connections()).isBetween(kept ? 1L : 2L, 2L);
  }
}
