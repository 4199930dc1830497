package dev.poolmark.stub;

import java.util.SplittableRandom;

/**
 * Random numbers that depend on the config's seed and on what is drawn for, and not on the order in which threads
 * come to draw: the n-th request gets the same ones in every run.
 */
final class Draws {
  private Draws() {}

  /** What is drawn for. */
  enum Purpose {
    SERVICE_TIME(1),
    REQUEST_FAULT(2),
    CONNECTION_FAULT(3),
    REQUEST_JITTER(4),
    RESPONSE_JITTER(5);

    private final int stream;

    Purpose(int stream) {
      this.stream = stream;
    }
  }

  static SplittableRandom of(long seed, Purpose purpose, long number) {
    // Two odd constants keep the sequences apart; SplittableRandom mixes what it is given.
    return new SplittableRandom(
        seed + purpose.stream * 0x9E3779B97F4A7C15L + number * 0xD1B54A32D192ED03L);
  }
}
