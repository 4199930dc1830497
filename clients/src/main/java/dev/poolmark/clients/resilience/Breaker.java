package dev.poolmark.clients.resilience;

import dev.poolmark.clients.Failure;
import java.time.Duration;

/**
 * When the circuit breaker of an endpoint opens, and how it closes again. It opens when {@code failures} of the last
 * {@code window} attempts have failed. For {@code openFor} calls then fail at once; after that {@code trials} attempts
 * are let through: if all succeed the breaker closes, at the first that fails it opens again. Immutable.
 *
 * <p>An attempt has failed if it ended without a response or with a status of 500 or above. {@link Failure#CANCELLED},
 * {@link Failure#ACQUIRE_TIMEOUT} and {@link Failure#TOO_MANY_WAITERS} tell nothing of the endpoint and do not count at
 * all. {@link Failure#CALL_TIMEOUT} counts, even if part of the time went by in the queue for a connection.
 *
 * @param failures so many open the breaker
 * @param window attempts that are remembered, at most 10,000
 * @param openFor how long calls fail at once
 * @param trials attempts that must succeed to close the breaker, and most that are under way at once meanwhile
 */
public record Breaker(int failures, int window, Duration openFor, int trials) {
  private static final int MOST_WINDOW = 10_000;

  /**
   * Checks the values.
   *
   * @throws IllegalArgumentException that names the field, the rule and the value
   */
  public Breaker {
    if (failures < 1) {
      throw new IllegalArgumentException("failures must be >= 1: " + failures);
    }
    if (window < failures || window > MOST_WINDOW) {
      throw new IllegalArgumentException(
          "window must be from failures (" + failures + ") to " + MOST_WINDOW + ": " + window);
    }
    checkMillis("openFor", openFor);
    if (trials < 1 || trials > MOST_WINDOW) {
      throw new IllegalArgumentException("trials must be from 1 to " + MOST_WINDOW + ": " + trials);
    }
  }

  /** Opens after 10 failures in 20 attempts, for 10 s; two successes close it. */
  public static Breaker defaults() {
    return new Breaker(10, 20, Duration.ofSeconds(10), 2);
  }

  static void checkMillis(String field, Duration value) {
    if (value.compareTo(Duration.ofMillis(1)) < 0
        || value.compareTo(Duration.ofMillis(Integer.MAX_VALUE)) > 0) {
      throw new IllegalArgumentException(field + " must be from 1 ms to 24 days: " + value);
    }
  }
}
