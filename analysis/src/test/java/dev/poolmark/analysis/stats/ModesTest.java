package dev.poolmark.analysis.stats;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import java.util.stream.DoubleStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ModesTest {

  @Test
  void saysHowFarTheGroupsAreApart() {
    assertThat(Modes.gapPercent(100, 110, 100, 110, 100, 110).get()).isCloseTo(10, within(1e-9));
    assertThat(Modes.gapPercent(42, 64, 43, 42.5, 63.5).get()).isCloseTo(47.67, within(0.01));
  }

  @Test
  void aSingleOutlierIsNoGroup() {
    assertThat(Modes.gapPercent(100, 100, 100, 100, 100, 150)).isEmpty();
  }

  @Test
  void groupsThatNobodyWouldTellApartAreOne() {
    assertThat(Modes.gapPercent(100, 100.5, 100, 100.5, 100, 100.5)).isEmpty();
  }

  @Test
  void fewerThanFiveForksAreTooFewToTell() {
    assertThat(Modes.gapPercent(100, 100, 150, 150)).isEmpty();
    assertThat(Modes.gapPercent()).isEmpty();
  }

  /** Two modes 1.96 standard deviations apart against one: seen in so many of a hundred, and seen wrongly in 5. */
  @ParameterizedTest
  @CsvSource({"5, 0.4", "8, 0.75", "10, 0.8", "20, 0.9"})
  void tellsTwoModesFromOne(int forks, double power) {
    Random random = new Random(20261125);
    int trials = 10_000;
    int wrongly = 0;
    int rightly = 0;
    for (int i = 0; i < trials; i++) {
      double[] one = DoubleStream.generate(() -> 100 + 5 * random.nextGaussian())
          .limit(forks)
          .toArray();
      double[] two = DoubleStream.generate(
              () -> 100 + (random.nextBoolean() ? 4.9 : -4.9) + random.nextGaussian())
          .limit(forks)
          .toArray();
      wrongly += Modes.gapPercent(one).isPresent() ? 1 : 0;
      rightly += Modes.gapPercent(two).isPresent() ? 1 : 0;
    }

    assertThat((double) wrongly / trials).isLessThan(0.05);
    assertThat((double) rightly / trials).isGreaterThan(power);
  }
}
