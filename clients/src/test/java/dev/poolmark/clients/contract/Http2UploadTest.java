package dev.poolmark.clients.contract;

import static org.assertj.core.api.Assertions.assertThat;

import dev.poolmark.clients.PooledHttpClient;
import dev.poolmark.clients.Request;
import dev.poolmark.clients.spi.Capability;
import java.time.Duration;
import java.util.stream.IntStream;

/** Requests whose bodies an HTTP/2 server takes as it likes. */
final class Http2UploadTest extends Contract {
  /** More than what a library or an adapter hands on in one piece. */
  private static final int BODY_BYTES = 32 * 1024;

  private static final int BIT_BYTES = 512;
  private static final int STEPS = 8;

  /** Each step comes within the write timeout; all together take longer. */
  @Promise(Endpoint.H2)
  void aWindowThatOpensBitByBitIsProgress(String name, Endpoint endpoint) throws Exception {
    Script.Step bit = connection -> {
      connection.pause(SHORT);
      H2.allow(BIT_BYTES).run(connection);
    };
    Script.Step allBits = connection -> {
      for (int i = 0; i < STEPS; i++) {
        bit.run(connection);
      }
    };
    RawServer server = raw(
        endpoint,
        Script.of(
            H2.open(H2.INITIAL_WINDOW_SIZE, 0),
            H2.readRequest(),
            H2.answer("200", "ok"),
            H2.readHead(),
            allBits,
            H2.allow(BODY_BYTES),
            H2.readRest(),
            H2.answer("200", "ok")));
    Duration limit = SHORT.multipliedBy(STEPS / 2);
    PooledHttpClient client = client(name, endpoint.config().writeTimeout(limit));
    if (refusesAWindowOfZero(client, name, server)) {
      return;
    }
    byte[] body = new byte[BODY_BYTES];
    IntStream.range(0, BODY_BYTES).forEach(i -> body[i] = (byte) i);
    Request post = Request.post(server.uri(), body);
    if (!Cells.supports(name, Capability.UPLOAD_PROGRESS)) {
      failureOf(client, post);
      return;
    }
    assertThat(client.execute(post).bodyAsString()).isEqualTo("ok");
    assertThat(server.connections()).isEqualTo(1);
  }

  /** It answers what it has seen of the request. */
  @Promise(Endpoint.H2)
  void anEarlyAnswerIsDelivered(String name, Endpoint endpoint) throws Exception {
    RawServer server = raw(
        endpoint,
        Script.of(
            H2.open(H2.INITIAL_WINDOW_SIZE, 0),
            H2.readRequest(),
            H2.answer("200", "ok"),
            H2.readHead(),
            H2.answer("413", "ok"),
            H2.reset(H2.NO_ERROR)));
    PooledHttpClient client = client(name, endpoint.config().writeTimeout(SLOW.multipliedBy(4)));
    if (refusesAWindowOfZero(client, name, server)) {
      return;
    }
    Request post = Request.post(server.uri(), new byte[BODY_BYTES]);
    assertThat(client.execute(post).status()).isEqualTo(413);
    awaitNoLease(client);
  }

  /** Makes a first call, after which the client knows the server's settings: a body may be sent before. */
  private static boolean refusesAWindowOfZero(
      PooledHttpClient client, String name, RawServer server) throws Exception {
    Request get = Request.get(server.uri());
    if (!Cells.supports(name, Capability.ZERO_WINDOW)) {
      failureOf(client, get);
      return true;
    }
    assertThat(client.execute(get).status()).isEqualTo(200);
    return false;
  }
}
