package dev.poolmark.clients.jetty;

import static org.assertj.core.api.Assertions.assertThat;

import dev.poolmark.clients.ClientConfig;
import dev.poolmark.clients.Request;
import dev.poolmark.clients.Response;
import dev.poolmark.stub.StubServer;
import dev.poolmark.stub.config.StubConfig;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.eclipse.jetty.client.Connection;
import org.eclipse.jetty.client.HttpClient;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * One of the library's threads may take a connection for a request that another thread has sent meanwhile. Here the
 * test is that thread.
 */
@Timeout(60)
final class PoolTest {
  private StubServer server;
  private Request get;

  @BeforeEach
  void start() throws Exception {
    server = StubServer.start(StubConfig.defaults());
    get = Request.get(server.httpUri());
  }

  @AfterEach
  void stop() throws Exception {
    server.close();
  }

  @Test
  void aConnectionThatIsTakenInVainIsNotReplaced() throws Exception {
    try (JettyPooledClient client = new JettyPooledClient(config().build())) {
      client.execute(get);
      Connection taken = pool(client).acquire(false);
      CompletableFuture<Response> waiting = client.executeAsync(get);
      assertThat(pool(client).getConnectionCount()).isEqualTo(1);
      assertThat(waiting).isNotDone();
      assertThat(pool(client).release(taken)).isTrue();
      assertThat(waiting.get(30, TimeUnit.SECONDS).status()).isEqualTo(200);
    }
    assertThat(server.stats().connections()).isEqualTo(1);
  }

  @Test
  void aConnectionThatIsTakenInVainAndNotKeptIsReplaced() throws Exception {
    try (JettyPooledClient client =
        new JettyPooledClient(config().maxLifetime(Duration.ofMillis(500)).build())) {
      Connection taken = null;
      while (taken == null) { // should its life end before it is taken
        client.execute(get);
        taken = pool(client).acquire(false);
      }
      CompletableFuture<Response> waiting = client.executeAsync(get);
      assertThat(waiting).isNotDone();
      Thread.sleep(600);
      assertThat(pool(client).release(taken)).isFalse();
      assertThat(waiting.get(30, TimeUnit.SECONDS).status()).isEqualTo(200);
      assertThat(taken.isClosed()).isTrue();
      assertThat(pool(client).getConnectionCount()).isEqualTo(1);
    }
  }

  private Pool pool(JettyPooledClient client) {
    HttpClient library = client.client;
    return (Pool) library.resolveDestination(library.newRequest(get.uri())).getConnectionPool();
  }

  private static ClientConfig.Builder config() {
    return ClientConfig.builder().maxConnections(4).maxIdleConnections(4);
  }
}
