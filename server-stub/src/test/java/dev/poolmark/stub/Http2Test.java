package dev.poolmark.stub;

import static org.assertj.core.api.Assertions.assertThat;

import dev.poolmark.stub.config.HttpProtocol;
import dev.poolmark.stub.config.KeepAlive;
import dev.poolmark.stub.config.Link;
import dev.poolmark.stub.config.StubConfig;
import java.io.DataInputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

@Timeout(60)
class Http2Test {
  private static final StubConfig HTTP_2 = StubConfig.defaults().withProtocol(HttpProtocol.HTTP_2);

  static List<StubConfig> withAndWithoutLink() {
    Link link = new Link(Duration.ofMillis(2)).withSlowStart(true).withBitsPerSecond(400_000_000);
    return List.of(HTTP_2, HTTP_2.withLink(link));
  }

  private static HttpClient client(StubServer server) throws Exception {
    return HttpClient.newBuilder()
        .version(HttpClient.Version.HTTP_2)
        .sslContext(RawClient.trusting(server))
        .build();
  }

  private static HttpResponse<byte[]> get(HttpClient client, URI uri) throws Exception {
    return client.send(
        HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofByteArray());
  }

  @ParameterizedTest
  @MethodSource("withAndWithoutLink")
  void bothPortsSpeakItAndManyRequestsShareAConnection(StubConfig config) throws Exception {
    try (StubServer server = StubServer.start(config.withServiceTime(Duration.ofMillis(5)))) {
      HttpClient client = client(server);
      for (URI uri : List.of(server.httpUri(), server.httpsUri())) {
        server.resetStats();
        assertThat(get(client, uri).version()).isEqualTo(HttpClient.Version.HTTP_2);
        List<CompletableFuture<HttpResponse<byte[]>>> calls = IntStream.range(0, 20)
            .mapToObj(i -> client.sendAsync(
                HttpRequest.newBuilder(uri.resolve("/bytes/300000")).build(),
                HttpResponse.BodyHandlers.ofByteArray()))
            .toList();
        for (var call : calls) {
          assertThat(call.get().body()).hasSize(300_000);
        }
        assertThat(server.stats().connections()).isEqualTo(1);
        assertThat(server.stats().requestsPerConnection()).hasToString("{21=1}");
      }
    }
  }

  @Test
  void clientsThatDoNotOfferItGetHttp11() throws Exception {
    try (StubServer server = StubServer.start(HTTP_2);
        RawClient plain = RawClient.plain(server);
        RawClient tls = RawClient.tls(server, RawClient.trusting(server))) {
      assertThat(plain.get("/").status()).isEqualTo(200);
      assertThat(tls.get("/").status()).isEqualTo(200);
    }
  }

  @Test
  void itIsOffByDefault() throws Exception {
    try (StubServer server = StubServer.start(StubConfig.defaults())) {
      HttpClient client = client(server);
      assertThat(get(client, server.httpsUri()).version()).isEqualTo(HttpClient.Version.HTTP_1_1);
      assertThat(get(client, server.httpUri()).version()).isEqualTo(HttpClient.Version.HTTP_1_1);
    }
  }

  /** With raw frames, since the JDK's client aborts all its calls on a GOAWAY. */
  @Test
  void aLastRequestIsAnnouncedWithAGoAway() throws Exception {
    KeepAlive keepAlive = KeepAlive.MINUTE.withMaxRequests(2);
    try (StubServer server = StubServer.start(HTTP_2.withKeepAlive(keepAlive));
        RawClient client = RawClient.plain(server)) {
      client.send("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", frame(SETTINGS, 0, 0));
      client.send("", frame(HEADERS, END_STREAM | END_HEADERS, 1, GET_ROOT));
      assertThat(framesUntilData(client, 1)).doesNotContain(GO_AWAY);
      client.send("", frame(HEADERS, END_STREAM | END_HEADERS, 3, GET_ROOT));
      assertThat(framesUntilData(client, 3)).contains(GO_AWAY);
      assertThat(server.stats().requests()).isEqualTo(2);
    }
  }

  private static final int DATA = 0;
  private static final int HEADERS = 1;
  private static final int SETTINGS = 4;
  private static final int GO_AWAY = 7;
  private static final int END_STREAM = 1;
  private static final int END_HEADERS = 4;

  /** GET, http and / from HPACK's static table, and an authority of one letter. */
  private static final int[] GET_ROOT = {0x82, 0x86, 0x84, 0x41, 1, 's'};

  private static byte[] frame(int type, int flags, int stream, int... payload) {
    byte[] frame = new byte[9 + payload.length];
    frame[2] = (byte) payload.length;
    frame[3] = (byte) type;
    frame[4] = (byte) flags;
    frame[8] = (byte) stream;
    for (int i = 0; i < payload.length; i++) {
      frame[9 + i] = (byte) payload[i];
    }
    return frame;
  }

  /** The types of the frames that arrive until this stream ends. */
  private static List<Integer> framesUntilData(RawClient client, int stream) throws Exception {
    DataInputStream in = new DataInputStream(client.socket().getInputStream());
    List<Integer> types = new ArrayList<>();
    while (true) {
      int length = in.readUnsignedByte() << 16 | in.readUnsignedShort();
      int type = in.readUnsignedByte();
      int flags = in.readUnsignedByte();
      int ofStream = in.readInt();
      in.readFully(new byte[length]);
      types.add(type);
      if (type == DATA && ofStream == stream && (flags & END_STREAM) != 0) {
        return types;
      }
    }
  }
}
