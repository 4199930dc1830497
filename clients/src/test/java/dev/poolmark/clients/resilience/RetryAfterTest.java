package dev.poolmark.clients.resilience;

import static org.assertj.core.api.Assertions.assertThat;

import dev.poolmark.clients.Headers;
import dev.poolmark.clients.Response;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class RetryAfterTest {
  private static final Instant NOW = Instant.parse("1994-11-06T08:49:30.5Z");

  private static Optional<Duration> of(int status, String value) {
    Headers headers = Headers.of("retry-after", value);
    return RetryAfter.of(new Response(status, headers, new byte[0]), NOW);
  }

  @ParameterizedTest
  @CsvSource({"0, 0", "1, 1", "120, 120", "99999999999999999999, 2147483647"})
  void secondsAreRead(String value, long seconds) {
    assertThat(of(503, value)).hasValue(Duration.ofSeconds(seconds));
    assertThat(of(429, ' ' + value + ' ')).hasValue(Duration.ofSeconds(seconds));
  }

  @Test
  void aDateIsReadAndAPastOneAsksForNothing() {
    assertThat(of(503, "Sun, 06 Nov 1994 08:49:37 GMT")).hasValue(Duration.ofMillis(6500));
    assertThat(of(429, "Sun, 06 Nov 1994 08:49:30 GMT")).hasValue(Duration.ZERO);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "-1", "1.5", "soon", "Sun, 99 Nov 1994 08:49:37 GMT"})
  void whatCannotBeReadAsksForNothing(String value) {
    assertThat(of(503, value)).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(ints = {200, 301, 500, 502, 504})
  void otherStatusesDoNotAsk(int status) {
    assertThat(of(status, "5")).isEmpty();
  }

  @Test
  void withoutTheHeaderNothingIsAsked() {
    assertThat(RetryAfter.of(new Response(503, Headers.none(), new byte[0]), NOW))
        .isEmpty();
  }
}
