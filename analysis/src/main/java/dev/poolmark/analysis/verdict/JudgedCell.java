package dev.poolmark.analysis.verdict;

import dev.poolmark.analysis.stats.Comparison;
import dev.poolmark.analysis.stats.Interval;
import dev.poolmark.analysis.study.Cell;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * A cell, what was measured in it, and its verdict.
 *
 * @param baseline forks and counts of the baseline arm
 * @param candidate forks and counts of the candidate arm
 * @param comparison empty if an arm has no forks
 * @param significance empty if there is no interval
 * @param roundsToSettle how many more rounds would settle an inconclusive cell four times out of five; empty if it is
 *     settled, or if no likely number would
 * @param warnings why the cell deserves less trust than it seems to
 */
public record JudgedCell(
    Cell cell,
    JudgedArm baseline,
    JudgedArm candidate,
    Optional<Comparison> comparison,
    Optional<Significance> significance,
    Optional<Integer> roundsToSettle,
    List<Warning> warnings,
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

  /**
   * Whether the arms differ at all, as one of the comparisons of a report.
   *
   * @param p two-sided, of this cell alone
   * @param adjustedP after Holm's correction over the cells of the report; may be compared with alpha as it is
   * @param smallestVisiblePercent the smallest difference, in percent of the baseline, that forks as many and as noisy
   *     as these show four times out of five, were it the only one in the report
   */
  public record Significance(double p, double adjustedP, double smallestVisiblePercent) {

    /** A p for people: three decimals, or that it is smaller. */
    public static String words(double p) {
      return p < 0.001 ? "< 0.001" : String.format(Locale.ROOT, "%.3f", p);
    }
  }

  /** A time in ms for people: a tenth of a millisecond is little, unless all of it is. */
  public static String words(double millis) {
    int digits = (int) Math.floor(Math.log10(millis));
    return String.format(Locale.ROOT, "%." + Math.max(1, 2 - digits) + "f", millis);
  }

  /** Forks of the arm that has fewer. */
  public int forks() {
    return Math.min(baseline.forks(), candidate.forks());
  }

  /** What people must know of the cell, by its kind: its warnings, and how many more rounds would settle it. */
  public Map<String, List<String>> notes() {
    Map<String, List<String>> notes = new LinkedHashMap<>();
    roundsToSettle.ifPresent(rounds -> notes.put(
        "inconclusive", List.of("inconclusive: about " + rounds + " more rounds would settle it")));
    warnings.forEach(warning -> notes
        .computeIfAbsent(warning.kind().replace('-', ' '), kind -> new ArrayList<>())
        .add(warning.message()));
    return notes;
  }

  /** The interval of the saving, in percent. */
  public Optional<Interval> reductionInterval() {
    return comparison.flatMap(Comparison::reductionInterval);
  }
}
