package dev.poolmark.analysis.stats;

import java.util.Optional;
import org.apache.commons.statistics.distribution.TDistribution;

/**
 * The geometric mean of the forks of one arm, and Student's t interval of their mean logarithm as an interval of it.
 * It has the unit of the values. Immutable.
 *
 * @param interval empty below two forks: a single one shows no spread
 */
public record GeometricMean(double value, Optional<Interval> interval) {

  /**
   * Of the forks.
   *
   * @param forks one value per fork, finite and > 0
   * @param confidence such as 0.95
   */
  public static GeometricMean of(double[] forks, double confidence) {
    return of(LogSample.of(forks), confidence);
  }

  static GeometricMean of(LogSample sample, double confidence) {
    if (sample.size() < 2) {
      return new GeometricMean(Math.exp(sample.mean()), Optional.empty());
    }
    double halfWidth = Math.sqrt(sample.squaredError())
        * TDistribution.of(sample.size() - 1).inverseSurvivalProbability((1 - confidence) / 2);
    return new GeometricMean(
        Math.exp(sample.mean()),
        Optional.of(new Interval(
            Math.exp(sample.mean() - halfWidth), Math.exp(sample.mean() + halfWidth))));
  }
}
