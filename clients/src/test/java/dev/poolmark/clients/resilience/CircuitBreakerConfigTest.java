package dev.poolmark.clients.resilience;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class CircuitBreakerConfigTest {
  @Test
  void theDefaultsAreInOrder() {
    assertThat(CircuitBreakerConfig.defaults())
        .isEqualTo(new CircuitBreakerConfig(10, 20, Duration.ofSeconds(10), 2));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "0 | 1     | 1 | 1 | failures must be >= 1: 0",
        "2 | 1     | 1 | 1 | window must be from failures (2) to 10000: 1",
        "2 | 10001 | 1 | 1 | window must be from failures (2) to 10000: 10001",
        "1 | 1     | 0 | 1 | openFor must be from 1 ms to 24 days: PT0S",
        "1 | 1     | 1 | 0 | trials must be from 1 to 10000: 0"
      })
  void aWrongValueIsNamed(int failures, int window, long openFor, int trials, String message) {
    assertThatIllegalArgumentException()
        .isThrownBy(
            () -> new CircuitBreakerConfig(failures, window, Duration.ofMillis(openFor), trials))
        .withMessage(message);
  }
}
