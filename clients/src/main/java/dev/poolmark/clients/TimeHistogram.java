package dev.poolmark.clients;

import java.util.concurrent.TimeUnit;
import org.HdrHistogram.ConcurrentHistogram;

/** Times in microseconds, recorded without a lock by any number of threads. */
final class TimeHistogram {
  private static final long HIGHEST_MICROS = TimeUnit.HOURS.toMicros(1);
  private static final int SIGNIFICANT_DIGITS = 2;

  private final ConcurrentHistogram histogram =
      new ConcurrentHistogram(HIGHEST_MICROS, SIGNIFICANT_DIGITS);

  /** Takes what is longer than an hour for an hour. */
  void record(long nanos) {
    histogram.recordValue(Math.max(0, Math.min(nanos / 1000, HIGHEST_MICROS)));
  }

  Distribution snapshot() {
    return Distribution.of(histogram.copy());
  }
}
