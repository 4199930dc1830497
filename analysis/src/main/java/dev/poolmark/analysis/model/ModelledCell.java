package dev.poolmark.analysis.model;

import dev.poolmark.analysis.stats.GeometricMean;
import dev.poolmark.analysis.study.Cell;
import java.util.List;

/**
 * A cell and what the model says of it. Times are those of an operation, in ms.
 *
 * @param calibrates whether the model was calibrated on it, among others; else it is a prediction
 * @param measuredPercent what the candidate saved
 */
public record ModelledCell(
    Cell cell, boolean calibrates, Arm baseline, Arm candidate, double measuredPercent) {

  /**
   * One arm of the cell.
   *
   * @param value the arm's name
   * @param millis as the model has it
   */
  public record Arm(String value, double millis, GeometricMean measured) {

    /** What was measured, against the model. */
    public double deviationPercent() {
      return 100 * (measured.value() / millis - 1);
    }

    /** Whether it is off by more than {@value Fit#OUTLIER_PERCENT} %, and its interval excludes the model. */
    public boolean isOutlier() {
      return Math.abs(deviationPercent()) > Fit.OUTLIER_PERCENT
          && measured
              .interval()
              .filter(interval -> millis < interval.low() || millis > interval.high())
              .isPresent();
    }
  }

  /** Baseline and candidate, in this order. */
  public List<Arm> arms() {
    return List.of(baseline, candidate);
  }

  /** What the candidate saves, as the model has it. */
  public double modelPercent() {
    return 100 * (1 - candidate.millis() / baseline.millis());
  }

  /** What was measured less what the model says, in points. */
  public double deviationPoints() {
    return measuredPercent - modelPercent();
  }
}
