package dev.poolmark.analysis.stats;

import java.util.Optional;

/**
 * Two arms of a cell, compared by ratio. The fork is the unit: one value per JVM. The ratio is that of the geometric
 * means; its interval is Welch's t interval of the difference of the mean logarithms. An arm with a single fork shows
 * no spread, so there is no interval then, and no p. Immutable.
 */
public final class Comparison {

  /** The probability with which a difference is to be seen, in all that plans ahead. */
  public static final double POWER = 0.8;

  private final LogSample baseline;
  private final LogSample candidate;
  private final double confidence;
  private final Optional<Welch> welch;

  private Comparison(
      LogSample baseline, LogSample candidate, double confidence, Optional<Welch> welch) {
    this.baseline = baseline;
    this.candidate = candidate;
    this.confidence = confidence;
    this.welch = welch;
  }

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
    return new Comparison(base, cand, confidence, Welch.of(base, cand));
  }

  /** Geometric mean of the baseline's forks. */
  public double baseline() {
    return Math.exp(baseline.mean());
  }

  /** Geometric mean of the candidate's forks. */
  public double candidate() {
    return Math.exp(candidate.mean());
  }

  /** The baseline alone, with the interval of its mean. */
  public GeometricMean baselineMean() {
    return GeometricMean.of(baseline, confidence);
  }

  /** The candidate alone, with the interval of its mean. */
  public GeometricMean candidateMean() {
    return GeometricMean.of(candidate, confidence);
  }

  /** Candidate over baseline: below 1 if the candidate is faster. */
  public double ratio() {
    return candidate() / baseline();
  }

  /** The interval of {@link #ratio()}; empty unless both arms have two forks or more. */
  public Optional<Interval> ratioInterval() {
    return welch
        .map(w -> w.interval(confidence))
        .map(log -> new Interval(Math.exp(log.low()), Math.exp(log.high())));
  }

  /** The share of the baseline that the candidate saves; negative if it is slower. */
  public double reductionPercent() {
    return reductionPercent(ratio());
  }

  /** The interval of {@link #reductionPercent()}. */
  public Optional<Interval> reductionInterval() {
    return ratioInterval()
        .map(ratio -> new Interval(reductionPercent(ratio.high()), reductionPercent(ratio.low())));
  }

  /**
   * Two-sided p of the hypothesis that the arms are the same, before any correction; empty if there is no interval. It
   * is below one minus the confidence just when the interval leaves 1 out.
   */
  public Optional<Double> p() {
    return welch.map(Welch::p);
  }

  /**
   * The smallest saving, in percent of the baseline, that a test at level {@code alpha} detects with 80 % power, with
   * as many and as noisy forks as these; empty if there is no interval. Never above 100.
   */
  public Optional<Double> detectableSavingPercent(double alpha) {
    return welch.map(w -> -100 * Math.expm1(-w.visible(alpha, POWER)));
  }

  /** The smallest increase, in percent of the baseline, that is detected likewise. */
  public Optional<Double> detectableIncreasePercent(double alpha) {
    return welch.map(w -> 100 * Math.expm1(w.visible(alpha, POWER)));
  }

  /**
   * How many more forks an arm needs, the spread being what it is, for the interval to leave the edge out four times
   * out of five; empty if {@code most} are too few, or if there is no interval.
   *
   * @param edgePercent a saving, in percent; below 100
   */
  public Optional<Integer> moreForksToLeaveOut(double edgePercent, int most) {
    if (welch.isEmpty()) {
      return Optional.empty();
    }
    Welch now = welch.get();
    double distance = Math.abs(now.difference() - Math.log1p(-edgePercent / 100));
    int enough = most + 1;
    int tooFew = 0;
    while (enough - tooFew > 1) {
      int middle = (enough + tooFew) / 2;
      if (now.withForks(now.forks() + middle).visible(1 - confidence, POWER) < distance) {
        enough = middle;
      } else {
        tooFew = middle;
      }
    }
    return enough > most ? Optional.empty() : Optional.of(enough);
  }

  private static double reductionPercent(double ratio) {
    return 100 * (1 - ratio);
  }
}
