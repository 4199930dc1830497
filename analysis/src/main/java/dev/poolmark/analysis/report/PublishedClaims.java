package dev.poolmark.analysis.report;

import dev.poolmark.analysis.stats.Comparison;
import dev.poolmark.analysis.study.Benchmark;
import dev.poolmark.analysis.study.Claim;
import dev.poolmark.analysis.table.Section;
import dev.poolmark.analysis.table.Table;
import dev.poolmark.analysis.table.Text;
import dev.poolmark.analysis.verdict.CellVerdict;
import dev.poolmark.analysis.verdict.Verdict;
import java.util.List;
import java.util.stream.Collectors;

/** Published figures and what was measured, as a section. */
final class PublishedClaims {

  private PublishedClaims() {}

  /** A row for each published figure. */
  static Section section(Verdict verdict) {
    return Section.of(
        "Published claims and measurements",
        "Measured figures are the range over the cells of the scenario that are not void. Times"
            + " depend on the counts that this study used.",
        Table.ofWords(
            "Published claims",
            List.of(
                "claim", "published", "saving measured", "time measured", "counts of this study"),
            5,
            verdict.study().aim().claims().stream()
                .map(claim -> row(claim, verdict))
                .toList()));
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
        counts(claim, verdict.study().design().benchmarks().get(claim.scenario())));
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
}
