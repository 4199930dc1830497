package dev.poolmark.jmh;

import org.HdrHistogram.Histogram;

/** The times of an iteration's single calls, in microseconds, as gauges. */
final class Latencies {
  private Latencies() {}

  /** Records the mean, the 50th, 90th and 99th percentile, and the slowest call. */
  static void record(Histogram micros) {
    GaugeProfiler.mean("meanMicros", micros.getMean(), "us");
    GaugeProfiler.mean("p50Micros", micros.getValueAtPercentile(50), "us");
    GaugeProfiler.mean("p90Micros", micros.getValueAtPercentile(90), "us");
    GaugeProfiler.mean("p99Micros", micros.getValueAtPercentile(99), "us");
    GaugeProfiler.max("maxMicros", micros.getMaxValue(), "us");
  }
}
