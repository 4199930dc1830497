package dev.poolmark.analysis.study;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Takes values of a study's axes away: {@code --only}. */
final class StudyFilter {

  private static final String SCENARIO = "scenario";

  private StudyFilter() {}

  /** See {@link Study#only(List)}. */
  static Study only(Study study, List<String> choices) throws InputException {
    Study fewer = study;
    for (String choice : choices) {
      int sign = choice.indexOf('=');
      if (sign < 0) {
        throw new InputException("--only must be AXIS=VALUE[,VALUE]: " + choice);
      }
      fewer = only(
          fewer, choice.substring(0, sign), List.of(choice.substring(sign + 1).split(",")));
    }
    return fewer;
  }

  /** See {@link Study#only(String, List)}. */
  static Study only(Study study, String axis, List<String> values) throws InputException {
    List<String> valid = valid(study, axis);
    for (String value : values) {
      if (!valid.contains(value)) {
        throw new InputException("--only: " + axis + " must be one of " + String.join(", ", valid)
            + ": " + value + DidYouMean.hint(value, valid));
      }
    }
    Map<String, Benchmark> benchmarks = new LinkedHashMap<>(study.benchmarks());
    Map<String, List<String>> parameters = new LinkedHashMap<>(study.parameters());
    Map<String, String> jvms = new LinkedHashMap<>(study.jvms());
    if (axis.equals(SCENARIO)) {
      benchmarks.keySet().retainAll(values);
    } else if (!jvms.isEmpty() && axis.equals(Study.JVM)) {
      jvms.keySet().retainAll(values);
    } else {
      parameters.put(axis, valid.stream().filter(values::contains).toList());
    }
    List<Claim> claims = study.claims().stream()
        .filter(claim -> benchmarks.containsKey(claim.scenario()))
        .toList();
    Map<String, Integer> calls =
        new LinkedHashMap<>(study.model().map(Model::calls).orElse(Map.of()));
    calls.keySet().retainAll(benchmarks.keySet());
    Optional<Model> model =
        study.model().filter(all -> !calls.isEmpty()).map(all -> new Model(all.axis(), calls));
    return study.with(
        study.name(), study.jar(), benchmarks, parameters, jvms, study.rounds(), model, claims);
  }

  private static List<String> valid(Study study, String axis) throws InputException {
    if (axis.equals(SCENARIO)) {
      return List.copyOf(study.benchmarks().keySet());
    }
    List<String> valid = study.axes().get(axis);
    if (valid == null) {
      List<String> known = new ArrayList<>(List.of(SCENARIO));
      known.addAll(study.axes().keySet());
      throw new InputException("--only: axis must be one of " + String.join(", ", known) + ": "
          + axis + DidYouMean.hint(axis, known));
    }
    return valid;
  }
}
