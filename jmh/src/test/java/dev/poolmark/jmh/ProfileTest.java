package dev.poolmark.jmh;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.poolmark.clients.Protocol;
import dev.poolmark.stub.config.KeyType;
import dev.poolmark.stub.config.Link;
import dev.poolmark.stub.config.StubConfig;
import dev.poolmark.stub.config.TlsSettings;
import dev.poolmark.stub.config.TlsVersion;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class ProfileTest {
  @Test
  void theReferenceProfileIsTheSourceDesigns() {
    StubConfig expected = StubConfig.defaults()
        .withLink(new Link(Duration.ofMillis(5)))
        .withServiceTime(Duration.ofMillis(25))
        .withTls(new TlsSettings(TlsVersion.TLS_1_2, KeyType.RSA_2048, false));
    assertThat(Profile.parse("reference")).isEqualTo(new Profile(expected, true));
    assertThat(Profile.parse("reference").delay()).isEqualTo(Duration.ofMillis(30));
    assertThat(Profile.parse("rtt=5ms+service-time=25ms+tls=1.2"))
        .isEqualTo(Profile.parse("reference"));
  }

  @Test
  void whatIsNotSetIsAbsent() {
    assertThat(Profile.parse("service-time=0.25ms"))
        .isEqualTo(
            new Profile(StubConfig.defaults().withServiceTime(Duration.ofNanos(250_000)), false));
  }

  @Test
  void everyOptionOfTheStubIsASetting() {
    Profile profile = Profile.parse("rtt=5ms+bandwidth=100Mbit+tls=1.3+resumption=on");
    assertThat(profile.stub().link())
        .contains(new Link(Duration.ofMillis(5)).withBitsPerSecond(100_000_000));
    assertThat(profile.stub().tls())
        .isEqualTo(new TlsSettings(TlsVersion.TLS_1_3, KeyType.RSA_2048, true));
    assertThat(profile.tls()).isTrue();
    assertThat(profile.protocol()).isEqualTo(Protocol.HTTP_1_1);
  }

  @Test
  void refusesABadSettingWithItsNameRuleAndValue() {
    refuses("refrence", "Unknown option: 'refrence'");
    refuses("rtt=5", "rtt: must be a time such as 0.5ms, 20us or 2s: 5");
    refuses("tls=1.1", "tls: must be 1.2 or 1.3: 1.1");
    refuses("rtt=99999ms", "rtt: roundTrip must be from 0 to 1 min: PT1M39.999S");
  }

  private static void refuses(String text, String reason) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Profile.parse(text))
        .withMessage(
            "profile must be reference, or settings such as rtt=5ms, service-time=25ms, tls=1.2"
                + " joined by +: " + text + " (" + reason + ")");
  }
}
