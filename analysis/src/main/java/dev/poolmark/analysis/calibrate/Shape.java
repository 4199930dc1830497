package dev.poolmark.analysis.calibrate;

import java.util.Locale;
import java.util.random.RandomGenerator;

/** How the forks of an arm differ from one another. Each has a standard deviation of {@code spread} in all. */
enum Shape {
  /** Evenly about a middle. */
  NORMAL {
    @Override
    double fork(RandomGenerator random, double spread) {
      return 1 + spread * random.nextGaussian();
    }
  },
  /** A floor, and above it a log-normal excess of sigma 1: most forks are near the floor, a few far above. */
  LOG_NORMAL {
    @Override
    double fork(RandomGenerator random, double spread) {
      return 1 + spread * Math.exp(random.nextGaussian()) / Math.sqrt((Math.E - 1) * Math.E);
    }
  },
  /** Two modes, equally likely, 1.96 standard deviations apart. */
  BIMODAL {
    @Override
    double fork(RandomGenerator random, double spread) {
      double mode = random.nextBoolean() ? MODE : -MODE;
      return 1 + spread * (mode + Math.sqrt(1 - MODE * MODE) * random.nextGaussian());
    }
  },
  /** Normal forks on a machine that slows down by 5 % from the first fork of the run to the last. */
  DRIFTING {
    @Override
    double fork(RandomGenerator random, double spread) {
      return NORMAL.fork(random, spread);
    }

    @Override
    double machine(double elapsed) {
      return 1 + 0.05 * elapsed;
    }
  };

  private static final double MODE = 0.98;

  /** The time of a fork, the median being about 1. */
  abstract double fork(RandomGenerator random, double spread);

  /** What the machine's time is multiplied with after that share of the run. */
  double machine(double elapsed) {
    return 1;
  }

  /** For people. */
  String word() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
