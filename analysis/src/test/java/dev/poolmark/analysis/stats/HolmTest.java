package dev.poolmark.analysis.stats;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

class HolmTest {

  private static final Offset<Double> ROUNDING = within(1e-12);

  /** By hand: 4 x 0.005, 3 x 0.01, 2 x 0.03, then 0.04, which must not fall below the one before. */
  @Test
  void multipliesStepByStepAndNeverFalls() {
    assertThat(Holm.adjust(0.01, 0.04, 0.03, 0.005))
        .containsExactly(new double[] {0.03, 0.06, 0.06, 0.02}, ROUNDING);
  }

  @Test
  void neverExceedsOne() {
    assertThat(Holm.adjust(0.6, 0.9, 0.5)).containsExactly(new double[] {1, 1, 1}, ROUNDING);
  }

  @Test
  void aSingleComparisonStaysAsItIs() {
    assertThat(Holm.adjust(0.03)).containsExactly(new double[] {0.03}, ROUNDING);
    assertThat(Holm.adjust()).isEmpty();
  }
}
