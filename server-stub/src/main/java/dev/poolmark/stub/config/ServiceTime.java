package dev.poolmark.stub.config;

import java.time.Duration;
import java.util.random.RandomGenerator;

/** How long the simulated service works on a request. Immutable; checked when made. */
public sealed interface ServiceTime {
  /** The expected time. */
  Duration mean();

  /** Draws a time in nanoseconds, at most a minute. */
  long nextNanos(RandomGenerator random);

  /** The same time for every request. */
  record Fixed(Duration time) implements ServiceTime {
    public Fixed {
      Limits.checkDelay("serviceTime", time);
    }

    @Override
    public Duration mean() {
      return time;
    }

    @Override
    public long nextNanos(RandomGenerator random) {
      return time.toNanos();
    }
  }

  /**
   * A log-normal time: its logarithm is normally distributed.
   *
   * @param median half of the requests take less
   * @param sigma standard deviation of the natural logarithm; with 0.5, p99 is about three times the median
   */
  record LogNormal(Duration median, double sigma) implements ServiceTime {
    private static final double MAX_SIGMA = 3;

    public LogNormal {
      Limits.checkDelay("median", median);
      if (!(sigma >= 0 && sigma <= MAX_SIGMA)) {
        throw new IllegalArgumentException("sigma must be from 0 to " + MAX_SIGMA + ": " + sigma);
      }
    }

    @Override
    public Duration mean() {
      return Duration.ofNanos(Math.round(median.toNanos() * Math.exp(sigma * sigma / 2)));
    }

    @Override
    public long nextNanos(RandomGenerator random) {
      double nanos = median.toNanos() * Math.exp(sigma * random.nextGaussian());
      return Math.min(Math.round(nanos), Limits.MAX_DELAY.toNanos());
    }
  }

  /**
   * Most requests are fast and some are slow, as with a cache before a database.
   *
   * @param slowShare the share of slow requests, from 0 to 1
   */
  record Bimodal(Duration fast, Duration slow, double slowShare) implements ServiceTime {
    public Bimodal {
      Limits.checkDelay("fast", fast);
      Limits.checkDelay("slow", slow);
      if (!(slowShare >= 0 && slowShare <= 1)) {
        throw new IllegalArgumentException("slowShare must be from 0 to 1: " + slowShare);
      }
    }

    @Override
    public Duration mean() {
      return Duration.ofNanos(
          Math.round(fast.toNanos() * (1 - slowShare) + slow.toNanos() * slowShare));
    }

    @Override
    public long nextNanos(RandomGenerator random) {
      return (random.nextDouble() < slowShare ? slow : fast).toNanos();
    }
  }
}
