package dev.poolmark.analysis.study;

import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Pattern;

/** What the values of a {@link Design} must be; a breach is an {@link IllegalArgumentException} that names the field. */
final class StudyRules {
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9._$-]+");
  private static final Set<String> RESERVED = Set.of(
      "scenario",
      "baseline",
      "candidate",
      "verdict",
      "reductionPercent",
      "lowPercent",
      "highPercent",
      "baselineMillis",
      "candidateMillis",
      "forks",
      "p",
      "adjustedP",
      "detectableSavingPercent",
      "connectionsPerRequest",
      "roundsToSettle",
      "warnings",
      "round",
      "arm",
      "millis",
      "lowMillis",
      "highMillis",
      "bytes");

  private StudyRules() {}

  static void checkName(String field, String value) {
    if (value == null || !NAME.matcher(value).matches()) {
      throw new IllegalArgumentException(
          field + " must be of letters, digits, '.', '_', '$' and '-': " + value);
    }
  }

  static void checkValue(String field, String value) {
    if (value == null || value.isBlank()) {
      throw new IllegalArgumentException(field + " must not be empty: " + value);
    }
  }

  /** In its order; empty if it is null. */
  static <V> Map<String, V> copy(Map<String, V> map) {
    return map == null ? Map.of() : Collections.unmodifiableMap(new LinkedHashMap<>(map));
  }

  /** Empty if it is null. */
  static <V> List<V> copy(List<V> list) {
    return list == null ? List.of() : List.copyOf(list);
  }

  static Map<String, List<String>> copyOfAxes(Map<String, List<String>> axes) {
    Map<String, List<String>> copy = new LinkedHashMap<>();
    axes.forEach((axis, values) -> {
      checkName("parameters", axis);
      if (RESERVED.contains(axis)) {
        throw new IllegalArgumentException(
            "parameters must not use the name of a column of our tables: " + axis);
      }
      if (values == null || values.isEmpty()) {
        throw new IllegalArgumentException(
            "parameters." + axis + " must have at least one value: " + values);
      }
      for (String value : values) {
        checkValue("parameters." + axis, value);
        if (value.contains(",")) {
          throw new IllegalArgumentException("parameters." + axis
              + " must not hold a comma, which JMH takes for two values: " + value);
        }
      }
      copy.put(axis, List.copyOf(values));
    });
    return Collections.unmodifiableMap(copy);
  }

  static Map<String, String> copyOfJvms(Map<String, String> jvms, Map<String, List<String>> axes) {
    if (!jvms.isEmpty() && axes.containsKey(Design.JVM)) {
      throw new IllegalArgumentException(
          "parameters must not name an axis that jvms make: " + Design.JVM);
    }
    jvms.forEach((name, java) -> {
      checkName("jvms", name);
      checkValue("jvms." + name, java);
    });
    return Collections.unmodifiableMap(new LinkedHashMap<>(jvms));
  }

  static void checkScenarios(
      Map<String, Benchmark> benchmarks, Map<String, List<String>> axes, Arms arms) {
    arms.parameter().filter(axes::containsKey).ifPresent(name -> {
      if (axes.get(name).contains(arms.baseline().value())) {
        throw new IllegalArgumentException("parameters." + name
            + " must not hold the baseline's value, which would be compared with itself: "
            + arms.baseline().value());
      }
    });
    for (String value : arms.candidate().connectionsPerRequestOf().keySet()) {
      if (arms.parameter()
          .filter(name -> axes.getOrDefault(name, List.of()).contains(value))
          .isEmpty()) {
        throw new IllegalArgumentException(
            "arms.candidate.connectionsPerRequestOf must name values of"
                + " an axis that is the arms' parameter: " + value);
      }
    }
    if (!arms.baseline().connectionsPerRequestOf().isEmpty()) {
      throw new IllegalArgumentException(
          "arms.baseline.connectionsPerRequestOf must be empty, for the"
              + " baseline has one value: "
              + arms.baseline().connectionsPerRequestOf().keySet());
    }
    benchmarks.forEach((scenario, benchmark) -> {
      checkName("benchmarks", scenario);
      Objects.requireNonNull(benchmark, "benchmarks." + scenario);
      benchmark.inFlight().ifPresent(name -> checkNumbers(scenario, name, benchmark, axes));
      for (String name : benchmark.parameters().keySet()) {
        if (axes.containsKey(name) || arms.parameter().filter(name::equals).isPresent()) {
          throw new IllegalArgumentException("benchmarks." + scenario
              + ".parameters must not set what an axis or the arms set: " + name);
        }
      }
    });
  }

  private static void checkNumbers(
      String scenario, String name, Benchmark benchmark, Map<String, List<String>> axes) {
    List<String> values = axes.getOrDefault(
        name,
        benchmark.parameters().containsKey(name)
            ? List.of(benchmark.parameters().get(name))
            : List.of());
    if (values.isEmpty() || !values.stream().allMatch(value -> value.matches("[1-9][0-9]{0,8}"))) {
      throw new IllegalArgumentException(
          "benchmarks." + scenario + ".inFlight must name a parameter of whole numbers: " + name);
    }
  }

  /** Every fork writes a file of its own. */
  static void checkFileNames(List<Cell> cells, Arms arms) {
    Set<String> names = new HashSet<>();
    for (Cell cell : cells) {
      for (Arm arm : arms.both()) {
        String name = new Fork(1, cell, arm).fileName();
        if (!names.add(name)) {
          throw new IllegalArgumentException(
              "cells must have distinct file names: " + name.substring(name.indexOf('-') + 1));
        }
      }
    }
  }
}
