package dev.poolmark.analysis.calibrate;

import java.util.random.RandomGenerator;

/**
 * Two arms whose true saving is known. Each fork has {@value #ITERATIONS} iterations, which differ by 1 % about the
 * fork's own time. The forks run in rounds: one of each arm, in random order.
 *
 * @param spread of the forks of both arms, as a share: 0.02 is 2 %
 * @param savingPercent what the candidate saves in truth
 */
record Truth(Shape shape, int forks, double spread, double savingPercent) {

  static final int ITERATIONS = 5;
  private static final double NOISE = 0.01;

  /** Draws one run. */
  DrawnRun draw(RandomGenerator random) {
    double[][] baseline = new double[forks][];
    double[][] candidate = new double[forks][];
    for (int round = 0; round < forks; round++) {
      int first = random.nextBoolean() ? 1 : 0;
      baseline[round] = fork(random, 1, 2 * round + first);
      candidate[round] = fork(random, 1 - savingPercent / 100, 2 * round + 1 - first);
    }
    return new DrawnRun(baseline, candidate);
  }

  /** Draws one run in JMH's order: all the forks of one arm, then all of the other. */
  DrawnRun drawInJmhOrder(RandomGenerator random) {
    double[][] baseline = new double[forks][];
    double[][] candidate = new double[forks][];
    for (int fork = 0; fork < forks; fork++) {
      baseline[fork] = fork(random, 1, fork);
      candidate[fork] = fork(random, 1 - savingPercent / 100, forks + fork);
    }
    return new DrawnRun(baseline, candidate);
  }

  private double[] fork(RandomGenerator random, double arm, int place) {
    double time = arm * shape.fork(random, spread) * shape.machine((place + 0.5) / (2.0 * forks));
    double[] iterations = new double[ITERATIONS];
    for (int i = 0; i < ITERATIONS; i++) {
      iterations[i] = time * (1 + NOISE * random.nextGaussian());
    }
    return iterations;
  }
}
