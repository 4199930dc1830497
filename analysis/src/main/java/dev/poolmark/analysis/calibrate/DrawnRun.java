package dev.poolmark.analysis.calibrate;

import dev.poolmark.analysis.stats.Comparison;
import java.util.Arrays;
import java.util.stream.DoubleStream;
import org.apache.commons.statistics.descriptive.Mean;
import org.apache.commons.statistics.descriptive.Variance;
import org.apache.commons.statistics.distribution.TDistribution;
import org.apache.commons.statistics.inference.TTest;

/** What a run has measured, and what each method makes of it. Not to be changed once it is made. */
final class DrawnRun {

  static final double CONFIDENCE = 0.95;
  /** Of the error that JMH prints. */
  private static final double JMH_CONFIDENCE = 0.999;

  private final double[][] baseline;
  private final double[][] candidate;

  /** Takes one row a fork, one value an iteration. */
  DrawnRun(double[][] baseline, double[][] candidate) {
    this.baseline = baseline;
    this.candidate = candidate;
  }

  /** The first rounds of the run. */
  DrawnRun first(int rounds) {
    return new DrawnRun(Arrays.copyOf(baseline, rounds), Arrays.copyOf(candidate, rounds));
  }

  /** This project's way: one value a fork. */
  Comparison byFork() {
    return Comparison.of(means(baseline), means(candidate), CONFIDENCE);
  }

  /** JMH's way: every iteration of every fork is a value of its own. */
  Comparison pooled() {
    return Comparison.of(all(baseline), all(candidate), CONFIDENCE);
  }

  /**
   * Whether the intervals that JMH prints leave a gap between them.
   *
   * @param quantile {@link #jmhQuantile} of the number of forks
   */
  boolean jmhErrorBarsApart(double quantile) {
    double[] base = jmhInterval(all(baseline), quantile);
    double[] cand = jmhInterval(all(candidate), quantile);
    return base[1] < cand[0] || cand[1] < base[0];
  }

  /** Of Student's t, at the confidence of the errors that JMH prints, which is 99.9 %. */
  static double jmhQuantile(int forks) {
    return TDistribution.of(forks * Truth.ITERATIONS - 1.0)
        .inverseSurvivalProbability((1 - JMH_CONFIDENCE) / 2);
  }

  /** Two-sided p of the paired t on logarithms, a round being a pair. */
  double pairedP() {
    double[] base = DoubleStream.of(means(baseline)).map(Math::log).toArray();
    double[] cand = DoubleStream.of(means(candidate)).map(Math::log).toArray();
    return TTest.withDefaults().pairedTest(base, cand).getPValue();
  }

  /** As in JMH's {@code AbstractStatistics}: Student's t on all values. */
  private static double[] jmhInterval(double[] values, double quantile) {
    double mean = mean(values);
    double error = quantile * Math.sqrt(Variance.of(values).getAsDouble() / values.length);
    return new double[] {mean - error, mean + error};
  }

  private static double[] means(double[][] forks) {
    return Arrays.stream(forks).mapToDouble(DrawnRun::mean).toArray();
  }

  private static double mean(double[] values) {
    return Mean.of(values).getAsDouble();
  }

  private static double[] all(double[][] forks) {
    double[] all = new double[forks.length * Truth.ITERATIONS];
    for (int i = 0; i < forks.length; i++) {
      System.arraycopy(forks[i], 0, all, i * Truth.ITERATIONS, Truth.ITERATIONS);
    }
    return all;
  }
}
