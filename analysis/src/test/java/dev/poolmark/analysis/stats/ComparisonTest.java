package dev.poolmark.analysis.stats;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import java.util.stream.DoubleStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ComparisonTest {

  /**
   * The expected figures come from another program: logarithms, means and variances by their definitions; degrees of
   * freedom 2.706727; the quantile 3.386695 by bisection of the t density, integrated by Simpson's rule.
   */
  @Test
  void agreesWithAnIndependentComputation() {
    Comparison comparison =
        Comparison.of(new double[] {100, 104, 98, 101, 97}, new double[] {60, 61, 66}, 0.95);

    assertThat(comparison.baseline()).isCloseTo(99.97018702903415, within(1e-9));
    assertThat(comparison.candidate()).isCloseTo(62.279006175336974, within(1e-9));
    assertThat(comparison.ratio()).isCloseTo(0.6229757893445713, within(1e-9));
    assertThat(comparison.ratioInterval().get().low()).isCloseTo(0.5593088821340393, within(1e-7));
    assertThat(comparison.ratioInterval().get().high()).isCloseTo(0.6938899890677637, within(1e-7));
    assertThat(comparison.reductionPercent()).isCloseTo(37.70242106554287, within(1e-7));
    assertThat(comparison.reductionInterval().get().low()).isCloseTo(30.6110010932, within(1e-5));
    assertThat(comparison.reductionInterval().get().high()).isCloseTo(44.0691117866, within(1e-5));
  }

  /** The expected figures come from SciPy: {@code ttest_ind(..., equal_var=False)} and {@code t.isf}. */
  @Test
  void pAgreesWithAnIndependentComputation() {
    double[] forks = {100, 104, 98, 101, 97};
    Comparison far = Comparison.of(forks, new double[] {60, 61, 66}, 0.95);
    Comparison near = Comparison.of(forks, new double[] {99, 103, 101, 102, 98}, 0.95);

    assertThat(far.p().get()).isCloseTo(0.0011301554243532234, within(1e-9));
    assertThat(near.p().get()).isCloseTo(0.7007220649763037, within(1e-9));
    assertThat(near.detectableIncreasePercent(0.05).get())
        .isCloseTo(5.849981774029604, within(1e-6));
  }

  /** Forks are log-normal, so the truth is known: the interval must hold it in 95 of 100 cases. */
  @ParameterizedTest
  @CsvSource({
    "5, 0.02, 0.02, 0.6",
    "5, 0.01, 0.05, 0.6",
    "10, 0.03, 0.01, 0.5",
    "3, 0.02, 0.02, 0.7"
  })
  void coversTheTruthAsOftenAsItSays(
      int forks, double baselineSpread, double candidateSpread, double ratio) {
    Random random = new Random(20261123);
    int trials = 20_000;
    int covered = 0;
    for (int i = 0; i < trials; i++) {
      Interval interval = Comparison.of(
              forks(random, forks, 100, baselineSpread),
              forks(random, forks, 100 * ratio, candidateSpread),
              0.95)
          .ratioInterval()
          .get();
      covered += interval.low() <= ratio && ratio <= interval.high() ? 1 : 0;
    }

    // Welch's interval errs on the wide side for few forks of equal spread.
    assertThat((double) covered / trials).isBetween(0.943, 0.975);
  }

  @Test
  void sameAgainstSameRaisesFewFalseAlarms() {
    Random random = new Random(7);
    int trials = 20_000;
    int alarms = 0;
    for (int i = 0; i < trials; i++) {
      Interval interval = Comparison.of(
              forks(random, 5, 100, 0.03), forks(random, 5, 100, 0.03), 0.95)
          .ratioInterval()
          .get();
      alarms += interval.low() > 1 || interval.high() < 1 ? 1 : 0;
    }

    assertThat((double) alarms / trials).isBetween(0.035, 0.053);
  }

  @Test
  void unitsDoNotMatter() {
    Random random = new Random(1);
    for (int i = 0; i < 200; i++) {
      double[] baseline = forks(random, 2 + random.nextInt(9), 100, 0.05);
      double[] candidate = forks(random, 2 + random.nextInt(9), 60, 0.05);
      double factor = Math.exp(random.nextGaussian() * 5);
      Comparison plain = Comparison.of(baseline, candidate, 0.95);
      Comparison scaled = Comparison.of(times(factor, baseline), times(factor, candidate), 0.95);

      assertThat(scaled.ratio()).isCloseTo(plain.ratio(), within(1e-9));
      assertThat(scaled.ratioInterval().get().low())
          .isCloseTo(plain.ratioInterval().get().low(), within(1e-9));
    }
  }

  @Test
  void swappedArmsGiveTheInverse() {
    Random random = new Random(2);
    for (int i = 0; i < 200; i++) {
      double[] baseline = forks(random, 2 + random.nextInt(9), 100, 0.05);
      double[] candidate = forks(random, 2 + random.nextInt(9), 60, 0.05);
      Interval one = Comparison.of(baseline, candidate, 0.95).ratioInterval().get();
      Interval other = Comparison.of(candidate, baseline, 0.95).ratioInterval().get();

      assertThat(one.low()).isCloseTo(1 / other.high(), within(1e-9));
      assertThat(one.high()).isCloseTo(1 / other.low(), within(1e-9));
    }
  }

  @Test
  void moreConfidenceIsWider() {
    double[] baseline = {100, 104, 98};
    double[] candidate = {60, 61, 66};
    Interval narrow = Comparison.of(baseline, candidate, 0.9).ratioInterval().get();
    Interval wide = Comparison.of(baseline, candidate, 0.99).ratioInterval().get();

    assertThat(wide.low()).isLessThan(narrow.low());
    assertThat(wide.high()).isGreaterThan(narrow.high());
  }

  @Test
  void aSingleForkHasNoInterval() {
    Comparison comparison = Comparison.of(new double[] {100}, new double[] {60, 61}, 0.95);

    assertThat(comparison.ratioInterval()).isEmpty();
    assertThat(comparison.reductionInterval()).isEmpty();
    assertThat(comparison.reductionPercent()).isBetween(39.0, 40.0);
  }

  @Test
  void withoutSpreadTheIntervalIsThePoint() {
    Comparison comparison = Comparison.of(new double[] {100, 100}, new double[] {60, 60}, 0.95);

    assertThat(comparison.reductionInterval().get().low()).isCloseTo(40, within(1e-9));
    assertThat(comparison.reductionInterval().get().high()).isCloseTo(40, within(1e-9));
  }

  @Test
  void spreadInOneArmIsEnough() {
    Interval interval = Comparison.of(new double[] {100, 100}, new double[] {60, 61}, 0.95)
        .ratioInterval()
        .get();

    assertThat(interval.low()).isLessThan(0.6);
    assertThat(interval.high()).isGreaterThan(0.61);
  }

  @ParameterizedTest
  @CsvSource({"0", "-1", "NaN", "Infinity"})
  void refusesWhatHasNoLogarithm(double value) {
    assertThatThrownBy(() -> Comparison.of(new double[] {100, value}, new double[] {60}, 0.95))
        .hasMessage("values must be finite and > 0: " + value);
  }

  @Test
  void pIsBelowAlphaJustWhenTheIntervalLeavesOneOut() {
    Random random = new Random(3);
    int different = 0;
    for (int i = 0; i < 2000; i++) {
      Comparison comparison = Comparison.of(
          forks(random, 2 + random.nextInt(9), 100, 0.03),
          forks(random, 2 + random.nextInt(9), 97, 0.03),
          0.95);
      Interval interval = comparison.ratioInterval().get();
      boolean leftOut = interval.low() > 1 || interval.high() < 1;

      assertThat(comparison.p().get() < 0.05).isEqualTo(leftOut);
      different += leftOut ? 1 : 0;
    }
    assertThat(different).isBetween(200, 1800);
  }

  /** At the size that is said to be visible, the forks being as noisy as said, at least four tests of five see it. */
  @ParameterizedTest
  @CsvSource({"3", "5", "10"})
  void whatIsCalledVisibleIsSeen(int forks) {
    Random random = new Random(20261125);
    double spread = 0.02;
    // Welch's degrees of freedom where both arms have this spread.
    double visible = new Welch(0, spread * Math.sqrt(2.0 / forks), 2 * (forks - 1), forks)
        .visible(0.05, Comparison.POWER);
    int trials = 20_000;
    int seen = 0;
    for (int i = 0; i < trials; i++) {
      Comparison comparison = Comparison.of(
          forks(random, forks, 100, spread),
          forks(random, forks, 100 * Math.exp(visible), spread),
          0.95);
      seen += comparison.p().get() < 0.05 ? 1 : 0;
    }

    assertThat((double) seen / trials).isBetween(Comparison.POWER, 0.97);
  }

  @Test
  void moreForksSettleWhatTheyAreSaidToSettle() {
    double[] baseline = {100, 102, 98, 101, 99};
    double[] candidate = {69, 70.5, 67.5, 69.5, 68.5};
    Comparison comparison = Comparison.of(baseline, candidate, 0.95);
    int more = comparison.moreForksToLeaveOut(30, 200).get();
    double distance = Math.abs(Math.log(comparison.ratio()) - Math.log(0.7));
    Welch welch = Welch.of(LogSample.of(baseline), LogSample.of(candidate)).get();

    assertThat(more).isBetween(2, 40);
    assertThat(welch.withForks(5 + more).visible(0.05, 0.8)).isLessThan(distance);
    assertThat(welch.withForks(4 + more).visible(0.05, 0.8)).isGreaterThanOrEqualTo(distance);
    assertThat(comparison.moreForksToLeaveOut(comparison.reductionPercent(), 200))
        .isEmpty();
    assertThat(Comparison.of(new double[] {1}, candidate, 0.95).moreForksToLeaveOut(30, 9))
        .isEmpty();
  }

  @Test
  void equalForksAreNoDifferenceHoweverMany() {
    Comparison comparison = Comparison.of(
        new double[] {29.97, 29.97, 29.97}, new double[] {29.97, 29.97, 29.97, 29.97, 29.97}, 0.95);

    assertThat(comparison.p()).contains(1.0);
    assertThat(Comparison.of(new double[] {1, 1}, new double[] {2, 2}, 0.95).p())
        .contains(0.0);
  }

  private static double[] forks(Random random, int count, double median, double spread) {
    return DoubleStream.generate(() -> median * Math.exp(spread * random.nextGaussian()))
        .limit(count)
        .toArray();
  }

  private static double[] times(double factor, double[] values) {
    return DoubleStream.of(values).map(value -> factor * value).toArray();
  }
}
