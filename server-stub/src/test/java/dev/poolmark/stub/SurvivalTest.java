package dev.poolmark.stub;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What a server on a network has to bear. */
@Timeout(120)
class SurvivalTest {
  static List<StubConfig> withAndWithoutLink() {
    StubConfig config = StubConfig.defaults()
        .withTls(new Tls(Tls.Version.TLS_1_3, Tls.Key.P_256, false))
        .withKeepAlive(KeepAlive.MINUTE.withIdleTimeout(Duration.ofSeconds(2)));
    return List.of(config, config.withLink(new Link(Duration.ofMillis(1))));
  }

  private static void assertServes(StubServer server) throws Exception {
    while (server.stats().openConnections() > 0) {
      Thread.sleep(5);
    }
    assertThat(server.stats().requestsInFlight()).isZero();
    try (RawClient plain = RawClient.plain(server);
        RawClient tls = RawClient.tls(server, RawClient.trusting(server))) {
      assertThat(plain.get("/").status()).isEqualTo(200);
      assertThat(tls.get("/").status()).isEqualTo(200);
    }
  }

  @ParameterizedTest
  @MethodSource("withAndWithoutLink")
  void garbageOnBothDoors(StubConfig config) throws Exception {
    Random random = new Random(1);
    try (StubServer server = StubServer.start(config)) {
      for (int i = 0; i < 200; i++) {
        byte[] garbage = new byte[random.nextInt(20_000)];
        random.nextBytes(garbage);
        URI door = i % 2 == 0 ? server.httpUri() : server.httpsUri();
        try (Socket socket = new Socket(door.getHost(), door.getPort())) {
          socket.getOutputStream().write(garbage);
        } catch (IOException refused) {
          // rightly
        }
      }
      // a hello, cut off
      byte[] hello = {0x16, 3, 1, 2, 0, 1, 0, 1, (byte) 0xfc, 3, 3};
      try (Socket socket =
          new Socket(server.httpsUri().getHost(), server.httpsUri().getPort())) {
        socket.getOutputStream().write(hello);
      }
      assertServes(server);
      assertThat(server.stats().connections()).isEqualTo(203);
      assertThat(server.stats().requests()).isEqualTo(2);
    }
  }

  @ParameterizedTest
  @MethodSource("withAndWithoutLink")
  void connectionsThatStopInTheMiddleAreClosed(StubConfig config) throws Exception {
    List<Socket> halfOpen = new ArrayList<>();
    try (StubServer server = StubServer.start(config)) {
      for (String start : List.of(
          "",
          "GET / HT",
          "GET / HTTP/1.1\r\nHost: stub\r\n",
          "POST /echo HTTP/1.1\r\nHost: stub\r\nContent-Length: 10\r\n\r\n12345")) {
        for (URI door : List.of(server.httpUri(), server.httpsUri())) {
          Socket socket = new Socket(door.getHost(), door.getPort());
          halfOpen.add(socket);
          socket.getOutputStream().write(start.getBytes(StandardCharsets.US_ASCII));
        }
      }
      assertServes(server); // although none of them was closed by its client
    } finally {
      for (Socket socket : halfOpen) {
        socket.close();
      }
    }
  }

  @ParameterizedTest
  @MethodSource("withAndWithoutLink")
  void tenThousandConnectsWithoutARequest(StubConfig config) throws Exception {
    int connects = 10_000;
    try (StubServer server = StubServer.start(config)) {
      for (int i = 0; i < connects; i++) {
        URI door = i % 2 == 0 ? server.httpUri() : server.httpsUri();
        try (Socket socket = new Socket()) {
          socket.setSoLinger(true, 0); // leaves no port in TIME_WAIT
          socket.connect(new InetSocketAddress(door.getHost(), door.getPort()), 10_000);
        }
      }
      assertServes(server);
      assertThat(server.stats().requests()).isEqualTo(2);
    }
  }
}
