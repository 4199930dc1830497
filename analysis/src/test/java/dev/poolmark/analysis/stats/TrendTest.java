package dev.poolmark.analysis.stats;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.DoubleStream;
import org.junit.jupiter.api.Test;

class TrendTest {

  @Test
  void saysHowMuchSlowerTheFirstHalfWas() {
    List<List<Double>> forks = List.of(
        List.of(110.0, 110.0, 999.0, 100.0, 100.0),
        List.of(55.0, 55.0, 999.0, 50.0, 50.0),
        List.of(11.0, 11.0, 999.0, 10.0, 10.0));

    assertThat(Trend.percent(forks).get()).isCloseTo(10, within(1e-9));
  }

  @Test
  void fasterAtFirstIsATrendToo() {
    assertThat(Trend.percent(List.of(List.of(9.0, 10.0), List.of(9.1, 10.0), List.of(8.9, 10.0)))
            .get())
        .isCloseTo(-10, within(0.1));
  }

  @Test
  void oneForkOfManyIsNoTrend() {
    assertThat(Trend.percent(List.of(
            List.of(20.0, 10.0), List.of(10.0, 10.0), List.of(10.1, 10.0), List.of(10.0, 10.1))))
        .isEmpty();
  }

  @Test
  void needsThreeForksAndTwoIterations() {
    assertThat(Trend.percent(List.of(List.of(20.0, 10.0), List.of(20.0, 10.0)))).isEmpty();
    assertThat(Trend.percent(List.of(List.of(20.0), List.of(20.0), List.of(20.0))))
        .isEmpty();
    assertThat(Trend.percent(List.of(List.of(), List.of(), List.of()))).isEmpty();
  }

  /** Iterations that scatter without a trend: a false alarm in at most one of a hundred. */
  @Test
  void steadyForksRaiseFewFalseAlarms() {
    Random random = new Random(20261125);
    int trials = 10_000;
    int alarms = 0;
    int seen = 0;
    for (int i = 0; i < trials; i++) {
      List<List<Double>> steady = new ArrayList<>();
      List<List<Double>> warming = new ArrayList<>();
      for (int fork = 0; fork < 5; fork++) {
        steady.add(DoubleStream.generate(() -> 100 + 3 * random.nextGaussian())
            .limit(8)
            .boxed()
            .toList());
        warming.add(DoubleStream.iterate(115, time -> time - 2)
            .limit(8)
            .map(time -> time + 3 * random.nextGaussian())
            .boxed()
            .toList());
      }
      alarms += Trend.percent(steady).isPresent() ? 1 : 0;
      seen += Trend.percent(warming).isPresent() ? 1 : 0;
    }

    assertThat((double) alarms / trials).isLessThan(0.013);
    assertThat((double) seen / trials).isGreaterThan(0.8);
  }
}
