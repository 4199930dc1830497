package dev.poolmark.stub.config;

import java.util.SplittableRandom;

/**
 * Random numbers that depend only on the seed, their purpose and a number, and not on the order in which threads draw
 * them: the n-th request gets the same ones in every run. Thread-safe.
 */
public final class SeededRandom {
  private SeededRandom() {}

  /** What the numbers decide. */
  public enum Purpose {
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

  /** A generator for the request or the connection of this number. Not thread-safe. */
  public static SplittableRandom of(long seed, Purpose purpose, long number) {
    // Two odd constants keep the sequences apart; SplittableRandom mixes what it is given.
    return new SplittableRandom(
        seed + purpose.stream * 0x9E3779B97F4A7C15L + number * 0xD1B54A32D192ED03L);
  }
}
