package dev.poolmark.analysis.study;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

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
    Design all = study.design();
    Map<String, Benchmark> benchmarks = new LinkedHashMap<>(all.benchmarks());
    Map<String, List<String>> parameters = new LinkedHashMap<>(all.parameters());
    Map<String, String> jvms = new LinkedHashMap<>(all.jvms());
    if (axis.equals(SCENARIO)) {
      benchmarks.keySet().retainAll(values);
    } else if (!jvms.isEmpty() && axis.equals(Design.JVM)) {
      jvms.keySet().retainAll(values);
    } else {
      parameters.put(axis, valid.stream().filter(values::contains).toList());
    }
    return new Study(
        study.name(),
        study.question(),
        all.with(benchmarks, parameters, jvms),
        study.aim().only(benchmarks.keySet()),
        study.notes());
  }

  private static List<String> valid(Study study, String axis) throws InputException {
    if (axis.equals(SCENARIO)) {
      return List.copyOf(study.design().benchmarks().keySet());
    }
    List<String> valid = study.design().axes().get(axis);
    if (valid == null) {
      List<String> known = new ArrayList<>(List.of(SCENARIO));
      known.addAll(study.design().axes().keySet());
      throw new InputException("--only: axis must be one of " + String.join(", ", known) + ": "
          + axis + DidYouMean.hint(axis, known));
    }
    return valid;
  }
}
