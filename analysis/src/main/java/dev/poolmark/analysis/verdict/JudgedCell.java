package dev.poolmark.analysis.verdict;

import dev.poolmark.analysis.stats.Comparison;
import dev.poolmark.analysis.stats.Interval;
import dev.poolmark.analysis.study.Cell;
import java.util.Optional;

/**
 * A cell, what was measured in it, and its verdict.
 *
 * @param baseline forks and counts of the baseline arm
 * @param candidate forks and counts of the candidate arm
 * @param comparison empty if an arm has no forks
 */
public record JudgedCell(
    Cell cell,
    JudgedArm baseline,
    JudgedArm candidate,
    Optional<Comparison> comparison,
    CellVerdict verdict) {

  /**
   * One arm of the cell.
   *
   * @param value the arm's name
   * @param forks how many forks were measured
   * @param connectionsPerRequest over all forks; empty if a fork has no counts
   * @param proven whether every fork's counts lie within the arm's bounds; true if it has no bounds
   */
  public record JudgedArm(
      String value, int forks, Optional<Double> connectionsPerRequest, boolean proven) {}

  /** Forks of the arm that has fewer. */
  public int forks() {
    return Math.min(baseline.forks(), candidate.forks());
  }

  /** The interval of the saving, in percent. */
  public Optional<Interval> reductionInterval() {
    return comparison.flatMap(Comparison::reductionInterval);
  }
}
