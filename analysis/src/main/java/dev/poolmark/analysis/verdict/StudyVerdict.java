package dev.poolmark.analysis.verdict;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;

/** What a study says of its claim. The rules are at {@link Judge}. */
public enum StudyVerdict {
  /** The claim holds in every cell. */
  VALIDATED,
  /** The claim does not hold in at least one cell. */
  REFUTED,
  /** At least one cell is undecided, void or incomplete. */
  INCONCLUSIVE,
  /** It would be validated or refuted, but has too few forks for a report of its size. */
  PROVISIONAL,
  /** The study maps a field and claims nothing. */
  FINDING;

  /** The word in {@code verdict.json}. */
  @JsonValue
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }
}
