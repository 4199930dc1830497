package dev.poolmark.clients.jdk;

import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.poolmark.clients.ClientConfig;
import dev.poolmark.clients.ClientProvider;
import java.time.Duration;
import org.junit.jupiter.api.Test;

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

  private static void open(Duration idleTimeout) {
    ClientProvider.open("jdk", ClientConfig.builder().idleTimeout(idleTimeout).build())
        .close();
  }
}
