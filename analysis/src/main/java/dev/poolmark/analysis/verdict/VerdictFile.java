package dev.poolmark.analysis.verdict;

import dev.poolmark.analysis.results.Json;
import dev.poolmark.analysis.stats.Comparison;
import dev.poolmark.analysis.stats.Interval;
import dev.poolmark.analysis.study.Target;
import dev.poolmark.analysis.verdict.JudgedCell.Significance;
import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** {@code verdict.json}. Figures are rounded to six decimals, p to four digits; one that could not be had is null. */
public final class VerdictFile {

  private VerdictFile() {}

  /** The text of the file. */
  public static String format(Verdict verdict) {
    List<Map<String, Object>> cells =
        verdict.cells().stream().map(VerdictFile::fieldsOf).toList();
    return Json.format(new Fields(
        verdict.study().name(),
        verdict.study().target(),
        verdict.study().confidence(),
        cells,
        verdict.missing(),
        verdict.verdict(),
        fieldsOf(verdict.warnings())));
  }

  private record Fields(
      String study,
      Target target,
      double confidence,
      List<Map<String, Object>> cells,
      List<String> missing,
      StudyVerdict verdict,
      List<WarningFields> warnings) {}

  /** One cell. A map, because the axes of the study are fields. */
  public static Map<String, Object> fieldsOf(JudgedCell cell) {
    Optional<Comparison> comparison = cell.comparison();
    Optional<Interval> interval = cell.reductionInterval();
    Map<String, Object> connections = new LinkedHashMap<>();
    connections.put("baseline", rounded(cell.baseline().connectionsPerRequest()));
    connections.put("candidate", rounded(cell.candidate().connectionsPerRequest()));
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("scenario", cell.cell().scenario());
    fields.putAll(cell.cell().parameters());
    fields.put("baseline", cell.baseline().value());
    fields.put("candidate", cell.candidate().value());
    fields.put("forks", cell.forks());
    fields.put("baselineMillis", rounded(comparison.map(Comparison::baseline)));
    fields.put("candidateMillis", rounded(comparison.map(Comparison::candidate)));
    fields.put("reductionPercent", rounded(comparison.map(Comparison::reductionPercent)));
    fields.put("lowPercent", rounded(interval.map(Interval::low)));
    fields.put("highPercent", rounded(interval.map(Interval::high)));
    fields.put("connectionsPerRequest", connections);
    fields.put("verdict", cell.verdict());
    fields.put("p", significant(cell.significance().map(Significance::p)));
    fields.put("adjustedP", significant(cell.significance().map(Significance::adjustedP)));
    fields.put(
        "smallestVisiblePercent",
        rounded(cell.significance().map(Significance::smallestVisiblePercent)));
    fields.put("roundsToSettle", cell.roundsToSettle().orElse(null));
    fields.put("warnings", fieldsOf(cell.warnings()));
    return fields;
  }

  private static List<WarningFields> fieldsOf(List<Warning> warnings) {
    return warnings.stream()
        .map(warning -> new WarningFields(warning.kind(), warning.message()))
        .toList();
  }

  private record WarningFields(String kind, String message) {}

  /** A p may be far below a millionth. */
  private static BigDecimal significant(Optional<Double> value) {
    return value
        .map(number -> BigDecimal.valueOf(number).round(new MathContext(4, RoundingMode.HALF_EVEN)))
        .orElse(null);
  }

  private static BigDecimal rounded(Optional<Double> value) {
    return value
        .map(number -> BigDecimal.valueOf(number).setScale(6, RoundingMode.HALF_EVEN))
        .orElse(null);
  }
}
