package dev.poolmark.stub.config;

import java.time.Duration;
import java.util.Objects;

/**
 * The work that the server pretends to do for each request. Immutable.
 *
 * @param time from the start of a request's work to the start of its response
 * @param maxConcurrent requests worked on at once, while later ones queue in order; 0 for no limit
 * @param maxQueued requests in the queue, beyond which the server answers 503 at once; 0 for no limit
 */
public record SimulatedService(ServiceTime time, int maxConcurrent, int maxQueued) {
  /** No work. */
  public static final SimulatedService NONE =
      new SimulatedService(new ServiceTime.Fixed(Duration.ZERO), 0, 0);

  /**
   * Checks the values.
   *
   * @throws IllegalArgumentException that names the field, the rule and the value
   */
  public SimulatedService {
    Objects.requireNonNull(time, "time");
    if (maxConcurrent < 0) {
      throw new IllegalArgumentException("maxConcurrent must be >= 0: " + maxConcurrent);
    }
    if (maxQueued < 0) {
      throw new IllegalArgumentException("maxQueued must be >= 0: " + maxQueued);
    }
    if (maxQueued > 0 && maxConcurrent == 0) {
      throw new IllegalArgumentException("maxQueued must be 0 without maxConcurrent: " + maxQueued);
    }
  }

  /** Whether a request needs no time and no place. */
  public boolean isInstant() {
    return maxConcurrent == 0 && time.mean().isZero();
  }

  /** A copy with this time. */
  public SimulatedService withTime(ServiceTime value) {
    return new SimulatedService(value, maxConcurrent, maxQueued);
  }

  /** A copy with this limit on concurrent work; 0 for none. */
  public SimulatedService withMaxConcurrent(int value) {
    return new SimulatedService(time, value, maxQueued);
  }

  /** A copy with this limit on the queue; 0 for none. */
  public SimulatedService withMaxQueued(int value) {
    return new SimulatedService(time, maxConcurrent, value);
  }
}
