package dev.poolmark.clients.contract;

import static org.assertj.core.api.Assertions.assertThat;

import dev.poolmark.clients.CallException;
import dev.poolmark.clients.Failure;
import dev.poolmark.clients.PooledHttpClient;
import dev.poolmark.clients.Request;
import java.time.Duration;

/** A response that comes before the request is whole is delivered or lost, and its connection takes no further call. */
final class EarlyResponseTest extends Contract {
  private static final String EARLY = "HTTP/1.1 413 -\nContent-Length: 2\n\nok";
  private static final Script LATER = Script.answering("HTTP/1.1 200 OK\nContent-Length: 2\n\nok");

  @Promise({Endpoint.PLAIN, Endpoint.TLS})
  void aServerThatAnswersEarlyAndResets(String name, Endpoint endpoint) throws Exception {
    isCalledAnew(
        name,
        endpoint,
        Script.of(
            Script.readHead(),
            Script.send(EARLY),
            Script.pause(Duration.ofMillis(50)),
            Script.reset()));
  }

  @Promise({Endpoint.PLAIN, Endpoint.TLS})
  void aServerThatAnswersEarlyAndReadsNoMore(String name, Endpoint endpoint) throws Exception {
    isCalledAnew(
        name, endpoint, Script.of(Script.readHead(), Script.send(EARLY), Script.readNothing()));
  }

  private void isCalledAnew(String name, Endpoint endpoint, Script early) throws Exception {
    RawServer server = raw(endpoint, early, LATER);
    PooledHttpClient client = client(name, endpoint.config().writeTimeout(SLOW));
    byte[] moreThanTheSystemBuffers = new byte[16 << 20];
    try {
      assertThat(client
              .execute(Request.post(server.uri(), moreThanTheSystemBuffers))
              .status())
          .isEqualTo(413);
    } catch (CallException lost) {
      assertThat(lost.failure())
          .as(lost.toString())
          .isIn(Failure.CONNECTION_CLOSED, Failure.WRITE_TIMEOUT);
    }
    awaitNoLease(client);
    assertThat(client.execute(Request.get(server.uri())).status()).isEqualTo(200);
    assertThat(server.connections()).isEqualTo(2);
  }
}
