package dev.poolmark.clients.spi;

import dev.poolmark.clients.Distribution;
import java.util.concurrent.TimeUnit;
import org.HdrHistogram.ConcurrentHistogram;
import org.HdrHistogram.Histogram;

/** Times in microseconds. Thread-safe, without a lock. */
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
    Histogram values = histogram.copy();
    return new Distribution(
        values.getTotalCount(),
        values.getMean(),
        values.getValueAtPercentile(50),
        values.getValueAtPercentile(90),
        values.getValueAtPercentile(99),
        values.getValueAtPercentile(99.9),
        values.getMaxValue());
  }
}
