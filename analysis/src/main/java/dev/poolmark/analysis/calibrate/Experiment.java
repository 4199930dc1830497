package dev.poolmark.analysis.calibrate;

import java.util.List;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import java.util.stream.LongStream;

/**
 * One row of the page: the same draw many times over.
 *
 * @param setting what is drawn, for people
 * @param promised whether the bound of the question is promised here
 */
record Experiment(String setting, boolean promised, int trials, Trial trial) {

  /** Draws once, and adds one to the count of each column that came true. */
  interface Trial {
    void run(RandomGenerator random, long[] counts);
  }

  /**
   * A row that was measured.
   *
   * @param percents how many percent of the trials each column came true in; the first is this project's
   */
  record Row(String setting, boolean promised, int trials, long seed, List<Double> percents) {}

  Row run(int columns, long seed) {
    RandomGenerator random = new SplittableRandom(seed);
    long[] counts = new long[columns];
    for (int i = 0; i < trials; i++) {
      trial.run(random, counts);
    }
    return new Row(
        setting,
        promised,
        trials,
        seed,
        LongStream.of(counts).mapToObj(count -> 100.0 * count / trials).toList());
  }
}
