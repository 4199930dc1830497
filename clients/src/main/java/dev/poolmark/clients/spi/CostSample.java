package dev.poolmark.clients.spi;

import java.util.concurrent.TimeUnit;

/** What calls cost at one limit: the time of a lease for each call that the service served. Not thread-safe. */
final class CostSample {
  private static final int MIN_CALLS = 8;

  /** How often each lease is used at least: calls of one moment have their times in common. */
  private static final int MIN_TURNS = 3;

  /** A sample with this relative standard error is precise enough. */
  private static final double PRECISE = 0.03;

  /** After {@link #LONG_NANOS}, this has to do: a sample that takes longer delays the answer to a change. */
  private static final double ROUGH = 0.1;

  private static final long LONG_NANOS = TimeUnit.MILLISECONDS.toNanos(250);
  private static final long LONGEST_NANOS = TimeUnit.SECONDS.toNanos(1);

  private long sinceNanos;
  private int calls;
  private int served;
  private double sum;
  private double sumOfSquares;

  /** Begins anew, with the calls that are sent from then on. */
  void reset(long nanos) {
    sinceNanos = nanos;
    calls = 0;
    served = 0;
    sum = 0;
    sumOfSquares = 0;
  }

  /** A call has ended. */
  void add(long sentNanos, long serviceNanos, boolean wasServed) {
    if (sentNanos - sinceNanos >= 0) {
      calls++;
      served += wasServed ? 1 : 0;
      sum += serviceNanos;
      sumOfSquares += (double) serviceNanos * serviceNanos;
    }
  }

  /** Whether the sample says enough of that limit. */
  boolean isEnough(long nowNanos, int limit) {
    if (served < MIN_CALLS || calls < MIN_TURNS * limit) {
      return false;
    }
    long nanos = nowNanos - sinceNanos;
    double error = error();
    return error <= PRECISE || (nanos >= LONG_NANOS && error <= ROUGH) || nanos >= LONGEST_NANOS;
  }

  /** Nanoseconds of lease for each call that was served. */
  double costNanos() {
    return sum / served;
  }

  /** The cost's relative standard error, as if times were independent of each other. */
  double error() {
    double mean = sum / calls;
    return Math.sqrt(Math.max(0, sumOfSquares / calls - mean * mean) / calls) / mean;
  }
}
