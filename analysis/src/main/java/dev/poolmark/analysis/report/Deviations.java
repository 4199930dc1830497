package dev.poolmark.analysis.report;

import dev.poolmark.analysis.results.ForkResult;
import dev.poolmark.analysis.results.Results;
import dev.poolmark.analysis.study.Arm;
import dev.poolmark.analysis.study.Cell;
import java.util.List;
import java.util.OptionalDouble;

/** Values of one arm of one cell, set against the typical value of that arm, so that all cells fit one scale. */
final class Deviations {

  private Deviations() {}

  /** The geometric mean of the arm's forks, in ms; NaN if there are none. */
  static double typicalMillis(Results results, Cell cell, Arm arm) {
    return Math.exp(results.of(cell, arm).stream()
        .mapToDouble(fork -> Math.log(fork.millis()))
        .average()
        .orElse(Double.NaN));
  }

  /** What a value deviates by, in percent. */
  static double percent(double millis, double typicalMillis) {
    return 100 * (millis / typicalMillis - 1);
  }

  /** The standard deviation of the forks' logarithms, in percent; empty below two forks. */
  static OptionalDouble spreadPercent(List<ForkResult> forks) {
    if (forks.size() < 2) {
      return OptionalDouble.empty();
    }
    double mean =
        forks.stream().mapToDouble(fork -> Math.log(fork.millis())).average().getAsDouble();
    double squares = forks.stream()
        .mapToDouble(fork -> Math.pow(Math.log(fork.millis()) - mean, 2))
        .sum();
    return OptionalDouble.of(100 * Math.sqrt(squares / (forks.size() - 1)));
  }
}
