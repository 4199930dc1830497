package dev.poolmark.analysis.study;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.annotation.JsonDeserialize;

/**
 * What the full form of a study has more than the short one, which the study itself is. Immutable.
 *
 * @param rounds forks of each arm of each cell
 * @param parameters axes with more values; the others stay as they are
 */
public record Full(
    @JsonProperty(required = true) int rounds,
    @JsonDeserialize(contentUsing = AxisReader.class) Map<String, List<String>> parameters) {

  /** Checks the values. */
  public Full {
    parameters = StudyRules.copy(parameters);
  }

  /**
   * The axes of the full form.
   *
   * @throws IllegalArgumentException if this names an axis that the study has not
   */
  Map<String, List<String>> parametersOver(Map<String, List<String>> axes) {
    Map<String, List<String>> all = new LinkedHashMap<>(axes);
    parameters.forEach((axis, values) -> {
      if (!axes.containsKey(axis)) {
        throw new IllegalArgumentException("parameters must name axes of the study, which are "
            + String.join(", ", axes.keySet()) + ": " + axis);
      }
      all.put(axis, values);
    });
    return all;
  }
}
