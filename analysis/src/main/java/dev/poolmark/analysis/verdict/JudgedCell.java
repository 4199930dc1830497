package dev.poolmark.analysis.verdict;

import dev.poolmark.analysis.stats.Comparison;
import dev.poolmark.analysis.stats.Interval;
import dev.poolmark.analysis.study.Arm;
import dev.poolmark.analysis.study.Cell;
import dev.poolmark.analysis.table.Text;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A cell, what was measured in it, and its verdict.
 *
 * @param baseline forks and counts of the baseline arm
 * @param candidate forks and counts of the candidate arm
 * @param comparison empty if an arm has no forks
 * @param significance empty if there is no interval
 * @param roundsToSettle how many more rounds would decide an inconclusive cell four times out of five; empty if it is
 *     decided, or if no likely number would
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
   * @param requestsPerOperation of one operation in single-shot mode; empty if a fork does not count them
   * @param contradiction why the server's counts do not prove the arm, for people; empty if they do, or if it has no
   *     bounds
   */
  public record JudgedArm(
      String value,
      int forks,
      Optional<Double> connectionsPerRequest,
      Optional<Double> requestsPerOperation,
      Optional<String> contradiction) {

    /** Whether every fork's counts lie within the arm's bounds; true if it has none. */
    public boolean proven() {
      return contradiction.isEmpty();
    }
  }

  /**
   * Whether the arms differ at all, as one of the comparisons of a report.
   *
   * @param p two-sided, of this cell alone
   * @param adjustedP after Holm's correction over the cells of the report; may be compared with alpha as it is
   * @param detectableSavingPercent the smallest saving detectable with 80 % power, with as many and as noisy forks
   */
  public record Significance(double p, double adjustedP, double detectableSavingPercent) {

    /** A p for people: three decimals, or that it is smaller. */
    public static String words(double p) {
      return p < 0.001 ? "< 0.001" : String.format(Locale.ROOT, "%.3f", p);
    }
  }

  /** What was measured in an arm. */
  public JudgedArm arm(Arm arm) {
    return baseline.value().equals(arm.value()) ? baseline : candidate;
  }

  /** Forks of the arm that has fewer. */
  public int forks() {
    return Math.min(baseline.forks(), candidate.forks());
  }

  /** What people must know of the cell, by its kind: its warnings, and how many more rounds would settle it. */
  public Map<String, List<String>> notes() {
    Map<String, List<String>> notes = new LinkedHashMap<>();
    roundsToSettle.ifPresent(rounds -> notes.put(
        "inconclusive", List.of("about " + Text.count(rounds, "more round") + " would decide it")));
    Stream.of(baseline, candidate)
        .flatMap(arm -> arm.contradiction().stream())
        .forEach(why -> notes.computeIfAbsent("void", kind -> new ArrayList<>()).add(why));
    warnings.forEach(warning -> notes
        .computeIfAbsent(warning.kind().replace('-', ' '), kind -> new ArrayList<>())
        .add(warning.message()));
    return notes;
  }

  /** The interval of the saving, in percent. */
  public Optional<Interval> reductionInterval() {
    return comparison.flatMap(Comparison::reductionInterval);
  }

  /** Whether an arm has fewer forks than a report of this size needs. */
  boolean hasTooFewForks() {
    return warnings.stream().anyMatch(Warning.TooFewForks.class::isInstance);
  }
}
