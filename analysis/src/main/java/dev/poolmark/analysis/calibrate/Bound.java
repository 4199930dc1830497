package dev.poolmark.analysis.calibrate;

/** What a figure must keep to, in percent. */
enum Bound {
  FALSE_ALARMS(true, 5.5),
  COVERAGE(false, 93),
  POWER(false, 80),
  WRONG_VERDICTS(true, 5),
  FAMILY_WISE_ERROR(true, 5);

  private final boolean atMost;
  private final double percent;

  Bound(boolean atMost, double percent) {
    this.atMost = atMost;
    this.percent = percent;
  }

  /** Whether a figure keeps to it, when it may pass it by that much. */
  boolean holds(double figure, double slack) {
    return atMost ? figure <= percent + slack : figure >= percent - slack;
  }

  /** Whether the one is nearer to breaking it, or breaks it further, than the other. */
  boolean isWorse(double one, double other) {
    return atMost ? one > other : one < other;
  }

  double percent() {
    return percent;
  }

  /** For people, such as {@code at most 5.5 %}. */
  String words() {
    return (atMost ? "at most " : "at least ")
        + (percent == Math.rint(percent) ? String.valueOf((int) percent) : String.valueOf(percent))
        + " %";
  }
}
