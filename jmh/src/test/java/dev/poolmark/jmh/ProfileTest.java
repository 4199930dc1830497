package dev.poolmark.jmh;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.poolmark.stub.Link;
import dev.poolmark.stub.StubConfig;
import dev.poolmark.stub.Tls;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class ProfileTest {
  @Test
  void theReferenceProfileIsTheSourceDesigns() {
    StubConfig expected = StubConfig.defaults()
        .withLink(new Link(Duration.ofMillis(5)))
        .withServiceTime(Duration.ofMillis(25))
        .withTls(new Tls(Tls.Version.TLS_1_2, Tls.Key.RSA_2048, false));
    assertThat(Profile.parse("reference")).isEqualTo(new Profile(expected, true));
    assertThat(Profile.parse("reference").delay()).isEqualTo(Duration.ofMillis(30));
    assertThat(Profile.parse("rtt=5ms+service=25ms+tls=1.2")).isEqualTo(Profile.parse("reference"));
  }

  @Test
  void whatIsNotSetIsAbsent() {
    assertThat(Profile.parse("service=0.25ms"))
        .isEqualTo(
            new Profile(StubConfig.defaults().withServiceTime(Duration.ofNanos(250_000)), false));
  }

  @Test
  void refusesABadSettingWithItsNameRuleAndValue() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Profile.parse("refrence"))
        .withMessage(
            "profile must be reference, or settings rtt=..ms, service=..ms, tls=1.2|1.3 joined by +: refrence");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Profile.parse("rtt=5"))
        .withMessage("rtt must be in milliseconds, such as 0.5ms: 5");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Profile.parse("tls=1.1"))
        .withMessage("tls must be 1.2 or 1.3: 1.1");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Profile.parse("rtt=99999ms"))
        .withMessage("roundTrip must be from 0 to 1 min: PT1M39.999S");
  }
}
