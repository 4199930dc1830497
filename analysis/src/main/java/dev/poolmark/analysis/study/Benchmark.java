package dev.poolmark.analysis.study;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The JMH benchmark behind a scenario.
 *
 * @param benchmark a benchmark class with one benchmark method, or class and method
 * @param parameters values that hold in every cell of the scenario
 * @param jmh more JMH options, such as the number of iterations
 * @param metric the secondary result that is compared instead of JMH's score, a time per iteration whose name ends with
 *     its unit: {@code Nanos}, {@code Micros} or {@code Millis}
 * @param inFlight the parameter whose value is the number of requests that the server must see at once; a fork in which
 *     it saw fewer than 90 % proves nothing
 */
public record Benchmark(
    @JsonProperty(required = true) String benchmark,
    Map<String, String> parameters,
    List<String> jmh,
    Optional<String> metric,
    Optional<String> inFlight) {

  private static final Map<String, String> UNITS =
      Map.of("Nanos", "ns", "Micros", "us", "Millis", "ms");

  private static final Set<String> OWN_OPTIONS =
      Set.of("-f", "-foe", "-rf", "-rff", "-o", "-p", "-l", "-lp", "-h", "-jvm");

  /** Checks the values. */
  public Benchmark {
    StudyRules.checkName("benchmark", benchmark);
    parameters = StudyRules.copy(parameters);
    parameters.forEach((name, value) -> {
      StudyRules.checkName("parameters", name);
      StudyRules.checkValue("parameters." + name, value);
    });
    jmh = StudyRules.copy(jmh);
    if (metric.isPresent() && unitOf(metric.get()).isEmpty()) {
      throw new IllegalArgumentException(
          "metric must end with its unit, Nanos, Micros or Millis: " + metric.get());
    }
    for (String option : jmh) {
      if (OWN_OPTIONS.contains(option)) {
        throw new IllegalArgumentException(
            "jmh must not hold an option that poolmark sets itself: " + option);
      }
    }
  }

  /** JMH's short name for the unit that a counter's name ends with; empty if there is none. */
  public static Optional<String> unitOf(String counter) {
    return UNITS.entrySet().stream()
        .filter(unit -> counter.endsWith(unit.getKey()))
        .map(Map.Entry::getValue)
        .findFirst();
  }
}
