package dev.poolmark.clients.resilience;

import dev.poolmark.clients.Failure;
import java.time.Duration;

/**
 * When the circuit breaker of an endpoint opens, and how it closes again. It opens when {@code failures} of the last
 * {@code window} attempts have failed; calls then fail at once. After {@code openFor} it admits {@code trials} attempts:
 * it closes when all of them have succeeded, and opens again when one fails. Immutable.
 *
 * <p>An attempt has failed if it ended without a response or with a status of 500 or above. What says nothing of the
 * endpoint does not count at all, such as {@link Failure#CANCELLED}, {@link Failure#ACQUIRE_TIMEOUT} and {@link
 * Failure#TOO_MANY_WAITERS}. {@link Failure#CALL_TIMEOUT} counts, even if the call spent part of the time in the queue
 * for a connection.
 *
 * @param failures how many failures open the breaker
 * @param window how many attempts are remembered, at most 10,000
 * @param openFor how long calls fail at once
 * @param trials how many attempts must succeed to close the breaker, and may be under way at once until then
 */
public record CircuitBreakerConfig(int failures, int window, Duration openFor, int trials) {
  private static final int MAX_WINDOW = 10_000;

  /**
   * Checks the values.
   *
   * @throws IllegalArgumentException that names the field, the rule and the value
   */
  public CircuitBreakerConfig {
    if (failures < 1) {
      throw new IllegalArgumentException("failures must be >= 1: " + failures);
    }
    if (window < failures || window > MAX_WINDOW) {
      throw new IllegalArgumentException(
          "window must be from failures (" + failures + ") to " + MAX_WINDOW + ": " + window);
    }
    checkMillis("openFor", openFor);
    if (trials < 1 || trials > MAX_WINDOW) {
      throw new IllegalArgumentException("trials must be from 1 to " + MAX_WINDOW + ": " + trials);
    }
  }

  /** Opens for 10 s after 10 failures in 20 attempts; two successes close it. */
  public static CircuitBreakerConfig defaults() {
    return new CircuitBreakerConfig(10, 20, Duration.ofSeconds(10), 2);
  }

  static void checkMillis(String field, Duration value) {
    if (value.compareTo(Duration.ofMillis(1)) < 0
        || value.compareTo(Duration.ofMillis(Integer.MAX_VALUE)) > 0) {
      throw new IllegalArgumentException(field + " must be from 1 ms to 24 days: " + value);
    }
  }
}
