package dev.poolmark.stub;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.poolmark.stub.config.Fault;
import dev.poolmark.stub.config.FaultPlan;
import dev.poolmark.stub.config.KeepAlive;
import dev.poolmark.stub.config.Link;
import dev.poolmark.stub.config.StubConfig;
import java.io.EOFException;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

@Timeout(60)
class FaultTest {
  static List<StubConfig> withAndWithoutLink() {
    return List.of(
        StubConfig.defaults(), StubConfig.defaults().withLink(new Link(Duration.ofMillis(1))));
  }

  private static StubConfig with(StubConfig config, String... faults) {
    return config.withFaults(List.of(faults).stream().map(Fault::of).toList());
  }

  @ParameterizedTest
  @MethodSource("withAndWithoutLink")
  void unavailableAsksForALaterTry(StubConfig config) throws Exception {
    try (StubServer server = StubServer.start(with(config, "503:@2"));
        RawClient client = RawClient.plain(server)) {
      assertThat(client.get("/").status()).isEqualTo(200);
      RawClient.RawResponse second = client.get("/");
      assertThat(second.status()).isEqualTo(503);
      assertThat(second.head()).contains("Retry-After: 1\r\n");
      assertThat(client.get("/").status()).isEqualTo(200);
      assertThat(server.stats().faults()).isEqualTo(Map.of(Fault.Kind.UNAVAILABLE, 1L));
    }
  }

  @ParameterizedTest
  @MethodSource("withAndWithoutLink")
  void aBodyIsResetTruncatedOrNeverSent(StubConfig config) throws Exception {
    String[] faults = {"reset:@1", "truncate:@2", "drop:@3", "reset:@4", "truncate:@5", "drop:@6"};
    try (StubServer server = StubServer.start(with(config, faults))) {
      for (Class<? extends Exception> outcome :
          List.of(SocketException.class, EOFException.class, SocketException.class)) {
        try (RawClient client = RawClient.plain(server)) {
          assertThatThrownBy(() -> client.get("/")).isInstanceOf(outcome);
        }
      }
      for (int i = 0; i < 3; i++) {
        try (RawClient client = RawClient.tls(server, RawClient.trusting(server))) {
          assertThatThrownBy(() -> client.get("/")).isInstanceOf(IOException.class);
        }
      }
      assertThat(server.stats().faults())
          .isEqualTo(Map.of(Fault.Kind.RESET, 2L, Fault.Kind.TRUNCATE, 2L, Fault.Kind.DROP, 2L));
      try (RawClient client = RawClient.plain(server)) {
        assertThat(client.get("/").status()).isEqualTo(200);
      }
    }
  }

  @Test
  void aTruncatedBodyHasItsFirstHalf() throws Exception {
    StubConfig config = with(StubConfig.defaults().withBodyBytes(100), "truncate:1");
    try (StubServer server = StubServer.start(config);
        RawClient client = RawClient.tls(server, RawClient.trusting(server))) {
      client.send("GET / HTTP/1.1\r\nHost: stub\r\n\r\n", new byte[0]);
      String all = client.receiveUntilEnd();
      assertThat(all).contains("Content-Length: 100\r\n");
      assertThat(all.substring(all.indexOf("\r\n\r\n") + 4)).hasSize(50);
    }
  }

  @ParameterizedTest
  @MethodSource("withAndWithoutLink")
  void aBodyStallsUntilTheIdleTimeout(StubConfig config) throws Exception {
    StubConfig stalling = with(config, "stall:1")
        .withKeepAlive(KeepAlive.MINUTE.withIdleTimeout(Duration.ofMillis(400)));
    try (StubServer server = StubServer.start(stalling);
        RawClient client = RawClient.plain(server)) {
      client.socket().setSoTimeout(150);
      assertThatThrownBy(() -> client.get("/")).isInstanceOf(SocketTimeoutException.class);
      client.socket().setSoTimeout(20_000);
      // The first half may have come late. The end must come.
      assertThatCode(client::receiveUntilEnd).doesNotThrowAnyException();
      Await.untilAllClosed(server);
    }
  }

  @ParameterizedTest
  @MethodSource("withAndWithoutLink")
  void aHandshakeStallsOnTheTlsPortOnly(StubConfig config) throws Exception {
    try (StubServer server = StubServer.start(with(config, "handshake-stall:@1"))) {
      try (RawClient plain = RawClient.plain(server);
          RawClient tls = RawClient.tls(server, RawClient.trusting(server))) {
        assertThat(plain.get("/").status()).isEqualTo(200);
        tls.socket().setSoTimeout(150);
        assertThatThrownBy(() -> tls.get("/")).isInstanceOf(SocketTimeoutException.class);
      }
      try (RawClient tls = RawClient.tls(server, RawClient.trusting(server))) {
        assertThat(tls.get("/").status()).isEqualTo(200);
      }
      assertThat(server.stats().faults()).isEqualTo(Map.of(Fault.Kind.HANDSHAKE_STALL, 1L));
      Await.untilAllClosed(server); // the server notices clients that give up
    }
  }

  @ParameterizedTest
  @MethodSource("withAndWithoutLink")
  void aConnectionIsRefusedOrSwallowedNowAndThen(StubConfig config) throws Exception {
    try (StubServer server = StubServer.start(with(config, "refuse:@1", "blackhole:@2"))) {
      try (RawClient refused = RawClient.plain(server)) {
        assertThatThrownBy(() -> refused.get("/")).isInstanceOf(SocketException.class);
      }
      try (RawClient swallowed = RawClient.plain(server)) {
        swallowed.socket().setSoTimeout(150);
        assertThatThrownBy(() -> swallowed.get("/")).isInstanceOf(SocketTimeoutException.class);
      }
      try (RawClient served = RawClient.plain(server)) {
        assertThat(served.get("/").status()).isEqualTo(200);
      }
      assertThat(server.stats().requests()).isEqualTo(1);
    }
  }

  @ParameterizedTest
  @MethodSource("withAndWithoutLink")
  void aServerThatAlwaysRefusesRefusesTheConnectItself(StubConfig config) throws Exception {
    try (StubServer server = StubServer.start(with(config, "refuse:1"))) {
      for (URI uri : List.of(server.httpUri(), server.httpsUri())) {
        assertThatThrownBy(() -> new Socket(uri.getHost(), uri.getPort()).close())
            .isInstanceOf(ConnectException.class);
      }
    }
  }

  @EnabledOnOs(OS.LINUX)
  @ParameterizedTest
  @MethodSource("withAndWithoutLink")
  void aServerThatAlwaysSwallowsLetsNoConnectComplete(StubConfig config) throws Exception {
    try (StubServer server = StubServer.start(with(config, "blackhole:1"))) {
      for (URI uri : List.of(server.httpUri(), server.httpsUri())) {
        try (Socket socket = new Socket()) {
          assertThatThrownBy(
                  () -> socket.connect(new InetSocketAddress(uri.getHost(), uri.getPort()), 300))
              .isInstanceOf(SocketTimeoutException.class);
        }
      }
    }
  }

  /** Bounds: five standard errors. */
  @Test
  void whichRequestsAreHitDependsOnTheSeedAlone() {
    StubConfig config = with(StubConfig.defaults(), "reset:0.1", "503:0.2");
    FaultPlan plan = FaultPlan.forRequests(config);
    List<Long> hit = hits(plan, Fault.Kind.RESET);
    assertThat(hit.size()).isBetween(953, 1047);
    // A request that both faults hit is reset.
    assertThat(hits(plan, Fault.Kind.UNAVAILABLE).size()).isBetween(1737, 1863);
    assertThat(hits(FaultPlan.forRequests(config), Fault.Kind.RESET)).isEqualTo(hit);
    assertThat(hits(FaultPlan.forRequests(config.withSeed(2)), Fault.Kind.RESET))
        .isNotEqualTo(hit);
    assertThat(hits(FaultPlan.forRequests(with(config, "reset:0.1")), Fault.Kind.RESET))
        .isEqualTo(hit);
  }

  private static List<Long> hits(FaultPlan plan, Fault.Kind kind) {
    return LongStream.rangeClosed(1, 10_000)
        .filter(n -> plan.at(n).filter(kind::equals).isPresent())
        .boxed()
        .toList();
  }

  @Test
  void theServerAppliesWhatThePlanSays() throws Exception {
    StubConfig config = with(StubConfig.defaults(), "503:0.3");
    FaultPlan plan = FaultPlan.forRequests(config);
    try (StubServer server = StubServer.start(config);
        RawClient client = RawClient.plain(server)) {
      for (int i = 1; i <= 200; i++) {
        assertThat(client.get("/").status()).isEqualTo(plan.at(i).isPresent() ? 503 : 200);
      }
      assertThat(server.stats().faults().get(Fault.Kind.UNAVAILABLE))
          .isEqualTo(
              hits(plan, Fault.Kind.UNAVAILABLE).stream().filter(n -> n <= 200).count());
    }
  }
}
