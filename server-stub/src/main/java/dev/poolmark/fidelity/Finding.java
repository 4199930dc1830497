package dev.poolmark.fidelity;

import java.util.Locale;

/**
 * One figure and its bounds.
 *
 * @param study the name of the check that it belongs to
 * @param what what was measured
 * @param unit the unit of the three numbers
 */
record Finding(String study, String what, double measured, double low, double high, String unit) {
  boolean holds() {
    return measured >= low && measured <= high;
  }

  /** A line for the terminal. */
  @Override
  public String toString() {
    return (holds() ? "ok    " : "FAIL  ") + study + ": " + what + ": " + number(measured)
        + bound(", at least ", low) + bound(", at most ", high)
        + (unit.isEmpty() ? "" : " " + unit);
  }

  private static String bound(String relation, double value) {
    return Double.isInfinite(value) ? "" : relation + number(value);
  }

  /** The number with up to three decimals; empty if it is infinite, and so no bound. */
  static String number(double value) {
    if (Double.isInfinite(value)) {
      return "";
    }
    return value == Math.rint(value)
        ? String.valueOf((long) value)
        : String.format(Locale.ROOT, "%.3f", value);
  }
}
