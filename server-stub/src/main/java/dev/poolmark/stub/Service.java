package dev.poolmark.stub;

import java.time.Duration;
import java.util.Objects;

/**
 * The work that the server pretends to do for each request. Immutable.
 *
 * @param time from the start of the work on a request to the start of its response
 * @param maxConcurrent requests worked on at once, the others queue in order; 0 for any number
 * @param maxQueued requests that may queue, a further one is answered with 503 at once; 0 for any number
 */
public record Service(ServiceTime time, int maxConcurrent, int maxQueued) {
  /** No work. */
  public static final Service NONE = new Service(new ServiceTime.Fixed(Duration.ZERO), 0, 0);

  /**
   * Checks the values.
   *
   * @throws IllegalArgumentException that names the field, the rule and the value
   */
  public Service {
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

  /** The same with this time. */
  public Service withTime(ServiceTime value) {
    return new Service(value, maxConcurrent, maxQueued);
  }

  /** The same with this cap on concurrent work; 0 for none. */
  public Service withMaxConcurrent(int value) {
    return new Service(time, value, maxQueued);
  }

  /** The same with this bound on the queue; 0 for none. */
  public Service withMaxQueued(int value) {
    return new Service(time, maxConcurrent, value);
  }
}
