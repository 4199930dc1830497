package dev.poolmark.stub;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.fail;

import dev.poolmark.stub.config.KeyType;
import dev.poolmark.stub.config.Link;
import dev.poolmark.stub.config.StubConfig;
import dev.poolmark.stub.config.TlsSettings;
import dev.poolmark.stub.config.TlsVersion;
import dev.poolmark.stub.stats.StubStats;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Collectors;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

@Timeout(60)
class StubServerTest {
  static List<StubConfig> withAndWithoutLink() {
    StubConfig direct = StubConfig.defaults();
    return List.of(
        direct,
        direct.withLink(new Link(Duration.ZERO)),
        direct.withLink(new Link(Duration.ofMillis(2))));
  }

  @ParameterizedTest
  @MethodSource("withAndWithoutLink")
  void answersEachPathWithItsBody(StubConfig config) throws Exception {
    byte[] sent = new byte[3_000_000];
    new Random(1).nextBytes(sent);
    try (StubServer server = StubServer.start(config.withBodyBytes(300));
        RawClient plain = RawClient.plain(server);
        RawClient tls = RawClient.tls(server, RawClient.trusting(server))) {
      for (RawClient client : List.of(plain, tls)) {
        byte[] expected = new byte[300];
        for (int i = 0; i < expected.length; i++) {
          expected[i] = (byte) i;
        }
        assertThat(client.get("/").body()).isEqualTo(expected);
        assertThat(client.get("/bytes/0").body()).isEmpty();
        assertThat(client.get("/bytes/2000000").body()).hasSize(2_000_000);
        assertThat(client.post("/echo", sent).body()).isEqualTo(sent);
        assertThat(client.get("/elsewhere").status()).isEqualTo(404);
        assertThat(client.get("/bytes/-1").status()).isEqualTo(404);
        assertThat(client.get("/bytes/x").status()).isEqualTo(404);
      }
      StubStats stats = server.stats();
      assertThat(stats.connections()).isEqualTo(2);
      assertThat(stats.openConnections()).isEqualTo(2);
      assertThat(stats.requests()).isEqualTo(14);
      assertThat(stats.requestsInFlight()).isZero();
      assertThat(stats.peakRequestsInFlight()).isEqualTo(1);
    }
  }

  @Test
  void aCutLinkSwallowsWhatOpenAndNewConnectionsSend() throws Exception {
    try (StubServer server =
            StubServer.start(StubConfig.defaults().withLink(new Link(Duration.ZERO)));
        RawClient open = RawClient.plain(server)) {
      assertThat(open.get("/").status()).isEqualTo(200);
      server.cutLink();
      try (RawClient fresh = RawClient.plain(server)) {
        for (RawClient client : List.of(open, fresh)) {
          client.socket().setSoTimeout(200);
          assertThatThrownBy(() -> client.get("/")).isInstanceOf(SocketTimeoutException.class);
        }
      }
      assertThat(server.stats().requests()).isEqualTo(1);
    }
  }

  @Test
  void onlyALinkCanBeCut() throws Exception {
    try (StubServer server = StubServer.start(StubConfig.defaults())) {
      assertThatThrownBy(server::cutLink)
          .isInstanceOf(IllegalStateException.class)
          .hasMessage("link must be set to be cut: none");
    }
  }

  @Test
  void requestsAreSlowUntilNothingIsAddedToTheirServiceTime() throws Exception {
    try (StubServer server = StubServer.start(StubConfig.defaults());
        RawClient slow = RawClient.plain(server);
        RawClient fast = RawClient.plain(server)) {
      server.slowDown(Duration.ofMinutes(1));
      slow.socket().setSoTimeout(200);
      assertThatThrownBy(() -> slow.get("/")).isInstanceOf(SocketTimeoutException.class);
      server.slowDown(Duration.ZERO);
      assertThat(fast.get("/").status()).isEqualTo(200);
      assertThat(server.stats().requestsInFlight()).isEqualTo(1);
    }
  }

  @ParameterizedTest
  @EnumSource(TlsVersion.class)
  void countsAFullHandshakeForEachConnectionUnlessResumptionIsOn(TlsVersion version)
      throws Exception {
    StubConfig config = StubConfig.defaults();
    for (boolean resumption : new boolean[] {false, true}) {
      try (StubServer server =
          StubServer.start(config.withTls(new TlsSettings(version, KeyType.P_256, resumption)))) {
        SSLContext context = RawClient.trusting(server);
        for (int i = 0; i < 10; i++) {
          try (RawClient client = RawClient.tls(server, context)) {
            client.get("/");
          }
        }
        assertThat(server.stats().connections()).isEqualTo(10);
        assertThat(server.stats().fullHandshakes()).isEqualTo(resumption ? 1 : 10);
        assertThat(server.stats().resumedHandshakes()).isEqualTo(resumption ? 9 : 0);
      }
    }
  }

  @ParameterizedTest
  @EnumSource(KeyType.class)
  void speaksTheOneVersionWithTheKeyThatWasAskedFor(KeyType key) throws Exception {
    for (TlsVersion version : TlsVersion.values()) {
      try (StubServer server = StubServer.start(
              StubConfig.defaults().withTls(new TlsSettings(version, key, false)));
          RawClient client = RawClient.tls(server, RawClient.trusting(server))) {
        var session = ((SSLSocket) client.socket()).getSession();
        assertThat(session.getProtocol()).isEqualTo(version.jdkName());
        assertThat(session.getPeerCertificates()[0].getPublicKey().getAlgorithm())
            .isEqualTo(key.algorithm());
      }
    }
  }

  @Test
  void countsConnectionsRequestsAndPeaksExactlyUnderLoad() throws Exception {
    int clients = 16;
    int rounds = 20;
    try (StubServer server =
        StubServer.start(StubConfig.defaults().withServiceTime(Duration.ofMillis(5)))) {
      ExecutorService executor = Executors.newFixedThreadPool(clients);
      List<Future<?>> calls = new ArrayList<>();
      var together = new CyclicBarrier(clients);
      for (int i = 0; i < clients; i++) {
        calls.add(executor.submit(() -> {
          try (RawClient client = RawClient.plain(server)) {
            for (int r = 0; r < rounds; r++) {
              together.await();
              client.get("/");
            }
          }
          return null;
        }));
      }
      for (Future<?> call : calls) {
        call.get();
      }
      executor.shutdown();
      assertThat(server.stats().connections()).isEqualTo(clients);
      assertThat(server.stats().peakConnections()).isEqualTo(clients);
      assertThat(server.stats().requests()).isEqualTo((long) clients * rounds);
      assertThat(server.stats().peakRequestsInFlight()).isEqualTo(clients);
      Await.untilAllClosed(server);

      server.resetStats();
      assertThat(server.stats())
          .usingRecursiveComparison()
          .ignoringFields("busyPercent")
          .isEqualTo(new StubStats(0, 0, 0, 0, 0, 0, 0, 0, 0, new TreeMap<>(), Map.of(), 0));
    }
  }

  @Test
  void neverAnswersBeforeServiceTimeAndRoundTripsHavePassed() throws Exception {
    Duration roundTrip = Duration.ofMillis(30);
    Duration serviceTime = Duration.ofMillis(50);
    StubConfig config =
        StubConfig.defaults().withLink(new Link(roundTrip)).withServiceTime(serviceTime);
    try (StubServer server = StubServer.start(config)) {
      SSLContext context = RawClient.trusting(server);
      long start = System.nanoTime();
      try (RawClient client = RawClient.plain(server)) {
        client.get("/");
        // One round trip for the TCP handshake, one for the request.
        assertThat(since(start))
            .isGreaterThanOrEqualTo(roundTrip.multipliedBy(2).plus(serviceTime));
        start = System.nanoTime();
        client.get("/");
        assertThat(since(start)).isGreaterThanOrEqualTo(roundTrip.plus(serviceTime));
      }
      start = System.nanoTime();
      try (RawClient client = RawClient.tls(server, context)) {
        client.get("/");
        // Two more for a full handshake of TLS 1.2.
        assertThat(since(start))
            .isGreaterThanOrEqualTo(roundTrip.multipliedBy(4).plus(serviceTime));
      }
    }
  }

  @Test
  void withoutALinkClientsConnectToTheServerDirectly() throws Exception {
    Set<Thread> before = Thread.getAllStackTraces().keySet();
    try (StubServer direct = StubServer.start(StubConfig.defaults())) {
      assertThat(direct.stats().connections()).isZero();
      assertThat(stubThreads(before)).noneMatch(name -> name.startsWith("stub-link"));
    }
    try (StubServer linked =
        StubServer.start(StubConfig.defaults().withLink(new Link(Duration.ZERO)))) {
      assertThat(linked.stats().connections()).isZero();
      assertThat(stubThreads(before)).anyMatch(name -> name.startsWith("stub-link"));
    }
  }

  @Test
  void aLargeResponseOnAFreshConnectionPaysForItsRoundTrips() throws Exception {
    Duration roundTrip = Duration.ofMillis(30);
    Link link = new Link(roundTrip).withSlowStart(true);
    try (StubServer server = StubServer.start(StubConfig.defaults().withLink(link));
        RawClient client = RawClient.plain(server)) {
      long start = System.nanoTime();
      assertThat(client.get("/bytes/1000000").body()).hasSize(1_000_000);
      // One for TCP, one for the request, and six more for a megabyte.
      assertThat(since(start)).isGreaterThanOrEqualTo(roundTrip.multipliedBy(8));
    }
  }

  @Test
  void aNarrowLinkTakesItsTime() throws Exception {
    Link link = new Link(Duration.ZERO).withBitsPerSecond(8_000_000);
    try (StubServer server = StubServer.start(StubConfig.defaults().withLink(link));
        RawClient client = RawClient.plain(server)) {
      long start = System.nanoTime();
      assertThat(client.get("/bytes/200000").body()).hasSize(200_000);
      assertThat(since(start)).isGreaterThanOrEqualTo(Duration.ofMillis(200));
    }
  }

  private static Duration since(long startNanos) {
    return Duration.ofNanos(System.nanoTime() - startNanos);
  }

  @ParameterizedTest
  @MethodSource("withAndWithoutLink")
  void passesAHalfCloseOn(StubConfig config) throws Exception {
    try (StubServer server = StubServer.start(config.withServiceTime(Duration.ofMillis(20)));
        RawClient client = RawClient.plain(server)) {
      client.send("GET / HTTP/1.1\r\nHost: stub\r\n\r\n", new byte[0]);
      client.socket().shutdownOutput();
      assertThat(client.receive().body()).hasSize(2048);
      assertThat(client.socket().getInputStream().read()).isEqualTo(-1);
      Await.untilAllClosed(server);
    }
  }

  @ParameterizedTest
  @MethodSource("withAndWithoutLink")
  void passesAResetOn(StubConfig config) throws Exception {
    try (StubServer server = StubServer.start(config)) {
      RawClient client = RawClient.plain(server);
      client.get("/");
      client.socket().setSoLinger(true, 0); // close() now sends a reset
      client.close();
      Await.untilAllClosed(server);
    }
  }

  @ParameterizedTest
  @MethodSource("withAndWithoutLink")
  void closesItsConnectionsWhenToldTo(StubConfig config) throws Exception {
    try (StubServer server = StubServer.start(config);
        RawClient client = RawClient.plain(server)) {
      client.get("/");
      server.closeConnections();
      assertThat(client.socket().getInputStream().read()).isEqualTo(-1);
      Await.untilAllClosed(server);
    }
  }

  @ParameterizedTest
  @MethodSource("withAndWithoutLink")
  void deliversABodyThatIsLargerThanEveryBufferOnTheWay(StubConfig config) throws Exception {
    int length = 32 << 20;
    try (StubServer server = StubServer.start(config);
        RawClient client = RawClient.plain(server)) {
      client.send("GET /bytes/" + length + " HTTP/1.1\r\nHost: stub\r\n\r\n", new byte[0]);
      Await.until("the request is counted", () -> server.stats().requests() == 1);
      assertThat(client.receive().body()).hasSize(length);
    }
  }

  @ParameterizedTest
  @MethodSource("withAndWithoutLink")
  void closeEndsEveryConnectionAndThread(StubConfig config) throws Exception {
    Set<Thread> before = Thread.getAllStackTraces().keySet();
    StubServer server = StubServer.start(config);
    RawClient client = RawClient.plain(server);
    client.get("/");
    server.close();
    server.close();
    assertThat(readsEndOrReset(client)).isTrue();
    Await.until("every thread has ended", () -> stubThreads(before).isEmpty());
  }

  private static boolean readsEndOrReset(RawClient client) {
    try {
      return client.socket().getInputStream().read() < 0;
    } catch (IOException reset) {
      return true;
    }
  }

  private static Set<String> stubThreads(Set<Thread> before) {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(thread -> !before.contains(thread))
        .map(Thread::getName)
        .filter(name -> name.startsWith("stub"))
        .collect(Collectors.toSet());
  }

  /** Calls until the load shows, however coarse the system's steps are. */
  @Test
  void countsHowBusyItsProcessIs() throws Exception {
    try (StubServer server = StubServer.start(StubConfig.defaults());
        RawClient client = RawClient.plain(server)) {
      Await.until("the load shows", () -> {
        client.get("/");
        return server.stats().busyPercent() != 0;
      });
      assertThat(server.stats().busyPercent()).isBetween(1, 100);
    }
  }

  /** Jetty forgets what it has just accepted when it stops; its client would wait for ever. */
  @RepeatedTest(20)
  void aConnectionThatComesAsTheServerStopsIsClosed() throws Exception {
    StubServer server = StubServer.start(StubConfig.defaults());
    int port = server.httpUri().getPort();
    List<Socket> sockets = new CopyOnWriteArrayList<>();
    Thread connecting = new Thread(() -> {
      try {
        while (sockets.size() < 2_000) {
          sockets.add(new Socket(InetAddress.getLoopbackAddress(), port));
        }
      } catch (IOException refused) {
        // the server has stopped
      }
    });
    connecting.start();
    Await.until("connections come", () -> sockets.size() > 10);
    server.close();
    connecting.join();
    for (Socket socket : sockets) {
      try (socket) {
        socket.setSoTimeout(5_000);
        assertThat(socket.getInputStream().read()).isEqualTo(-1);
      } catch (SocketTimeoutException silent) {
        fail("a connection is still open", silent);
      } catch (SocketException reset) {
        // closed, too
      }
    }
  }
}
