package dev.poolmark.analysis.stats;

import java.util.Optional;
import org.apache.commons.statistics.distribution.TDistribution;

/**
 * Two arms of a cell, compared by ratio. The fork is the unit: one value per JVM. The ratio is that of the geometric
 * means; its interval is Welch's t interval of the difference of the mean logarithms, with the degrees of freedom of
 * Welch and Satterthwaite. An arm with a single fork shows no spread, so there is no interval then.
 *
 * @param baseline geometric mean of the baseline's forks
 * @param candidate geometric mean of the candidate's forks
 * @param ratioInterval of {@link #ratio()}; empty unless both arms have two forks or more
 */
public record Comparison(double baseline, double candidate, Optional<Interval> ratioInterval) {

  /**
   * Compares the arms.
   *
   * @param baseline one value per fork, finite and > 0
   * @param candidate likewise
   * @param confidence such as 0.95
   */
  public static Comparison of(double[] baseline, double[] candidate, double confidence) {
    LogSample base = LogSample.of(baseline);
    LogSample cand = LogSample.of(candidate);
    return new Comparison(
        Math.exp(base.mean()), Math.exp(cand.mean()), ratioInterval(base, cand, confidence));
  }

  /** Candidate over baseline: below 1 if the candidate is faster. */
  public double ratio() {
    return candidate / baseline;
  }

  /** The share of the baseline that the candidate saves; negative if it is slower. */
  public double reductionPercent() {
    return reductionPercent(ratio());
  }

  /** The interval of {@link #reductionPercent()}. */
  public Optional<Interval> reductionInterval() {
    return ratioInterval.map(
        ratio -> new Interval(reductionPercent(ratio.high()), reductionPercent(ratio.low())));
  }

  private static double reductionPercent(double ratio) {
    return 100 * (1 - ratio);
  }

  private static Optional<Interval> ratioInterval(
      LogSample base, LogSample cand, double confidence) {
    if (base.size() < 2 || cand.size() < 2) {
      return Optional.empty();
    }
    double difference = cand.mean() - base.mean();
    double squaredError = base.squaredError() + cand.squaredError();
    double halfWidth = 0;
    // Without any spread the degrees of freedom are 0/0, and the interval is the point.
    if (squaredError > 0) {
      double degrees = squaredError
          * squaredError
          / (base.squaredError() * base.squaredError() / (base.size() - 1)
              + cand.squaredError() * cand.squaredError() / (cand.size() - 1));
      double t = TDistribution.of(degrees).inverseSurvivalProbability((1 - confidence) / 2);
      halfWidth = t * Math.sqrt(squaredError);
    }
    return Optional.of(
        new Interval(Math.exp(difference - halfWidth), Math.exp(difference + halfWidth)));
  }
}
