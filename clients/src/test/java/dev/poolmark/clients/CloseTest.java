package dev.poolmark.clients;

import dev.poolmark.stub.StubServer;
import dev.poolmark.stub.config.StubConfig;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A client that is closed in the very moment in which it sends a request, again and again. That a library opens one more
 * connection for it, as the JDK's may, is no harm: it must not stay open.
 */
@Timeout(120)
class CloseTest {
  private static final int TIMES = 5;

  @ParameterizedTest(name = "{0}")
  @MethodSource("dev.poolmark.clients.Clients#providers")
  void endsWhatIsBeingSentAndLeavesNoConnection(String name) throws Exception {
    StubConfig slow = StubConfig.defaults().withServiceTime(Duration.ofMillis(20));
    try (StubServer server = StubServer.start(slow)) {
      for (int i = 0; i < TIMES; i++) {
        PooledHttpClient client =
            ClientProvider.open(name, ClientConfig.builder().build());
        Request request = Request.get(server.httpUri());
        client.execute(request);
        CompletableFuture<Response> held = client.executeAsync(request);
        while (server.stats().requestsInFlight() == 0 && !held.isDone()) {
          Thread.onSpinWait();
        }
        client.close();
        Clients.eventually("the call has ended", held::isDone);
        Clients.eventually("nothing is open", () -> server.stats().openConnections() == 0);
      }
    }
  }
}
