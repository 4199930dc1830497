package dev.poolmark.stub.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class StubConfigTest {
  private final StubConfig config = StubConfig.defaults();

  @Test
  void refusesABadValueWithFieldRuleAndValue() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Link(Duration.ofMillis(-1)))
        .withMessage("roundTrip must be from 0 to 1 min: PT-0.001S");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> config.withServiceTime(Duration.ofHours(1)))
        .withMessage("serviceTime must be from 0 to 1 min: PT1H");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> config.withBodyBytes(-1))
        .withMessage("bodyBytes must be from 0 to 67108864: -1");
  }

  @Test
  void undelayedKeepsThePathAndDropsTheDelays() {
    StubConfig delayed =
        config.withLink(new Link(Duration.ofMillis(5))).withServiceTime(Duration.ofMillis(25));
    assertThat(delayed.undelayed()).isEqualTo(config.withLink(new Link(Duration.ZERO)));
    assertThat(config.undelayed()).isEqualTo(config);
  }
}
