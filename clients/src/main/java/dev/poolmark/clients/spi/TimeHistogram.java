package dev.poolmark.clients.spi;

import dev.poolmark.clients.Distribution;
import java.util.concurrent.TimeUnit;
import org.HdrHistogram.ConcurrentHistogram;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

/** Times in microseconds. Thread-safe, without a lock. */
final class TimeHistogram {
  private static final long HIGHEST_MICROS = TimeUnit.HOURS.toMicros(1);
  private static final int SIGNIFICANT_DIGITS = 2;

  private final ConcurrentHistogram histogram =
      new ConcurrentHistogram(HIGHEST_MICROS, SIGNIFICANT_DIGITS);

  private volatile @Nullable Distribution last;

  /** Takes what is longer than an hour for an hour. */
  void record(long nanos) {
    histogram.recordValue(Math.max(0, Math.min(nanos / 1000, HIGHEST_MICROS)));
  }

  /** The same as before if nothing was recorded since: a scrape of metrics takes many snapshots. */
  Distribution snapshot() {
    Distribution known = last;
    if (known == null || known.count() != histogram.getTotalCount()) {
      known = distribution(histogram.copy());
      last = known;
    }
    return known;
  }

  private static Distribution distribution(Histogram values) {
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
