package dev.poolmark.analysis.stats;

import java.util.List;
import java.util.Optional;
import org.apache.commons.statistics.inference.TTest;

/**
 * Whether the iterations of the forks still get faster or slower. The fork is the unit here too: each gives one value,
 * how much slower the first half of its iterations was than the second, and these are tested against nil with
 * Student's t at 1 %.
 */
public final class Trend {

  private static final int FEWEST_FORKS = 3;
  private static final double ALPHA = 0.01;
  /** A trend weaker than this does not matter to anybody. */
  private static final double LEAST_PERCENT = 1;

  private Trend() {}

  /**
   * How much slower the first half was than the second, in percent; negative if it was faster.
   *
   * @param forks the times of the iterations of each fork, all > 0
   * @return empty if there is no trend, or if there are fewer than 3 forks or 2 iterations to see one
   */
  public static Optional<Double> percent(List<List<Double>> forks) {
    if (forks.size() < FEWEST_FORKS || forks.stream().anyMatch(fork -> fork.size() < 2)) {
      return Optional.empty();
    }
    LogSample sample = LogSample.of(forks.stream().mapToDouble(Trend::ofFork).toArray());
    double percent = 100 * Math.expm1(sample.mean());
    if (Math.abs(percent) < LEAST_PERCENT) {
      return Optional.empty();
    }
    boolean certain = sample.variance() == 0
        || TTest.withDefaults()
            .test(sample.mean(), sample.variance(), sample.size())
            .reject(ALPHA);
    return certain ? Optional.of(percent) : Optional.empty();
  }

  private static double ofFork(List<Double> iterations) {
    int half = iterations.size() / 2;
    return mean(iterations.subList(0, half))
        / mean(iterations.subList(iterations.size() - half, iterations.size()));
  }

  private static double mean(List<Double> values) {
    return values.stream().mapToDouble(value -> value).average().orElseThrow();
  }
}
