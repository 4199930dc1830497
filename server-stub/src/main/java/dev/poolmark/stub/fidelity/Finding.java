package dev.poolmark.stub.fidelity;

import java.util.Locale;

/**
 * One figure, and the bounds in which it must lie.
 *
 * @param study what it is part of
 * @param what it says
 * @param unit of the three numbers
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

  /** With the digits that matter; empty for no bound. */
  static String number(double value) {
    if (Double.isInfinite(value)) {
      return "";
    }
    return value == Math.rint(value)
        ? String.valueOf((long) value)
        : String.format(Locale.ROOT, "%.3f", value);
  }
}
