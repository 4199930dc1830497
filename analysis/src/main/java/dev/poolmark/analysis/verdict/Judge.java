package dev.poolmark.analysis.verdict;

import dev.poolmark.analysis.results.Environment;
import dev.poolmark.analysis.results.ForkResult;
import dev.poolmark.analysis.results.ForkResult.Counts;
import dev.poolmark.analysis.results.Results;
import dev.poolmark.analysis.stats.Comparison;
import dev.poolmark.analysis.stats.Holm;
import dev.poolmark.analysis.stats.Interval;
import dev.poolmark.analysis.study.Arm;
import dev.poolmark.analysis.study.Bounds;
import dev.poolmark.analysis.study.Cell;
import dev.poolmark.analysis.study.Study;
import dev.poolmark.analysis.study.Target;
import dev.poolmark.analysis.verdict.JudgedCell.JudgedArm;
import dev.poolmark.analysis.verdict.JudgedCell.Significance;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The rules of the verdicts.
 *
 * <p>A cell is {@code void} if, in any fork of an arm with bounds, the connections per request that the server
 * counted lie outside the bounds or were not counted; or if operations a second were measured, and the server had less
 * than {@value Warning.NoHeadroom#LEAST} times the headroom, so that they are its own. Else it is {@code below}, {@code within} or {@code above} the
 * target if the whole interval of the saving lies there, the edges belonging to {@code within}. Else it is
 * {@code inconclusive}; so is a cell with fewer than two forks in an arm, which has no interval.
 *
 * <p>A study is {@code refuted} if any cell is below. It is {@code validated} if every cell is within or above and no
 * planned fork is missing. Else it is {@code inconclusive}.
 */
public final class Judge {

  /** An edge that this many do not tell from the saving is one that the saving lies on. */
  static final int MOST_ROUNDS_TO_SETTLE = 200;

  private Judge() {}

  /** Judges what was measured, whole or not. */
  public static Verdict judge(Study study, Results results, Environment environment) {
    Map<Cell, CellForks> forks = new HashMap<>();
    Map<Cell, Comparison> comparisons = new LinkedHashMap<>();
    for (Cell cell : study.cells()) {
      CellForks measured = CellForks.of(study, cell, results);
      forks.put(cell, measured);
      if (!measured.areTheServers()) {
        measured.compare(study.confidence()).ifPresent(made -> comparisons.put(cell, made));
      }
    }
    Map<Cell, Significance> significances = significances(study, comparisons);
    List<JudgedCell> cells = new ArrayList<>();
    for (Cell cell : study.cells()) {
      cells.add(judge(
          study,
          cell,
          forks.get(cell),
          Optional.ofNullable(comparisons.get(cell)),
          Optional.ofNullable(significances.get(cell))));
    }
    return new Verdict(
        study,
        List.copyOf(cells),
        results.missing(),
        Stream.of(
                Warning.OtherLoad.of(results, environment),
                Warning.UnsteadyMachine.of(study, results))
            .flatMap(Optional::stream)
            .toList(),
        ofStudy(cells, results.missing()));
  }

  private static JudgedCell judge(
      Study study,
      Cell cell,
      CellForks forks,
      Optional<Comparison> comparison,
      Optional<Significance> significance) {
    JudgedArm baseline = arm(study, cell, study.arms().baseline(), forks.baseline());
    JudgedArm candidate = arm(study, cell, study.arms().candidate(), forks.candidate());
    CellVerdict verdict = baseline.proven() && candidate.proven() && !forks.areTheServers()
        ? ofInterval(comparison.flatMap(Comparison::reductionInterval), study.target())
        : CellVerdict.VOID;
    boolean open = verdict == CellVerdict.INCONCLUSIVE && significance.isPresent();
    Optional<Integer> rounds =
        open ? comparison.flatMap(made -> roundsToSettle(made, study.target())) : Optional.empty();
    List<Warning> warnings = new ArrayList<>(forks.warnings(study));
    if (open && rounds.isEmpty()) {
      warnings.add(new Warning.OnTheEdge(MOST_ROUNDS_TO_SETTLE));
    }
    return new JudgedCell(
        cell,
        baseline,
        candidate,
        comparison,
        significance,
        rounds,
        List.copyOf(warnings),
        verdict);
  }

  /** The cells without an interval are not among the comparisons of the report. */
  private static Map<Cell, Significance> significances(
      Study study, Map<Cell, Comparison> comparisons) {
    List<Cell> cells = comparisons.keySet().stream()
        .filter(cell -> comparisons.get(cell).p().isPresent())
        .toList();
    double[] p = cells.stream()
        .mapToDouble(cell -> comparisons.get(cell).p().orElseThrow())
        .toArray();
    double[] adjusted = Holm.adjust(p);
    Map<Cell, Significance> significances = new HashMap<>();
    for (int i = 0; i < p.length; i++) {
      double visible = comparisons
          .get(cells.get(i))
          .smallestVisiblePercent((1 - study.confidence()) / p.length)
          .orElseThrow();
      significances.put(cells.get(i), new Significance(p[i], adjusted[i], visible));
    }
    return significances;
  }

  private static JudgedArm arm(Study study, Cell cell, Arm arm, List<ForkResult> forks) {
    Optional<Bounds> bounds = study.connectionsPerRequest(cell, arm);
    boolean proven = bounds.isEmpty()
        || forks.stream()
            .allMatch(fork -> fork.counts().isPresent()
                && bounds.get().contain(fork.counts().get().connectionsPerRequest()));
    return new JudgedArm(arm.value(), forks.size(), connectionsPerRequest(forks), proven);
  }

  private static Optional<Double> connectionsPerRequest(List<ForkResult> forks) {
    Counts sum = new Counts(0, 0);
    for (ForkResult fork : forks) {
      if (fork.counts().isEmpty()) {
        return Optional.empty();
      }
      sum = sum.plus(fork.counts().get());
    }
    return sum.requests() > 0 ? Optional.of(sum.connectionsPerRequest()) : Optional.empty();
  }

  /** The verdict that an interval of the saving, in percent, gives a cell whose arms are borne out. */
  public static CellVerdict ofInterval(Optional<Interval> saving, Target target) {
    if (saving.isEmpty()) {
      return CellVerdict.INCONCLUSIVE;
    }
    double low = saving.get().low();
    double high = saving.get().high();
    if (high < target.minPercent()) {
      return CellVerdict.BELOW;
    }
    if (low > target.maxPercent()) {
      return CellVerdict.ABOVE;
    }
    return low >= target.minPercent() && high <= target.maxPercent()
        ? CellVerdict.WITHIN
        : CellVerdict.INCONCLUSIVE;
  }

  /**
   * How many more rounds would settle the cell four times out of five, if the saving and the spread are what they
   * seem; empty if more than {@value #MOST_ROUNDS_TO_SETTLE}, or if there is no interval.
   */
  public static Optional<Integer> roundsToSettle(Comparison comparison, Target target) {
    Optional<Integer> min =
        comparison.moreForksToLeaveOut(target.minPercent(), MOST_ROUNDS_TO_SETTLE);
    Optional<Integer> max =
        comparison.moreForksToLeaveOut(target.maxPercent(), MOST_ROUNDS_TO_SETTLE);
    return min.flatMap(one -> max.map(other -> Math.max(one, other)));
  }

  static StudyVerdict ofStudy(List<JudgedCell> cells, List<String> missing) {
    if (cells.stream().anyMatch(cell -> cell.verdict() == CellVerdict.BELOW)) {
      return StudyVerdict.REFUTED;
    }
    return missing.isEmpty() && cells.stream().allMatch(cell -> cell.verdict().holds())
        ? StudyVerdict.VALIDATED
        : StudyVerdict.INCONCLUSIVE;
  }
}
