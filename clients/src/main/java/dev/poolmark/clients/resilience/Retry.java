package dev.poolmark.clients.resilience;

import dev.poolmark.clients.Failure;
import dev.poolmark.clients.Request;
import dev.poolmark.clients.Response;
import java.time.Duration;
import java.util.random.RandomGenerator;

/**
 * When a call is tried again, and after what backoff: {@code firstBackoff * backoffMultiplier^(n-1)} before retry n,
 * {@code maxBackoff} at the longest, part of which jitter takes away. Immutable.
 *
 * <p>A GET is tried again after {@link Failure#CONNECT_FAILED}, {@link Failure#CONNECT_TIMEOUT}, {@link
 * Failure#CONNECTION_CLOSED} and {@link Failure#READ_TIMEOUT}, and after the statuses 429, 502, 503 and 504. A POST is
 * tried again only where nothing of it was sent, that is after the first two, unless {@code anyMethod}. Never tried
 * again: {@link Failure#ACQUIRE_TIMEOUT} and {@link Failure#TOO_MANY_WAITERS}, because one more call in the queue makes
 * a full pool fuller; {@link Failure#WRITE_TIMEOUT}, because a body may have been received in part; and what would end
 * the same way, or was wanted.
 *
 * @param maxRetries most attempts after the first
 * @param backoffMultiplier what each backoff is longer than the one before by
 * @param firstBackoff before the first retry
 * @param maxBackoff longest backoff; {@code Retry-After} may ask for a longer wait
 * @param jitter share of a backoff, from 0 to 1, that is left to chance: with 0.5 a backoff lasts from half of it to all
 *     of it
 * @param anyMethod whether a POST is treated like a GET; right if the server can tell a repetition
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
    Breaker.checkMillis("firstBackoff", firstBackoff);
    Breaker.checkMillis("maxBackoff", maxBackoff);
    if (maxBackoff.compareTo(firstBackoff) < 0) {
      throw new IllegalArgumentException(
          "maxBackoff must be >= firstBackoff (" + firstBackoff + "): " + maxBackoff);
    }
    if (!(jitter >= 0 && jitter <= 1)) {
      throw new IllegalArgumentException("jitter must be from 0 to 1: " + jitter);
    }
  }

  /** 3 retries, each backoff twice as long as the one before; the rest as in {@link #of}. */
  public static Retry defaults() {
    return of(3, 2.0);
  }

  /**
   * These two, and backoffs from 100 ms to 10 s, half of each left to chance, for GET alone.
   *
   * @throws IllegalArgumentException that names the field, the rule and the value
   */
  public static Retry of(int maxRetries, double backoffMultiplier) {
    return new Retry(
        maxRetries, backoffMultiplier, Duration.ofMillis(100), Duration.ofSeconds(10), 0.5, false);
  }

  /** The wait before retry {@code number}, which counts from 1. */
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
      case ACQUIRE_TIMEOUT,
          TOO_MANY_WAITERS,
          TLS,
          WRITE_TIMEOUT,
          CALL_TIMEOUT,
          BREAKER_OPEN,
          CANCELLED,
          OTHER -> false;
    };
  }

  private boolean repeatable(Request request) {
    return anyMethod || request.method().equals("GET");
  }
}
