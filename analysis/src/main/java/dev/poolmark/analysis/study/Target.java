package dev.poolmark.analysis.study;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.poolmark.analysis.table.Text;

/**
 * The claim that a study judges: the candidate saves from {@code minPercent} to {@code maxPercent} of the baseline's
 * latency.
 *
 * @param minPercent a cell whose whole interval is lower is below the target
 * @param maxPercent a cell whose whole interval is higher is above the target
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

  /** For people: {@code 30-50 %}, {@code at least 30 %}, {@code at most 5 % more}. */
  public String words() {
    if (maxPercent == 100) {
      return minPercent < 0
          ? "at most " + Text.shortest(-minPercent) + " % more"
          : "at least " + Text.shortest(minPercent) + " %";
    }
    return Text.shortest(minPercent) + (minPercent < 0 ? " to " : "-") + Text.shortest(maxPercent)
        + " %";
  }
}
