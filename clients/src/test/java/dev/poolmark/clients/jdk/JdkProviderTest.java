package dev.poolmark.clients.jdk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.poolmark.clients.ClientConfig;
import dev.poolmark.clients.PooledHttpClient;
import dev.poolmark.clients.Protocol;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledForJreRange;
import org.junit.jupiter.api.condition.JRE;

/** What the JDK's client cannot honour. The build sets its idle timeout, one for the JVM, to two seconds. */
final class JdkProviderTest {
  @Test
  void anIdleTimeoutBelowASecondIsRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> open(Duration.ofMillis(999)))
        .withMessage("idleTimeout must be >= PT1S with client jdk: PT0.999S");
  }

  @Test
  void anIdleTimeoutBelowTheOneInForceIsRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> open(Duration.ofSeconds(1)))
        .withMessageStartingWith(
            "idleTimeout must be >= PT2S, which system property jdk.httpclient.keepalive.timeout")
        .withMessageEndingWith("with client jdk: PT1S");
  }

  @Test
  void idleConnectionsAreLookedAtEverySecond() {
    open(Duration.ofSeconds(2));
    assertThat(System.getProperty("jdk.internal.httpclient.selectorTimeout")).isEqualTo("1000");
  }

  @Test
  @EnabledForJreRange(max = JRE.JAVA_20, disabledReason = "from JDK 21 on it speaks HTTP/2")
  void http2IsRefusedWhereItsConnectionsHaveNoEnd() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> PooledHttpClient.open(
            "jdk", ClientConfig.builder().protocol(Protocol.HTTP_2).build()))
        .withMessage("protocol must be http/1.1 with client jdk before JDK 21: h2");
  }

  private static void open(Duration idleTimeout) {
    PooledHttpClient.open("jdk", ClientConfig.builder().idleTimeout(idleTimeout).build())
        .close();
  }
}
