package dev.poolmark.analysis.stats;

/** A confidence interval, both ends included. */
public record Interval(double low, double high) {

  /** Checks the order of the ends. */
  public Interval {
    if (!(low <= high)) {
      throw new IllegalArgumentException("low must be <= high (" + high + "): " + low);
    }
  }

  /** Half the distance of the ends. */
  public double halfWidth() {
    return (high - low) / 2;
  }
}
