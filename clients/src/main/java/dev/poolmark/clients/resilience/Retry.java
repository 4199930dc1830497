package dev.poolmark.clients.resilience;

import dev.poolmark.clients.Failure;
import dev.poolmark.clients.Request;
import dev.poolmark.clients.Response;
import java.time.Duration;
import java.util.random.RandomGenerator;

/**
 * When a call is tried again, and after how long a backoff. The backoff before retry n is {@code firstBackoff *
 * backoffMultiplier^(n-1)}, at most {@code maxBackoff}; jitter shortens it by a random part. Immutable.
 *
 * <ul>
 *   <li>After {@link Failure#CONNECT_FAILED} and {@link Failure#CONNECT_TIMEOUT} every request is tried again: nothing
 *       of it was sent.
 *   <li>After {@link Failure#CONNECTION_CLOSED}, {@link Failure#READ_TIMEOUT} and the statuses 429, 502, 503 and 504 a
 *       request is tried again if its method is idempotent ({@link Request#isIdempotent}), or if {@code anyMethod}.
 *   <li>Every other end of an attempt is final. After {@link Failure#ACQUIRE_TIMEOUT} and {@link
 *       Failure#TOO_MANY_WAITERS} a retry would only lengthen the queue; after {@link Failure#WRITE_TIMEOUT} it would
 *       send a body once more to a server that does not read it.
 * </ul>
 *
 * @param maxRetries how many attempts may follow the first one
 * @param backoffMultiplier by how much each backoff is longer than the one before it
 * @param firstBackoff the backoff before the first retry
 * @param maxBackoff the longest backoff; {@code Retry-After} may ask for a longer wait
 * @param jitter the share of a backoff, from 0 to 1, that is random: with 0.5 a backoff takes between half of its length
 *     and all of it
 * @param anyMethod whether POST, PATCH and other methods count as idempotent; right if the server recognizes a
 *     repetition, by an idempotency key for instance
 */
public record Retry(
    int maxRetries,
    double backoffMultiplier,
    Duration firstBackoff,
    Duration maxBackoff,
    double jitter,
    boolean anyMethod) {

  /**
   * Checks the values.
   *
   * @throws IllegalArgumentException that names the field, the rule and the value
   */
  public Retry {
    if (maxRetries < 0) {
      throw new IllegalArgumentException("maxRetries must be >= 0: " + maxRetries);
    }
    if (!(backoffMultiplier >= 1 && backoffMultiplier < Double.POSITIVE_INFINITY)) {
      throw new IllegalArgumentException(
          "backoffMultiplier must be >= 1 and finite: " + backoffMultiplier);
    }
    CircuitBreakerConfig.checkMillis("firstBackoff", firstBackoff);
    CircuitBreakerConfig.checkMillis("maxBackoff", maxBackoff);
    if (maxBackoff.compareTo(firstBackoff) < 0) {
      throw new IllegalArgumentException(
          "maxBackoff must be >= firstBackoff (" + firstBackoff + "): " + maxBackoff);
    }
    if (!(jitter >= 0 && jitter <= 1)) {
      throw new IllegalArgumentException("jitter must be from 0 to 1: " + jitter);
    }
  }

  /** 3 retries, each backoff twice as long as the one before it; the rest is as in {@link #of}. */
  public static Retry defaults() {
    return of(3, 2.0);
  }

  /**
   * These two, with backoffs from 100 ms to 10 s, half of each random, for idempotent methods.
   *
   * @throws IllegalArgumentException that names the field, the rule and the value
   */
  public static Retry of(int maxRetries, double backoffMultiplier) {
    return new Retry(
        maxRetries, backoffMultiplier, Duration.ofMillis(100), Duration.ofSeconds(10), 0.5, false);
  }

  /** The backoff before this retry; the first one is number 1. */
  Duration backoff(int number, RandomGenerator random) {
    double nanos = firstBackoff.toNanos() * Math.pow(backoffMultiplier, number - 1);
    double bounded = Math.min(nanos, (double) maxBackoff.toNanos());
    return Duration.ofNanos((long) (bounded * (1 - jitter * random.nextDouble())));
  }

  boolean allows(Request request, Response response) {
    return switch (response.status()) {
      case 429, 502, 503, 504 -> repeatable(request);
      default -> false;
    };
  }

  boolean allows(Request request, Failure failure) {
    return switch (failure) {
      case CONNECT_FAILED, CONNECT_TIMEOUT -> true;
      case CONNECTION_CLOSED, READ_TIMEOUT -> repeatable(request);
      default -> false;
    };
  }

  private boolean repeatable(Request request) {
    return anyMethod || request.isIdempotent();
  }
}
