package dev.poolmark.jmh;

import org.HdrHistogram.Histogram;
import org.openjdk.jmh.annotations.AuxCounters;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/**
 * Times of the single calls of an iteration, in microseconds, as JMH's secondary results. JMH adds them up over
 * iterations: divide by their number.
 */
@AuxCounters(AuxCounters.Type.EVENTS)
@State(Scope.Thread)
public class Latencies {
  /** The mean of the calls. */
  public long meanMicros;

  /** Half of the calls took no longer. */
  public long p50Micros;

  /** 90 % of the calls took no longer. */
  public long p90Micros;

  /** 99 % of the calls took no longer. */
  public long p99Micros;

  /** The slowest call. */
  public long maxMicros;

  void add(Histogram micros) {
    meanMicros += Math.round(micros.getMean());
    p50Micros += micros.getValueAtPercentile(50);
    p90Micros += micros.getValueAtPercentile(90);
    p99Micros += micros.getValueAtPercentile(99);
    maxMicros += micros.getMaxValue();
  }
}
