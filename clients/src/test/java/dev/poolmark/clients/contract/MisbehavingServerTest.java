package dev.poolmark.clients.contract;

import static org.assertj.core.api.Assertions.assertThat;

import dev.poolmark.clients.ClientConfig;
import dev.poolmark.clients.Clients;
import dev.poolmark.clients.PooledHttpClient;
import dev.poolmark.clients.Request;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What a caller sees of each {@link Misbehaviour}: the same failure in every client, and nothing left of the call. */
@Timeout(60)
final class MisbehavingServerTest extends Contract {
  static Stream<Arguments> cells() {
    return Misbehaviour.ALL.stream()
        .flatMap(misbehaviour -> misbehaviour.endpoints().stream()
            .flatMap(endpoint ->
                Cells.clients().map(client -> Arguments.of(client, endpoint, misbehaviour))));
  }

  @ParameterizedTest(name = "{0} over {1}: a server that {2}", quoteTextArguments = false)
  @MethodSource("cells")
  void failsAlike(String name, Endpoint endpoint, Misbehaviour misbehaviour) throws Exception {
    RawServer server = raw(endpoint, misbehaviour.script());
    ClientConfig.Builder config = endpoint.config();
    if (misbehaviour.failure().isTimeout()) {
      config.readTimeout(SHORT);
    }
    PooledHttpClient client = client(name, config);
    Request request = Request.get(server.uri());
    assertFails(client, request, misbehaviour.failure());
    assertFails(client.executeAsync(request), request, misbehaviour.failure());
    assertThat(client.metrics().failures()).isEqualTo(Map.of(misbehaviour.failure(), 2L));
    awaitNoLease(client);
    Clients.eventually("no connection is left", () -> server.openConnections() == 0);
  }
}
