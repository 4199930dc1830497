package dev.poolmark.stub;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.poolmark.stub.config.KeepAlive;
import dev.poolmark.stub.config.Link;
import dev.poolmark.stub.config.StubConfig;
import java.io.IOException;
import java.net.SocketException;
import java.time.Duration;
import java.util.List;
import javax.net.ssl.SSLException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@Timeout(60)
class KeepAliveTest {
  private static final StubConfig WITHOUT_LINK = StubConfig.defaults();
  private static final StubConfig WITH_LINK = WITHOUT_LINK.withLink(new Link(Duration.ofMillis(1)));

  private static RawClient client(StubServer server, boolean tls) throws Exception {
    return tls ? RawClient.tls(server, RawClient.trusting(server)) : RawClient.plain(server);
  }

  private static void assertEnds(RawClient client, KeepAlive.Ending ending) throws IOException {
    if (ending == KeepAlive.Ending.RST) {
      assertThatThrownBy(() -> client.socket().getInputStream().read())
          .isInstanceOfAny(SocketException.class, SSLException.class)
          .hasMessageContaining("reset");
    } else {
      assertThat(client.readsEnd()).isTrue();
    }
    client.close();
  }

  @ParameterizedTest
  @EnumSource(KeepAlive.Ending.class)
  void closesAnIdleConnection(KeepAlive.Ending ending) throws Exception {
    KeepAlive keepAlive =
        KeepAlive.MINUTE.withIdleTimeout(Duration.ofMillis(300)).withEnding(ending);
    for (StubConfig config : List.of(WITHOUT_LINK, WITH_LINK)) {
      try (StubServer server = StubServer.start(config.withKeepAlive(keepAlive))) {
        for (boolean tls : new boolean[] {false, true}) {
          RawClient client = client(server, tls);
          assertThat(client.get("/").head()).doesNotContain("Connection: close");
          assertEnds(client, ending);
        }
      }
    }
  }

  @Test
  void aConnectionIsNotIdleWhileItsRequestIsWorkedOn() throws Exception {
    StubConfig config = WITHOUT_LINK
        .withKeepAlive(KeepAlive.MINUTE.withIdleTimeout(Duration.ofMillis(50)))
        .withServiceTime(Duration.ofMillis(500));
    try (StubServer server = StubServer.start(config)) {
      for (boolean tls : new boolean[] {false, true}) {
        RawClient client = client(server, tls);
        assertThat(client.get("/").status()).isEqualTo(200);
        client.close();
      }
    }
  }

  @ParameterizedTest
  @EnumSource(KeepAlive.Ending.class)
  void endsAConnectionAfterItsLastRequest(KeepAlive.Ending ending) throws Exception {
    KeepAlive keepAlive = KeepAlive.MINUTE.withMaxRequests(3).withEnding(ending);
    for (StubConfig config : List.of(WITHOUT_LINK, WITH_LINK)) {
      try (StubServer server = StubServer.start(config.withKeepAlive(keepAlive))) {
        for (boolean tls : new boolean[] {false, true}) {
          RawClient client = client(server, tls);
          assertThat(client.get("/").head()).doesNotContain("Connection: close");
          assertThat(client.get("/").head()).doesNotContain("Connection: close");
          String last = client.get("/").head();
          assertThat(last.contains("Connection: close"))
              .isEqualTo(ending == KeepAlive.Ending.ANNOUNCED);
          assertEnds(client, ending);
        }
        Await.untilAllClosed(server);
        assertThat(server.stats().requestsPerConnection()).hasToString("{3=2}");
      }
    }
  }

  @Test
  void advertisesATimeoutThatNeedNotBeTrue() throws Exception {
    KeepAlive untrue = KeepAlive.MINUTE
        .withIdleTimeout(Duration.ofMillis(100))
        .withAdvertised(Duration.ofSeconds(30));
    try (StubServer server = StubServer.start(WITHOUT_LINK.withKeepAlive(untrue));
        RawClient client = RawClient.plain(server)) {
      assertThat(client.get("/").head()).contains("Keep-Alive: timeout=30\r\n");
      assertThat(client.readsEnd()).isTrue();
    }
    try (StubServer server = StubServer.start(WITHOUT_LINK);
        RawClient client = RawClient.plain(server)) {
      assertThat(client.get("/").head()).doesNotContain("Keep-Alive");
    }
  }

  @Test
  void refusesABadValueWithFieldRuleAndValue() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> KeepAlive.MINUTE.withIdleTimeout(Duration.ZERO))
        .withMessage("idleTimeout must be from 1 ms to 1 h: PT0S");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> KeepAlive.MINUTE.withMaxRequests(-1))
        .withMessage("maxRequests must be >= 0: -1");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> KeepAlive.MINUTE.withAdvertised(Duration.ofMillis(1500)))
        .withMessage("advertised must be whole seconds, >= 1 s: PT1.5S");
  }
}
