package dev.poolmark.analysis.stats;

import java.util.Optional;
import org.apache.commons.statistics.distribution.TDistribution;
import org.apache.commons.statistics.inference.TTest;

/**
 * Welch's t on logarithms: how far the mean logarithms of two arms lie apart, and how sure that is. Immutable. The
 * library has the test; here are the interval and what more forks would show, which it lacks.
 *
 * @param difference candidate less baseline; the logarithm of their ratio
 * @param standardError of the difference; 0 if no fork differs from the others of its arm
 * @param degrees of freedom; NaN if the standard error is 0
 * @param forks of the arm that has fewer
 */
record Welch(double difference, double standardError, double degrees, int forks) {

  /** Empty unless both arms have two forks or more: a single one shows no spread. */
  static Optional<Welch> of(LogSample base, LogSample cand) {
    if (base.size() < 2 || cand.size() < 2) {
      return Optional.empty();
    }
    double standardError = Math.sqrt(base.squaredError() + cand.squaredError());
    return Optional.of(new Welch(
        cand.mean() - base.mean(),
        standardError,
        standardError == 0
            ? Double.NaN
            : TTest.withDefaults()
                .test(
                    cand.mean(),
                    cand.variance(),
                    cand.size(),
                    base.mean(),
                    base.variance(),
                    base.size())
                .getDegreesOfFreedom(),
        Math.min(base.size(), cand.size())));
  }

  /** The interval of the difference. Without any spread it is the point. */
  Interval interval(double confidence) {
    double halfWidth =
        standardError == 0 ? 0 : quantile(degrees, (1 - confidence) / 2) * standardError;
    return new Interval(difference - halfWidth, difference + halfWidth);
  }

  /** Two-sided, of the hypothesis that the arms are the same. */
  double p() {
    if (standardError == 0) {
      return difference == 0 ? 1 : 0;
    }
    double t = Math.abs(difference) / standardError;
    return Math.min(1, 2 * TDistribution.of(degrees).survivalProbability(t));
  }

  /**
   * The distance between two means at which a test at this level finds them different with at least this probability,
   * the spread being what it is. It reckons with the fewest degrees of freedom that Welch's test may come to.
   */
  double visible(double alpha, double power) {
    return standardError == 0
        ? 0
        : (quantile(forks - 1, alpha / 2) + quantile(forks - 1, 1 - power)) * standardError;
  }

  /** The same difference and the same spread, had there been that many forks in each arm. */
  Welch withForks(int more) {
    return new Welch(
        difference,
        standardError * Math.sqrt((double) forks / more),
        degrees * (more - 1) / (forks - 1),
        more);
  }

  private static double quantile(double degrees, double upperTail) {
    return TDistribution.of(degrees).inverseSurvivalProbability(upperTail);
  }
}
