package dev.poolmark.analysis.verdict;

import dev.poolmark.analysis.results.Environment;
import dev.poolmark.analysis.results.ForkResult;
import dev.poolmark.analysis.results.ForkResult.Counts;
import dev.poolmark.analysis.results.Results;
import dev.poolmark.analysis.stats.Comparison;
import dev.poolmark.analysis.stats.Holm;
import dev.poolmark.analysis.stats.Interval;
import dev.poolmark.analysis.study.Arm;
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
 * counted lie outside the bounds or were not counted; or if the server saw fewer than 90 % of the requests in flight that
 * the scenario asks for; or if operations per second were measured, and the server had
 * less than {@value Warning.NoHeadroom#LEAST} times the headroom, so that they are its own. Else it is {@code below},
 * {@code within} or {@code above} the target if the whole interval of the saving lies there, the edges belonging to
 * {@code within}; without a target it is {@code measured}. Else it is {@code inconclusive}; so is a cell with fewer
 * than two forks in an arm, which has no interval.
 *
 * <p>A study that claims nothing is a {@code finding}. Else it is {@code refuted} if any cell is below, and
 * {@code validated} if every cell is within or above and no planned fork is missing; with too few forks for a report of
 * its size, it is {@code provisional} instead. Else it is {@code inconclusive}.
 */
public final class Judge {

  /** If more rounds than these are needed, the saving lies on the edge of the target. */
  static final int MAX_ROUNDS_TO_SETTLE = 200;

  private static final String SINGLE_SHOT = "ss";

  private Judge() {}

  /** Judges what was measured, whole or not. */
  public static Verdict judge(Study study, Results results, Environment environment) {
    Map<Cell, CellForks> forks = new HashMap<>();
    Map<Cell, Comparison> comparisons = new LinkedHashMap<>();
    for (Cell cell : study.design().cells()) {
      CellForks measured = CellForks.of(study, cell, results);
      forks.put(cell, measured);
      if (!measured.areTheServers()) {
        measured.compare(study.aim().confidence()).ifPresent(made -> comparisons.put(cell, made));
      }
    }
    Map<Cell, Significance> significances = significances(study, comparisons);
    List<JudgedCell> cells = new ArrayList<>();
    for (Cell cell : study.design().cells()) {
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
        ofStudy(study, cells, results.missing()));
  }

  private static JudgedCell judge(
      Study study,
      Cell cell,
      CellForks forks,
      Optional<Comparison> comparison,
      Optional<Significance> significance) {
    JudgedArm baseline = arm(study, cell, study.design().arms().baseline(), forks.baseline());
    JudgedArm candidate = arm(study, cell, study.design().arms().candidate(), forks.candidate());
    CellVerdict verdict = baseline.proven() && candidate.proven() && !forks.areTheServers()
        ? ofInterval(
            comparison.flatMap(Comparison::reductionInterval), study.aim().target())
        : CellVerdict.VOID;
    boolean open = verdict == CellVerdict.INCONCLUSIVE && significance.isPresent();
    Optional<Integer> rounds = open
        ? comparison.flatMap(made -> roundsToSettle(made, study.aim().target().orElseThrow()))
        : Optional.empty();
    List<Warning> warnings = new ArrayList<>(forks.warnings(study));
    if (open && rounds.isEmpty()) {
      warnings.add(new Warning.OnTheEdge(MAX_ROUNDS_TO_SETTLE));
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
          .detectableSavingPercent((1 - study.aim().confidence()) / p.length)
          .orElseThrow();
      significances.put(cells.get(i), new Significance(p[i], adjusted[i], visible));
    }
    return significances;
  }

  private static JudgedArm arm(Study study, Cell cell, Arm arm, List<ForkResult> forks) {
    return new JudgedArm(
        arm.value(),
        forks.size(),
        connectionsPerRequest(forks),
        requestsPerOperation(forks),
        forks.stream()
            .flatMap(fork -> fork
                .contradiction(
                    arm.value(),
                    study.design().connectionsPerRequest(cell, arm),
                    study.design().inFlight(cell, arm))
                .stream())
            .findFirst());
  }

  private static Optional<Double> requestsPerOperation(List<ForkResult> forks) {
    List<Double> known = forks.stream()
        .filter(fork -> fork.jmh().mode().equals(SINGLE_SHOT))
        .flatMap(fork -> Optional.ofNullable(fork.measures().get("requests")).stream())
        .filter(requests -> requests > 0)
        .toList();
    return known.isEmpty() || known.size() < forks.size()
        ? Optional.empty()
        : Optional.of(known.stream().mapToDouble(each -> each).average().orElseThrow());
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
  public static CellVerdict ofInterval(Optional<Interval> saving, Optional<Target> claimed) {
    if (saving.isEmpty()) {
      return CellVerdict.INCONCLUSIVE;
    }
    if (claimed.isEmpty()) {
      return CellVerdict.MEASURED;
    }
    Target target = claimed.get();
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
   * How many more rounds would decide the cell four times out of five, if the saving and the spread are what they
   * seem; empty if more than {@value #MAX_ROUNDS_TO_SETTLE}, or if there is no interval.
   */
  public static Optional<Integer> roundsToSettle(Comparison comparison, Target target) {
    Optional<Integer> min =
        comparison.moreForksToLeaveOut(target.minPercent(), MAX_ROUNDS_TO_SETTLE);
    Optional<Integer> max =
        comparison.moreForksToLeaveOut(target.maxPercent(), MAX_ROUNDS_TO_SETTLE);
    return min.flatMap(one -> max.map(other -> Math.max(one, other)));
  }

  static StudyVerdict ofStudy(Study study, List<JudgedCell> cells, List<String> missing) {
    if (study.aim().finding()) {
      return StudyVerdict.FINDING;
    }
    boolean provisional = cells.stream().anyMatch(JudgedCell::hasTooFewForks);
    if (cells.stream().anyMatch(cell -> cell.verdict() == CellVerdict.BELOW)) {
      return provisional ? StudyVerdict.PROVISIONAL : StudyVerdict.REFUTED;
    }
    if (!missing.isEmpty() || !cells.stream().allMatch(cell -> cell.verdict().holds())) {
      return StudyVerdict.INCONCLUSIVE;
    }
    return provisional ? StudyVerdict.PROVISIONAL : StudyVerdict.VALIDATED;
  }
}
