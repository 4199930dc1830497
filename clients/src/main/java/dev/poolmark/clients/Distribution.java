package dev.poolmark.clients;

import java.util.Locale;

/**
 * What a histogram of times held when it was asked, in microseconds. Values are exact to two significant digits, as the
 * buckets of the histogram are; {@code meanMicros} is computed from them. All zero if there is no value.
 *
 * @param count values recorded
 */
public record Distribution(
    long count,
    double meanMicros,
    long p50Micros,
    long p90Micros,
    long p99Micros,
    long p999Micros,
    long maxMicros) {

  @Override
  public String toString() {
    return String.format(
        Locale.ROOT,
        "%d values, mean %.0f us, p50 %d, p90 %d, p99 %d, p99.9 %d, max %d us",
        count,
        meanMicros,
        p50Micros,
        p90Micros,
        p99Micros,
        p999Micros,
        maxMicros);
  }
}
