package dev.poolmark.clients.jetty;

import dev.poolmark.clients.ClientConfig;
import dev.poolmark.clients.Clients;
import dev.poolmark.clients.Request;
import dev.poolmark.clients.Response;
import dev.poolmark.stub.StubServer;
import dev.poolmark.stub.config.StubConfig;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The library forgets connections that are made in the moment in which it stops; the adapter does not. */
@Timeout(120)
final class JettyCloseTest {
  private static final int TIMES = 100;
  private static final int CALLS = 4;
  private static final int MOST_NANOS = 1_000_000;
  private static final long SEED = 20261126;

  @Test
  void closesWhatIsBeingConnected() throws Exception {
    Random random = new Random(SEED);
    try (StubServer server = StubServer.start(StubConfig.defaults())) {
      for (int i = 0; i < TIMES; i++) {
        JettyPooledClient client = new JettyPooledClient(ClientConfig.builder().build());
        List<CompletableFuture<Response>> calls = new ArrayList<>();
        for (int call = 0; call < CALLS; call++) {
          calls.add(client.executeAsync(Request.get(server.httpUri())));
        }
        long moment = System.nanoTime() + random.nextInt(MOST_NANOS);
        while (System.nanoTime() < moment) {
          Thread.onSpinWait();
        }
        client.close();
        for (CompletableFuture<Response> call : calls) {
          call.handle((response, failure) -> response).get(30, TimeUnit.SECONDS);
        }
        Clients.eventually(
            "the client has nothing open",
            () -> client.metrics().connections().orElseThrow().open() == 0);
      }
      Clients.eventually("nor has the server", () -> server.stats().openConnections() == 0);
    }
  }
}
