package dev.poolmark.analysis.study;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What the report is to set against the model of the cost of a connection. The baseline sets up a connection for each
 * call, the candidate for none.
 *
 * @param axis the axis that holds network and service, such as {@code profile}
 * @param calls how many calls of one operation wait for each other, by scenario; others are not modelled
 */
public record Model(
    @JsonProperty(required = true) String axis,
    @JsonProperty(required = true) Map<String, Integer> calls) {

  /** Checks the values. */
  public Model {
    StudyRules.checkName("axis", axis);
    calls =
        Collections.unmodifiableMap(new LinkedHashMap<>(Objects.requireNonNull(calls, "calls")));
    if (calls.isEmpty()) {
      throw new IllegalArgumentException("calls must name at least one scenario: {}");
    }
    calls.forEach((scenario, number) -> {
      if (number == null || number < 1) {
        throw new IllegalArgumentException("calls." + scenario + " must be >= 1: " + number);
      }
    });
  }

  /** The network and the service of a cell. */
  public Profile profileOf(Cell cell) {
    return Profile.parse(cell.parameters().get(axis));
  }

  /** What tells the cell from others of the same network and service; empty if nothing does. */
  public String label(Cell cell) {
    String others = cell.parameters().entrySet().stream()
        .filter(value -> !value.getKey().equals(axis))
        .map(Map.Entry::getValue)
        .collect(Collectors.joining(" "));
    return calls.size() == 1 ? others : (cell.scenario() + " " + others).strip();
  }

  /** The same for fewer scenarios; empty if none of its own is left. */
  Optional<Model> only(Set<String> scenarios) {
    Map<String, Integer> left = new LinkedHashMap<>(calls);
    left.keySet().retainAll(scenarios);
    return left.isEmpty() ? Optional.empty() : Optional.of(new Model(axis, left));
  }

  void check(Set<String> scenarios, Map<String, List<String>> axes) {
    if (!axes.containsKey(axis)) {
      throw new IllegalArgumentException(
          "model.axis must be one of " + String.join(", ", axes.keySet()) + ": " + axis);
    }
    for (String scenario : calls.keySet()) {
      if (!scenarios.contains(scenario)) {
        throw new IllegalArgumentException(
            "model.calls must name scenarios of " + String.join(", ", scenarios) + ": " + scenario);
      }
    }
    Set<Profile> seen = new HashSet<>();
    for (String value : axes.get(axis)) {
      try {
        if (!seen.add(Profile.parse(value))) {
          throw new IllegalArgumentException("must not mean the same as another value: " + value);
        }
      } catch (IllegalArgumentException e) {
        throw new IllegalArgumentException(
            "parameters." + axis + ", which the model reads: " + e.getMessage(), e);
      }
    }
  }
}
