package dev.poolmark.analysis.table;

import java.util.stream.DoubleStream;

/** The unit in which times are readable: the largest in which the shortest of them is at least 1. */
public enum TimeScale {
  /** Seconds. */
  SECONDS("s", 1e-3),
  /** Milliseconds. */
  MILLIS("ms", 1),
  /** Microseconds. */
  MICROS("µs", 1e3),
  /** Nanoseconds. */
  NANOS("ns", 1e6);

  private final String unit;
  private final double perMilli;

  TimeScale(String unit, double perMilli) {
    this.unit = unit;
    this.perMilli = perMilli;
  }

  /** The scale of these times, in ms; {@link #MILLIS} if there are none, and for seconds of which some are below 10. */
  public static TimeScale of(DoubleStream millis) {
    double shortest = millis.filter(time -> time > 0).min().orElse(1);
    if (shortest >= 1e4) {
      return SECONDS;
    }
    return shortest >= 1 ? MILLIS : shortest >= 1e-3 ? MICROS : NANOS;
  }

  /** Its symbol. */
  public String unit() {
    return unit;
  }

  /** A time in this unit, with three significant digits at least. */
  public String words(double millis) {
    double value = millis * perMilli;
    return Text.decimal(value, value >= 100 ? 0 : value >= 10 ? 1 : 2);
  }
}
