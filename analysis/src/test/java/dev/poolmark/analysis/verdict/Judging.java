package dev.poolmark.analysis.verdict;

import dev.poolmark.analysis.results.Course;
import dev.poolmark.analysis.results.Environment;
import dev.poolmark.analysis.results.ForkResult;
import dev.poolmark.analysis.results.ForkResult.Counts;
import dev.poolmark.analysis.results.ForkResult.Jmh;
import dev.poolmark.analysis.results.Results;
import dev.poolmark.analysis.study.Arm;
import dev.poolmark.analysis.study.Fork;
import dev.poolmark.analysis.study.InputException;
import dev.poolmark.analysis.study.Studies;
import dev.poolmark.analysis.study.Study;
import dev.poolmark.analysis.study.StudyFile;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.junit.jupiter.api.BeforeEach;

/** What tests of verdicts share: a small study, and forks that measure what a test wants. */
abstract class Judging {

  Study study;
  double load;

  @BeforeEach
  void smallStudy() throws InputException {
    study = Studies.open("quick")
        .only("client", List.of("okhttp", "jdk"))
        .only("scenario", List.of("sequential"))
        .withRounds(4);
  }

  static Course course(long startMillis, double others) {
    return new Course(
        "2026-11-25T00:00:00Z",
        0,
        Optional.empty(),
        startMillis,
        1,
        1,
        1,
        List.of(),
        Optional.of(others),
        Optional.empty());
  }

  static Environment environment(double load) {
    return new Environment(
        "1",
        "2026-11-25T00:00:00Z",
        new Environment.Jar("x.jar", "0"),
        new Environment.Cpu("Z80", 2),
        1,
        "os",
        "kernel",
        new Environment.Jdk("17", "vendor", "vm"),
        Map.of(),
        load,
        Map.of(),
        new Environment.Conditions(
            Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty(), Map.of()),
        Optional.empty());
  }

  /** The study without bounds on its arms. */
  Study unproven() {
    try {
      return StudyFile.parse(
          "f", StudyFile.format(study).replaceAll("(?m)^ +connectionsPerRequest:\n.*\n.*\n", ""));
    } catch (InputException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Forks that scatter by some two percent about the value. */
  ForkResult noisy(Fork fork, double millis) {
    double[] scatter = {0.98, 1.02, 1, 0.99, 1.01};
    return new ForkResult(
        millis * scatter[fork.round() - 1],
        List.of(),
        Optional.empty(),
        uncounted(fork).jmh());
  }

  Verdict judge(Function<Fork, Optional<ForkResult>> measure) {
    Map<Fork, ForkResult> forks = new LinkedHashMap<>();
    List<String> missing = new ArrayList<>();
    for (List<Fork> round : study.design().plan()) {
      for (Fork fork : round) {
        measure
            .apply(fork)
            .ifPresentOrElse(result -> forks.put(fork, result), () -> missing.add(fork.label()));
      }
    }
    return Judge.judge(study, new Results(forks, missing), environment(load));
  }

  Optional<ForkResult> result(Fork fork, double ratio) {
    return result(fork, ratio, perRequest(fork));
  }

  Optional<ForkResult> result(Fork fork, double ratio, double connectionsPerRequest) {
    double millis = (isBaseline(fork.arm()) ? 100 : 100 * ratio) + 0.2 * fork.round();
    return Optional.of(new ForkResult(
        millis,
        List.of(),
        Optional.of(new Counts(30 * connectionsPerRequest, 30)),
        Map.of("peakRequestsInFlight", 20.0),
        uncounted(fork).jmh()));
  }

  ForkResult uncounted(Fork fork) {
    double millis = isBaseline(fork.arm()) ? 100 : 60;
    return new ForkResult(
        millis, List.of(), Optional.empty(), new Jmh("1.37", "ss", List.of(), 1, 1, 3));
  }

  double perRequest(Fork fork) {
    return isBaseline(fork.arm()) ? 1 : 0.01;
  }

  boolean isBaseline(Arm arm) {
    return arm.value().equals(study.design().arms().baseline().value());
  }

  static String client(Fork fork) {
    return fork.cell().parameters().get("client");
  }
}
