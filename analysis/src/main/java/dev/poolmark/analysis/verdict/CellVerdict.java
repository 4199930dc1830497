package dev.poolmark.analysis.verdict;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;

/** What a cell says of the target. The rules are at {@link Judge}. */
public enum CellVerdict {
  /** The whole interval lies below the target. */
  BELOW,
  /** The whole interval lies within the target. */
  WITHIN,
  /** The whole interval lies above the target. */
  ABOVE,
  /** The study has no target, so that the interval stands for itself. */
  MEASURED,
  /** The interval crosses an edge of the target, or there is no interval. */
  INCONCLUSIVE,
  /** The server's counts contradict an arm, or do not bear it out, or the server's own speed is what was measured. */
  VOID;

  /** The word in {@code verdict.json}. */
  @JsonValue
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** Whether the cell saves at least what the target asks for. */
  public boolean holds() {
    return this == WITHIN || this == ABOVE;
  }
}
