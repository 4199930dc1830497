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
    Headers headers = Headers.received("retry-after", value);
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
  @ValueSource(
      strings = {
        "Sun, 06 Nov 1994 08:49:37 GMT",
        "Sunday, 06-Nov-94 08:49:37 GMT",
        "Sun Nov  6 08:49:37 1994"
      })
  void allFormsOfADateAreRead(String value) {
    assertThat(of(503, value)).hasValue(Duration.ofMillis(6500));
    assertThat(of(429, value)).hasValue(Duration.ofMillis(6500));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "Sunday, 06-Nov-94 08:49:30 GMT    | PT0S",
        "Sun Nov  6 08:49:30 1994          | PT0S",
        "Wednesday, 16-Nov-94 08:49:30 GMT | PT239H59M59.5S",
        "Wed Nov 16 08:49:30 1994          | PT239H59M59.5S",
        "Saturday, 30-Sep-95 08:49:30 GMT  | PT7871H59M59.5S",
        "Sat Sep 30 08:49:30 1995          | PT7871H59M59.5S"
      })
  void otherDatesInTheOlderForms(String value, Duration wait) {
    assertThat(of(503, value)).hasValue(wait);
  }

  @Test
  void aYearOfTwoDigitsIsNextToNow() {
    assertThat(of(503, "Sunday, 06-Nov-44 08:49:30 GMT").orElseThrow())
        .as("2044, not 1944")
        .isGreaterThan(Duration.ofDays(18_000));
    assertThat(of(503, "Tuesday, 06-Nov-45 08:49:30 GMT")).as("1945").hasValue(Duration.ZERO);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "-1",
        "1.5",
        "soon",
        "Sun, 99 Nov 1994 08:49:37 GMT",
        "Sunday, 06-Nov-94 08:49:37 UTC",
        "Sunday, 06-Nov-1994 08:49:37 GMT",
        "Monday, 06-Nov-94 08:49:37 GMT",
        "Sun Nov 06 08:49:37 94",
        "Sun Nov  6 08:49:37 1994 GMT"
      })
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
