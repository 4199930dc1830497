package dev.poolmark.analysis.verdict;

import dev.poolmark.analysis.results.ForkResult;
import dev.poolmark.analysis.results.Results;
import dev.poolmark.analysis.stats.Comparison;
import dev.poolmark.analysis.stats.Modes;
import dev.poolmark.analysis.stats.Trend;
import dev.poolmark.analysis.study.Cell;
import dev.poolmark.analysis.study.Study;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.stream.Stream;

/** The forks of a cell that were measured, and what they say against it. */
record CellForks(List<ForkResult> baseline, List<ForkResult> candidate) {

  private static final String THROUGHPUT = "thrpt";

  static CellForks of(Study study, Cell cell, Results results) {
    return new CellForks(
        results.of(cell, study.design().arms().baseline()),
        results.of(cell, study.design().arms().candidate()));
  }

  /** Empty if an arm has no forks. */
  Optional<Comparison> compare(double confidence) {
    return baseline.isEmpty() || candidate.isEmpty()
        ? Optional.empty()
        : Optional.of(Comparison.of(millis(baseline), millis(candidate), confidence));
  }

  List<Warning> warnings(Study study) {
    List<Warning> warnings = new ArrayList<>();
    ofArm(study.design().arms().baseline().value(), baseline, warnings);
    ofArm(study.design().arms().candidate().value(), candidate, warnings);
    int planned = 2 * study.design().rounds();
    int measured = baseline.size() + candidate.size();
    if (measured < planned) {
      warnings.add(new Warning.MissingForks(planned, measured));
    }
    int wanted = Warning.TooFewForks.wanted(
        study.design().cells().size(), 1 - study.aim().confidence());
    int fewest = Math.min(baseline.size(), candidate.size());
    if (fewest < wanted) {
      warnings.add(new Warning.TooFewForks(fewest, wanted));
    }
    return warnings;
  }

  private static void ofArm(String arm, List<ForkResult> forks, List<Warning> warnings) {
    Trend.percent(forks.stream().map(ForkResult::iterationMillis).toList())
        .ifPresent(percent -> warnings.add(new Warning.UnstableWarmUp(arm, percent)));
    Modes.gapPercent(millis(forks))
        .ifPresent(percent -> warnings.add(new Warning.BimodalForks(arm, percent)));
    headroom(forks)
        .filter(headroom -> headroom < Warning.NoHeadroom.LEAST)
        .ifPresent(headroom -> warnings.add(new Warning.NoHeadroom(arm, headroom)));
  }

  /** Whether operations a second were to be measured, and an arm's are the server's rather than its own. */
  boolean areTheServers() {
    return Stream.of(baseline, candidate)
        .anyMatch(forks -> forks.stream().anyMatch(fork -> fork.jmh().mode().equals(THROUGHPUT))
            && headroom(forks).filter(h -> h < Warning.NoHeadroom.LEAST).isPresent());
  }

  /** From the mean share of the processors; empty if a fork does not tell. */
  private static Optional<Double> headroom(List<ForkResult> forks) {
    OptionalDouble share = forks.stream()
        .flatMap(fork -> fork.headroom().stream())
        .mapToDouble(headroom -> 1 / headroom)
        .average();
    boolean known = forks.stream().allMatch(fork -> fork.headroom().isPresent());
    return known && share.isPresent() ? Optional.of(1 / share.getAsDouble()) : Optional.empty();
  }

  private static double[] millis(List<ForkResult> forks) {
    return forks.stream().mapToDouble(ForkResult::millis).toArray();
  }
}
