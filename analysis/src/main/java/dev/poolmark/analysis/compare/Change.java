package dev.poolmark.analysis.compare;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;

/** What became of an arm of a cell from one run to the other. The rules are at {@link RunComparison}. */
public enum Change {
  /** Significantly faster. */
  IMPROVED,
  /** No regression above the limit is left in the interval. */
  PASS,
  /** Significantly slower, and a regression above the limit is left in the interval. */
  REGRESSED,
  /** A regression above the limit is left in the interval, but none was shown. */
  CANNOT_TELL,
  /** The server's counts contradict the arm in one of the runs, so its times are of something else. */
  VOID,
  /** One of the runs has fewer than two forks of it. */
  MISSING;

  /** The word in the JSON. */
  @JsonValue
  public String word() {
    return name().toLowerCase(Locale.ROOT).replace('_', ' ');
  }
}
