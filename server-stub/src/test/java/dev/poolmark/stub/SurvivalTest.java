package dev.poolmark.stub;

import static org.assertj.core.api.Assertions.assertThat;

import dev.poolmark.stub.config.KeepAlive;
import dev.poolmark.stub.config.KeyType;
import dev.poolmark.stub.config.Link;
import dev.poolmark.stub.config.StubConfig;
import dev.poolmark.stub.config.TlsSettings;
import dev.poolmark.stub.config.TlsVersion;
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

/** Bytes and connections that a server on a network must survive. */
@Timeout(120)
class SurvivalTest {
  static List<StubConfig> withAndWithoutLink() {
    StubConfig config = StubConfig.defaults()
        .withTls(new TlsSettings(TlsVersion.TLS_1_3, KeyType.P_256, false))
        .withKeepAlive(KeepAlive.MINUTE.withIdleTimeout(Duration.ofSeconds(2)));
    return List.of(config, config.withLink(new Link(Duration.ofMillis(1))));
  }

  private static void assertServes(StubServer server) throws Exception {
    Await.untilAllClosed(server);
    Await.until("no request is in flight", () -> server.stats().requestsInFlight() == 0);
    try (RawClient plain = RawClient.plain(server);
        RawClient tls = RawClient.tls(server, RawClient.trusting(server))) {
      assertThat(plain.get("/").status()).isEqualTo(200);
      assertThat(tls.get("/").status()).isEqualTo(200);
    }
  }

  @ParameterizedTest
  @MethodSource("withAndWithoutLink")
  void garbageOnBothPorts(StubConfig config) throws Exception {
    Random random = new Random(1);
    try (StubServer server = StubServer.start(config)) {
      for (int i = 0; i < 200; i++) {
        byte[] garbage = new byte[random.nextInt(20_000)];
        random.nextBytes(garbage);
        URI port = i % 2 == 0 ? server.httpUri() : server.httpsUri();
        try (Socket socket = new Socket(port.getHost(), port.getPort())) {
          socket.getOutputStream().write(garbage);
        } catch (IOException refused) {
          // The server may reset a connection that sends garbage.
        }
      }
      // A ClientHello that stops in the middle.
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
        for (URI port : List.of(server.httpUri(), server.httpsUri())) {
          Socket socket = new Socket(port.getHost(), port.getPort());
          halfOpen.add(socket);
          socket.getOutputStream().write(start.getBytes(StandardCharsets.US_ASCII));
        }
      }
      Await.until("all are accepted", () -> server.stats().connections() == halfOpen.size());
      assertServes(server); // no client has closed its connection
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
        URI port = i % 2 == 0 ? server.httpUri() : server.httpsUri();
        try (Socket socket = new Socket()) {
          socket.setSoLinger(true, 0); // leaves no port in TIME_WAIT
          socket.connect(new InetSocketAddress(port.getHost(), port.getPort()), 10_000);
        }
        if (i % 500 == 499) {
          // This process has both ends: up to four file descriptors a connection.
          Await.untilAllClosed(server);
        }
      }
      assertServes(server);
      assertThat(server.stats().requests()).isEqualTo(2);
    }
  }
}
