package dev.poolmark.analysis.verdict;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;

/** What the whole study says of the target. The rules are at {@link Judge}. */
public enum StudyVerdict {
  /** Every cell is within or above, and nothing is missing. */
  VALIDATED,
  /** At least one cell is below. */
  REFUTED,
  /** Neither. */
  INCONCLUSIVE;

  /** The word in {@code verdict.json}. */
  @JsonValue
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }
}
