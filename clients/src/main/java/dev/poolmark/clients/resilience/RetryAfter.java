package dev.poolmark.clients.resilience;

import dev.poolmark.clients.Response;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.temporal.ChronoField;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Reads how long a server asks its callers to wait: RFC 9110, section 10.2.3. */
final class RetryAfter {
  /** Longer waits are all the same: longer than any call may take. */
  private static final int MAX_DIGITS = 9;

  /** A year of two digits is at most so far in the future: RFC 9110, section 5.6.7. */
  private static final int MAX_YEARS_AHEAD = 50;

  private static final DateTimeFormatter ASCTIME =
      DateTimeFormatter.ofPattern("EEE MMM ppd HH:mm:ss uuuu", Locale.US).withZone(ZoneOffset.UTC);

  private RetryAfter() {}

  /**
   * What a 429 or 503 asks for, never negative; empty if it does not ask, or not as the RFC defines. A number of seconds
   * and all three forms of a date are read.
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
          value.length() > MAX_DIGITS ? Integer.MAX_VALUE : Integer.parseInt(value)));
    }
    for (DateTimeFormatter form :
        List.of(DateTimeFormatter.RFC_1123_DATE_TIME, rfc850(now), ASCTIME)) {
      try {
        Instant date = Instant.from(form.parse(value));
        return Optional.of(date.isAfter(now) ? Duration.between(now, date) : Duration.ZERO);
      } catch (DateTimeException otherForm) {
        // the next one
      }
    }
    return Optional.empty();
  }

  /** Its year has two digits, which are read as the year that is next to now. */
  private static DateTimeFormatter rfc850(Instant now) {
    int firstYear = now.atOffset(ZoneOffset.UTC).getYear() + MAX_YEARS_AHEAD - 99;
    return new DateTimeFormatterBuilder()
        .appendPattern("EEEE, dd-MMM-")
        .appendValueReduced(ChronoField.YEAR, 2, 2, firstYear)
        .appendPattern(" HH:mm:ss 'GMT'")
        .toFormatter(Locale.US)
        .withZone(ZoneOffset.UTC);
  }
}
