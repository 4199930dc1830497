package dev.poolmark.clients.contract;

import static org.assertj.core.api.Assertions.assertThat;

import dev.poolmark.clients.CallTimeoutException;
import dev.poolmark.clients.Clients;
import dev.poolmark.clients.Failure;
import dev.poolmark.clients.PooledHttpClient;
import dev.poolmark.clients.Request;
import dev.poolmark.stub.StubServer;
import dev.poolmark.stub.config.Link;
import java.time.Duration;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** Which timeout ends a call, and that nothing is left of it. {@link ServerBehaviourTest} has more read timeouts. */
@Execution(ExecutionMode.CONCURRENT)
final class TimeoutTest extends Contract {
  /** Much longer than the timeouts: on a busy machine these are late. */
  private static final Duration VERY_SLOW = SLOW.multipliedBy(3);

  @Promise
  void aServerThatTakesNoConnectionRunsIntoTheConnectTimeout(String name, Endpoint endpoint)
      throws Exception {
    FullBacklog server = closing(new FullBacklog());
    PooledHttpClient client = client(name, endpoint.config().connectTimeout(SHORT));
    assertFails(client, Request.get(endpoint.uri(server.port())), Failure.CONNECT_TIMEOUT);
  }

  @Promise({Endpoint.PLAIN, Endpoint.TLS})
  void aSlowServerRunsIntoTheReadTimeout(String name, Endpoint endpoint) throws Exception {
    StubServer server = server(endpoint, VERY_SLOW);
    PooledHttpClient client = client(name, endpoint.config().readTimeout(SHORT));
    assertFails(client, Request.get(endpoint.uri(server)), Failure.READ_TIMEOUT);
    awaitOpen(server, 0);
  }

  @Promise({Endpoint.PLAIN, Endpoint.TLS})
  void aSlowServerRunsIntoTheCallTimeout(String name, Endpoint endpoint) throws Exception {
    StubServer server = server(endpoint, VERY_SLOW);
    PooledHttpClient client = client(name, endpoint.config().callTimeout(SHORT));
    CallTimeoutException timeout =
        (CallTimeoutException) failureOf(client, Request.get(endpoint.uri(server)));
    assertThat(timeout.setting()).isEqualTo("callTimeout");
    assertThat(timeout).hasMessageContaining("callTimeout of 200 ms passed");
    awaitOpen(server, 0);
  }

  @Promise
  void anAsynchronousCallRunsIntoTheSameTimeouts(String name, Endpoint endpoint) throws Exception {
    StubServer server = server(endpoint, VERY_SLOW);
    PooledHttpClient callLimited = client(name, endpoint.config().callTimeout(SHORT));
    PooledHttpClient readLimited = client(name, endpoint.config().readTimeout(SHORT));
    Request request = Request.get(endpoint.uri(server));
    assertFails(callLimited.executeAsync(request), request, Failure.CALL_TIMEOUT);
    assertFails(readLimited.executeAsync(request), request, Failure.READ_TIMEOUT);
    awaitNoLease(callLimited);
    awaitNoLease(readLimited);
  }

  @Promise({Endpoint.PLAIN, Endpoint.TLS})
  void theCallTimeoutCoversTheBody(String name, Endpoint endpoint) throws Exception {
    RawServer stuck =
        raw(endpoint, Script.answering("HTTP/1.1 200 OK\nContent-Length: 1000\n\nonly a part"));
    PooledHttpClient client = client(name, endpoint.config().callTimeout(SHORT));
    assertFails(client, Request.get(stuck.uri()), Failure.CALL_TIMEOUT);
    Clients.eventually("no connection is open", () -> stuck.openConnections() == 0);
  }

  @Promise({Endpoint.PLAIN, Endpoint.TLS})
  void aServerThatReadsNothingRunsIntoTheWriteTimeout(String name, Endpoint endpoint)
      throws Exception {
    RawServer deaf = raw(endpoint, Script.of(Script.readNothing()));
    PooledHttpClient client = client(name, endpoint.config().writeTimeout(SHORT));
    byte[] moreThanTheSystemBuffers = new byte[64 << 20];
    assertFails(client, Request.post(deaf.uri(), moreThanTheSystemBuffers), Failure.WRITE_TIMEOUT);
    awaitNoLease(client);
  }

  /** The link is so long that the server's permission to send more comes later than the limit. */
  @Promise(Endpoint.H2)
  void aServerThatTakesNoMoreRunsIntoTheWriteTimeout(String name, Endpoint endpoint)
      throws Exception {
    StubServer server = server(endpoint.stub().withLink(new Link(Duration.ofSeconds(1))));
    PooledHttpClient client = client(name, endpoint.config().writeTimeout(Duration.ofMillis(250)));
    byte[] moreThanTheServersWindows = new byte[8 << 20];
    assertFails(
        client,
        Request.post(endpoint.uri(server).resolve("echo"), moreThanTheServersWindows),
        Failure.WRITE_TIMEOUT);
    awaitNoLease(client);
  }
}
