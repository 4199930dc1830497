package dev.poolmark.analysis.stats;

import java.util.Optional;
import java.util.stream.DoubleStream;

/**
 * Whether forks fall into two groups. They do if a split into groups of two forks or more leaves a gap that is wider
 * than the wider group, times 15 over the number of forks where that is more than 1: a few forks show gaps by chance.
 * Of arms that have one mode at most one in twenty is taken for two, which a test proves for normal ones.
 */
public final class Modes {

  private static final int FEWEST = 5;
  private static final double FACTOR = 15;
  /** A gap narrower than this does not matter to anybody. */
  private static final double LEAST_PERCENT = 1;

  private Modes() {}

  /** How far apart the groups lie, in percent of the faster one; empty if there is one group, or fewer than 5 forks. */
  public static Optional<Double> gapPercent(double... forks) {
    if (forks.length < FEWEST) {
      return Optional.empty();
    }
    double[] logs = DoubleStream.of(forks).map(Math::log).sorted().toArray();
    double factor = Math.max(1, FACTOR / logs.length);
    double widest = 0;
    for (int i = 2; i <= logs.length - 2; i++) {
      double gap = logs[i] - logs[i - 1];
      double range = Math.max(logs[i - 1] - logs[0], logs[logs.length - 1] - logs[i]);
      if (gap > factor * range) {
        widest = Math.max(widest, gap);
      }
    }
    double percent = 100 * Math.expm1(widest);
    return percent < LEAST_PERCENT ? Optional.empty() : Optional.of(percent);
  }
}
