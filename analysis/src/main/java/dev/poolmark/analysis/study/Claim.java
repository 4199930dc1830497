package dev.poolmark.analysis.study;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.Map;

/**
 * A published figure that the report sets against the measurements. It takes no part in the verdict.
 *
 * @param scenario the scenario that it is about
 * @param workload what was done, in words
 * @param parameters the counts behind it, by the names of the benchmark's parameters
 * @param baselineSeconds time of the whole workload in the baseline arm
 * @param candidateSeconds time of the whole workload in the candidate arm
 * @param reductionPercent the saving that was published
 */
public record Claim(
    @JsonProperty(required = true) String scenario,
    @JsonProperty(required = true) String workload,
    Map<String, String> parameters,
    @JsonProperty(required = true) double baselineSeconds,
    @JsonProperty(required = true) double candidateSeconds,
    @JsonProperty(required = true) double reductionPercent) {

  /** Checks the values. */
  public Claim {
    StudyRules.checkName("scenario", scenario);
    StudyRules.checkValue("workload", workload);
    parameters = StudyRules.copy(parameters);
    if (!(baselineSeconds > 0)) {
      throw new IllegalArgumentException("baselineSeconds must be > 0: " + baselineSeconds);
    }
    if (!(candidateSeconds > 0)) {
      throw new IllegalArgumentException("candidateSeconds must be > 0: " + candidateSeconds);
    }
  }
}
