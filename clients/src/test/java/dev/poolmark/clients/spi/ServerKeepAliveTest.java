package dev.poolmark.clients.spi;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class ServerKeepAliveTest {
  private static final Duration IDLE_TIMEOUT = Duration.ofSeconds(30);

  @Test
  void withoutTheFieldOurOwnTimeoutHolds() {
    assertThat(ServerKeepAlive.of(null, IDLE_TIMEOUT)).isEqualTo(IDLE_TIMEOUT);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "timeout=5|4",
        "timeout=5, max=100|4",
        "max=100, timeout=5|4",
        "Timeout = 5|4",
        "timeout=5;max=1|4",
        "timeout=31|30",
        "timeout=600|30",
        "timeout=99999999999999999999|30",
        "timeout=1|0",
        "timeout=0|0",
        "timeout=60, max=0|0",
        "timeout=five|30",
        "timeout=|30",
        "timeout=-1|30",
        "max=100|30",
        "nonsense|30",
        "''|30"
      })
  void theServersTimeoutHoldsIfItIsShorter(String field, long seconds) {
    assertThat(ServerKeepAlive.of(field, IDLE_TIMEOUT)).isEqualTo(Duration.ofSeconds(seconds));
  }

  @Test
  void fractionsOfASecondAreKept() {
    Duration own = Duration.ofMillis(1500);
    assertThat(ServerKeepAlive.of("timeout=3", own)).isEqualTo(own);
    assertThat(ServerKeepAlive.of("timeout=2", own)).isEqualTo(Duration.ofSeconds(1));
  }
}
