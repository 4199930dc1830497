package dev.poolmark.analysis.compare;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;

/** What became of an arm of a cell from one run to the other. */
public enum Change {
  /** Faster, after the correction over all rows. */
  IMPROVED,
  /** Slower, after the correction over all rows. */
  REGRESSED,
  /** Neither was seen. What could have been seen stands beside it. */
  UNCHANGED,
  /** The server's counts contradict the arm in one of the runs, so its times are of something else. */
  VOID,
  /** One of the runs has fewer than two forks of it. */
  MISSING;

  /** The word in the JSON. */
  @JsonValue
  public String word() {
    return this == UNCHANGED ? "~" : name().toLowerCase(Locale.ROOT);
  }
}
