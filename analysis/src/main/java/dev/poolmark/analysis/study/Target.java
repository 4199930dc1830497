package dev.poolmark.analysis.study;

import com.fasterxml.jackson.annotation.JsonProperty;

/**
 * The claim that a study judges: the candidate saves from {@code minPercent} to {@code maxPercent} of the baseline's
 * latency.
 */
public record Target(
    @JsonProperty(required = true) double minPercent,
    @JsonProperty(required = true) double maxPercent) {

  /** Checks the values. */
  public Target {
    if (!(minPercent < maxPercent)) {
      throw new IllegalArgumentException(
          "minPercent must be < maxPercent (" + maxPercent + "): " + minPercent);
    }
    if (!(maxPercent <= 100)) {
      throw new IllegalArgumentException("maxPercent must be <= 100: " + maxPercent);
    }
  }
}
