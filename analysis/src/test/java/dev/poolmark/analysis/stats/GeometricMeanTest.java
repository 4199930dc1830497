package dev.poolmark.analysis.stats;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class GeometricMeanTest {

  /** Logarithms 0 and 2: mean 1, standard error 1, and Student's t at 97.5 % of one degree is 12.7062. */
  @Test
  void isStudentsIntervalOfTheLogarithms() {
    GeometricMean mean = GeometricMean.of(new double[] {1, Math.exp(2)}, 0.95);

    assertThat(mean.value()).isCloseTo(Math.E, within(1e-12));
    Interval interval = mean.interval().orElseThrow();
    assertThat(Math.log(interval.low())).isCloseTo(1 - 12.7062, within(1e-4));
    assertThat(Math.log(interval.high())).isCloseTo(1 + 12.7062, within(1e-4));
  }

  @Test
  void aSingleForkShowsNoSpread() {
    assertThat(GeometricMean.of(new double[] {5}, 0.95).interval()).isEmpty();
  }

  /** Of 4,000 intervals, 95 % hold the truth, give or take three standard errors. */
  @Test
  void holdsTheTruthAsOftenAsItSays() {
    Random random = new Random(20261125);
    long hits = IntStream.range(0, 4000)
        .filter(i -> {
          double[] forks = random
              .doubles(5)
              .map(u -> 30 * Math.exp(0.03 * random.nextGaussian()))
              .toArray();
          Interval interval = GeometricMean.of(forks, 0.95).interval().orElseThrow();
          return interval.low() <= 30 && 30 <= interval.high();
        })
        .count();

    assertThat(hits / 4000.0).isCloseTo(0.95, within(0.0103));
  }
}
