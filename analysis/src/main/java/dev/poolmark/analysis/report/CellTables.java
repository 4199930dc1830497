package dev.poolmark.analysis.report;

import dev.poolmark.analysis.report.Section.Table;
import dev.poolmark.analysis.stats.Comparison;
import dev.poolmark.analysis.study.Benchmark;
import dev.poolmark.analysis.study.Claim;
import dev.poolmark.analysis.study.Study;
import dev.poolmark.analysis.verdict.CellVerdict;
import dev.poolmark.analysis.verdict.JudgedCell;
import dev.poolmark.analysis.verdict.JudgedCell.Significance;
import dev.poolmark.analysis.verdict.Verdict;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** What the cells say, as tables. */
final class CellTables {

  private CellTables() {}

  /** A row for each cell. */
  static Table cells(Verdict verdict) {
    return new Table(
        "All cells",
        false,
        columns(verdict.study()),
        verdict.cells().stream().map(CellTables::row).toList());
  }

  /** A row for each published figure. */
  static Section claims(Verdict verdict) {
    return Section.of(
        "Published claims beside what was measured",
        "Measured figures are the range over the cells of the scenario that are not void. Times"
            + " follow the counts that this study used.",
        new Table(
            "Published claims",
            true,
            List.of(
                "claim", "published", "saving measured", "time measured", "counts of this study"),
            verdict.study().claims().stream().map(claim -> row(claim, verdict)).toList()));
  }

  private static List<String> columns(Study study) {
    List<String> columns = new ArrayList<>(List.of("scenario"));
    columns.addAll(study.axes().keySet());
    columns.addAll(List.of(
        "forks",
        study.arms().baseline().value() + ", ms",
        study.arms().candidate().value() + ", ms",
        "saved, %",
        Text.percent(study.confidence()) + " % interval",
        "p (Holm)",
        "smallest visible, %",
        "connections per request, both arms",
        "verdict"));
    return columns;
  }

  private static List<String> row(JudgedCell cell) {
    List<String> row = new ArrayList<>(List.of(cell.cell().scenario()));
    row.addAll(cell.cell().parameters().values());
    int more = Math.max(cell.baseline().forks(), cell.candidate().forks());
    row.addAll(List.of(
        cell.forks() == more
            ? String.valueOf(more)
            : cell.baseline().forks() + " and " + cell.candidate().forks(),
        cell.comparison().map(made -> JudgedCell.words(made.baseline())).orElse("–"),
        cell.comparison().map(made -> JudgedCell.words(made.candidate())).orElse("–"),
        decimal(cell.comparison().map(Comparison::reductionPercent), 1),
        cell.reductionInterval()
            .map(i -> Text.decimal(i.low(), 1) + " to " + Text.decimal(i.high(), 1))
            .orElse("–"),
        cell.significance().map(s -> Significance.words(s.adjustedP())).orElse("–"),
        decimal(cell.significance().map(Significance::smallestVisiblePercent), 1),
        decimal(cell.baseline().connectionsPerRequest(), 3) + " and "
            + decimal(cell.candidate().connectionsPerRequest(), 3),
        cell.verdict().word()));
    return row;
  }

  private static List<String> row(Claim claim, Verdict verdict) {
    List<Comparison> measured = verdict.cells().stream()
        .filter(cell -> cell.cell().scenario().equals(claim.scenario()))
        .filter(cell -> cell.verdict() != CellVerdict.VOID)
        .flatMap(cell -> cell.comparison().stream())
        .toList();
    return List.of(
        claim.scenario() + ": " + claim.workload(),
        seconds(claim.baselineSeconds()) + " → " + seconds(claim.candidateSeconds()) + ", "
            + Text.shortest(claim.reductionPercent()) + " % saved",
        range(measured.stream().map(Comparison::reductionPercent).toList(), 1, " %"),
        range(measured.stream().map(c -> c.baseline() / 1e3).toList(), 3, " s") + " → "
            + range(measured.stream().map(c -> c.candidate() / 1e3).toList(), 3, " s"),
        counts(claim, verdict.study().benchmarks().get(claim.scenario())));
  }

  private static String counts(Claim claim, Benchmark benchmark) {
    return claim.parameters().entrySet().stream()
        .map(published -> {
          String used = benchmark.parameters().getOrDefault(published.getKey(), "the default");
          return published.getKey() + ": " + used
              + (used.equals(published.getValue())
                  ? ", as published"
                  : " instead of " + published.getValue());
        })
        .collect(Collectors.joining("; "));
  }

  private static String range(List<Double> values, int decimals, String unit) {
    if (values.isEmpty()) {
      return "not measured";
    }
    String low = Text.decimal(values.stream().mapToDouble(v -> v).min().getAsDouble(), decimals);
    String high = Text.decimal(values.stream().mapToDouble(v -> v).max().getAsDouble(), decimals);
    return (low.equals(high) ? low : low + " to " + high) + unit;
  }

  private static String seconds(double value) {
    return Text.shortest(value) + " s";
  }

  private static String decimal(Optional<Double> value, int decimals) {
    return value.map(number -> Text.decimal(number, decimals)).orElse("–");
  }
}
