package dev.poolmark.clients;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.poolmark.stub.StubServer;
import dev.poolmark.stub.config.StubConfig;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;

/** What the contract suites stand on: servers and clients that a test opens and that are closed after it. */
abstract class Contract {
  static final int CALLS = 100;

  /** Longer than the timeouts; no longer, because this server sees a close only once it has answered. */
  static final Duration SLOW = Duration.ofMillis(500);

  final List<AutoCloseable> open = new ArrayList<>();

  @AfterEach
  void closeAll() throws Exception {
    for (int i = open.size() - 1; i >= 0; i--) {
      open.get(i).close();
    }
  }

  final StubServer server(StubConfig config) throws IOException {
    StubServer server = StubServer.start(config);
    open.add(server);
    return server;
  }

  final StubServer server() throws IOException {
    return server(StubConfig.defaults());
  }

  final StubServer server(Duration serviceTime) throws IOException {
    return server(StubConfig.defaults().withServiceTime(serviceTime));
  }

  final RawServer raw(RawServer.Behaviour behaviour) throws IOException {
    RawServer server = new RawServer(behaviour);
    open.add(server);
    return server;
  }

  final int refusingPort() throws IOException {
    RefusingPort port = new RefusingPort();
    open.add(port);
    return port.number();
  }

  final PooledHttpClient client(String name, ClientConfig.Builder config) {
    PooledHttpClient client = ClientProvider.open(name, config.build());
    open.add(client);
    return client;
  }

  static void get(PooledHttpClient client, URI uri, int times) throws IOException {
    for (int i = 0; i < times; i++) {
      assertThat(client.execute(Request.get(uri)).status()).isEqualTo(200);
    }
  }

  static CallTimeoutException timeoutOf(PooledHttpClient client, Request request) {
    CallTimeoutException timeout =
        catchThrowableOfType(CallTimeoutException.class, () -> client.execute(request));
    assertThat(timeout).as("the call must run into a timeout").isNotNull();
    assertThat(timeout).hasMessageContaining(request.endpoint());
    return timeout;
  }

  /** Why the call fails; its message must name the endpoint. */
  static Failure failureOf(PooledHttpClient client, Request request) {
    CallException failure =
        catchThrowableOfType(CallException.class, () -> client.execute(request));
    assertThat(failure).as("the call must fail").isNotNull();
    assertThat(failure).hasMessageContaining(request.endpoint());
    assertThat(failure.endpoint()).isEqualTo(request.endpoint());
    return failure.failure();
  }
}
