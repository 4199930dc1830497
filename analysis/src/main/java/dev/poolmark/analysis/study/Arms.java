package dev.poolmark.analysis.study;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.List;
import java.util.Objects;

/** The two arms that a study compares, and the parameter that tells them apart. */
public record Arms(
    @JsonProperty(required = true) String parameter,
    @JsonProperty(required = true) Arm baseline,
    @JsonProperty(required = true) Arm candidate) {

  /** Checks the values. */
  public Arms {
    Study.checkName("parameter", parameter);
    Objects.requireNonNull(baseline, "baseline");
    Objects.requireNonNull(candidate, "candidate");
    if (baseline.value().equals(candidate.value())) {
      throw new IllegalArgumentException(
          "candidate.value must differ from baseline.value: " + candidate.value());
    }
  }

  List<Arm> both() {
    return List.of(baseline, candidate);
  }
}
