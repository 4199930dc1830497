package dev.poolmark.clients.resilience;

import dev.poolmark.clients.Response;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.util.Optional;

/** Reads how long a server asks to be left alone: RFC 9110, section 10.2.3. */
final class RetryAfter {
  /** Longer waits are all the same: longer than any call may take. */
  private static final int MOST_DIGITS = 9;

  private RetryAfter() {}

  /**
   * What a 429 or 503 asks for, never negative; empty if it does not ask, or not in the words of the RFC.
   *
   * @param now by the clock of this machine, which a date of the server is compared with
   */
  static Optional<Duration> of(Response response, Instant now) {
    if (response.status() != 429 && response.status() != 503) {
      return Optional.empty();
    }
    return response.headers().first("Retry-After").map(String::trim).flatMap(v -> parse(v, now));
  }

  private static Optional<Duration> parse(String value, Instant now) {
    if (!value.isEmpty() && value.chars().allMatch(c -> c >= '0' && c <= '9')) {
      return Optional.of(Duration.ofSeconds(
          value.length() > MOST_DIGITS ? Integer.MAX_VALUE : Integer.parseInt(value)));
    }
    try {
      Instant date = Instant.from(DateTimeFormatter.RFC_1123_DATE_TIME.parse(value));
      return Optional.of(date.isAfter(now) ? Duration.between(now, date) : Duration.ZERO);
    } catch (DateTimeException notADate) {
      return Optional.empty();
    }
  }
}
