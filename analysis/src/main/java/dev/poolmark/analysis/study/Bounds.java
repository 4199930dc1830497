package dev.poolmark.analysis.study;

import com.fasterxml.jackson.annotation.JsonProperty;

/**
 * The connections per request that prove an arm: what the server must have counted, both ends included.
 *
 * @param min connections per request, at least
 * @param max connections per request, at most
 */
public record Bounds(
    @JsonProperty(required = true) double min,
    @JsonProperty(required = true) double max) {

  /** Checks the values. */
  public Bounds {
    if (!(min >= 0)) {
      throw new IllegalArgumentException("min must be >= 0: " + min);
    }
    if (!(max >= min)) {
      throw new IllegalArgumentException("max must be >= min (" + min + "): " + max);
    }
  }

  /** Whether the value lies within; never true of NaN. */
  public boolean contain(double value) {
    return value >= min && value <= max;
  }
}
