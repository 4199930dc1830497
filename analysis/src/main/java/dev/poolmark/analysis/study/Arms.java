package dev.poolmark.analysis.study;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * The two arms that a study compares.
 *
 * @param parameter what tells them apart; if it is one of the study's axes too, the candidate takes each cell's value of
 *     it, and its own {@code value} is only its name; if empty, nothing does: each cell is compared with itself, and the arms must be
 *     named {@code first} and {@code second}, so that no study does this by mistake
 * @param baseline what is compared with
 * @param candidate what is to save time, against the baseline
 */
public record Arms(
    Optional<String> parameter,
    @JsonProperty(required = true) Arm baseline,
    @JsonProperty(required = true) Arm candidate) {

  private static final String FIRST = "first";
  private static final String SECOND = "second";

  /** Checks the values. */
  public Arms {
    parameter.ifPresent(name -> StudyRules.checkName("parameter", name));
    Objects.requireNonNull(baseline, "baseline");
    Objects.requireNonNull(candidate, "candidate");
    if (baseline.value().equals(candidate.value())) {
      throw new IllegalArgumentException(
          "candidate.value must differ from baseline.value: " + candidate.value());
    }
    if (parameter.isEmpty()
        && !(baseline.value().equals(FIRST) && candidate.value().equals(SECOND))) {
      throw new IllegalArgumentException("parameter must be set, unless the arms are named " + FIRST
          + " and " + SECOND + ": " + baseline.value() + " and " + candidate.value());
    }
  }

  /** Baseline and candidate, in this order. */
  public List<Arm> both() {
    return List.of(baseline, candidate);
  }
}
