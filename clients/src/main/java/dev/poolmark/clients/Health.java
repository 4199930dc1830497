package dev.poolmark.clients;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * What a health check found. Immutable.
 *
 * @param healthy whether there was a response, with a status from 200 to 299
 * @param status of the response; empty if there was none
 * @param responseTime from the beginning of the check to the end of the response, or to the check's failure
 * @param checkedAt when the check began
 * @param problem why there was no response; empty if there was one
 */
public record Health(
    boolean healthy,
    OptionalInt status,
    Duration responseTime,
    Instant checkedAt,
    Optional<String> problem) {

  /** For a check that got a response. */
  static Health of(Response response, Duration responseTime, Instant checkedAt) {
    return new Health(
        response.status() >= 200 && response.status() < 300,
        OptionalInt.of(response.status()),
        responseTime,
        checkedAt,
        Optional.empty());
  }

  /** For a check that got none. */
  static Health unknown(String problem, Duration responseTime, Instant checkedAt) {
    return new Health(false, OptionalInt.empty(), responseTime, checkedAt, Optional.of(problem));
  }
}
