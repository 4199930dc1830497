package dev.poolmark.analysis.compare;

import dev.poolmark.analysis.results.Json;
import dev.poolmark.analysis.stats.Interval;
import dev.poolmark.analysis.verdict.Columns;
import dev.poolmark.analysis.verdict.JudgedCell.Significance;
import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** A comparison of two runs for the terminal, as Markdown and as JSON. */
public final class ComparisonText {

  private ComparisonText() {}

  /** The summary, a row an arm of a cell, and what else differs; lines ended with a newline. */
  public static String table(RunComparison comparison) {
    StringBuilder text = new StringBuilder();
    summary(comparison).forEach(line -> text.append(line).append('\n'));
    text.append(Columns.of(rows(comparison)));
    return text.toString();
  }

  /** The same as Markdown. */
  public static String markdown(RunComparison comparison) {
    StringBuilder text = new StringBuilder();
    summary(comparison).forEach(line -> text.append(escaped(line)).append("\n\n"));
    List<List<String>> rows = rows(comparison);
    for (int i = 0; i < rows.size(); i++) {
      text.append("| ")
          .append(String.join(
              " | ", rows.get(i).stream().map(ComparisonText::escaped).toList()))
          .append(" |\n");
      if (i == 0) {
        text.append("|---".repeat(rows.get(0).size())).append("|\n");
      }
    }
    return text.toString();
  }

  /** The same as JSON. Figures are rounded to six decimals, p to four digits; one that could not be had is null. */
  public static String json(RunComparison comparison) {
    List<Map<String, Object>> rows = new ArrayList<>();
    for (ComparedArm row : comparison.rows()) {
      Map<String, Object> fields = new LinkedHashMap<>();
      fields.put("scenario", row.cell().scenario());
      fields.putAll(row.cell().parameters());
      fields.put("arm", row.arm());
      fields.put("baseForks", row.baseForks());
      fields.put("newForks", row.newForks());
      fields.put("baseMillis", rounded(row.times().map(times -> times.baseline())));
      fields.put("newMillis", rounded(row.times().map(times -> times.candidate())));
      fields.put("changePercent", rounded(row.changePercent()));
      fields.put("lowPercent", rounded(row.interval().map(Interval::low)));
      fields.put("highPercent", rounded(row.interval().map(Interval::high)));
      fields.put(
          "adjustedP",
          row.adjustedP()
              .map(p -> BigDecimal.valueOf(p).round(new MathContext(4, RoundingMode.HALF_EVEN)))
              .orElse(null));
      fields.put("smallestVisiblePercent", rounded(row.smallestVisiblePercent()));
      fields.put("change", row.change());
      rows.add(fields);
    }
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("study", comparison.study().name());
    fields.put("confidence", comparison.study().confidence());
    fields.put("differentMachines", comparison.machines().orElse(null));
    fields.put("differences", comparison.differences());
    fields.put("warnings", comparison.warnings());
    fields.put("commonPercent", rounded(comparison.commonPercent()));
    fields.put("rows", rows);
    fields.put("regressed", comparison.regressed());
    fields.put("complete", comparison.complete());
    return Json.format(fields);
  }

  private static List<String> summary(RunComparison comparison) {
    List<String> lines = new ArrayList<>();
    lines.add(String.format(
        Locale.ROOT,
        "%s: %d regressed, %d improved, %d ~ (no change seen), %d void, %d missing.",
        comparison.study().name(),
        comparison.count(Change.REGRESSED),
        comparison.count(Change.IMPROVED),
        comparison.count(Change.UNCHANGED),
        comparison.count(Change.VOID),
        comparison.count(Change.MISSING)));
    comparison
        .machines()
        .ifPresent(why ->
            lines.add("DIFFERENT MACHINES: " + why + ". What changed may be the machine alone."));
    lines.addAll(comparison.warnings());
    comparison
        .commonPercent()
        .ifPresent(common -> lines.add(String.format(
            Locale.ROOT,
            "All rows together moved by %+.1f %% (median). What moves all rows alike may be the machine's hour.",
            common)));
    lines.add(
        comparison.differences().isEmpty()
            ? "The environments are the same."
            : "What differs: " + String.join("; ", comparison.differences()) + ".");
    return lines;
  }

  private static List<List<String>> rows(RunComparison comparison) {
    List<List<String>> rows = new ArrayList<>();
    List<String> head = new ArrayList<>(List.of("scenario"));
    head.addAll(comparison.study().parameters().keySet());
    head.addAll(List.of(
        "arm",
        "forks",
        "base ms",
        "new ms",
        "change %",
        "interval",
        "p (Holm)",
        "visible %",
        "verdict"));
    rows.add(head);
    comparison.rows().forEach(row -> rows.add(row(row)));
    return rows;
  }

  private static List<String> row(ComparedArm row) {
    List<String> cells = new ArrayList<>(List.of(row.cell().scenario()));
    cells.addAll(row.cell().parameters().values());
    cells.addAll(List.of(
        row.arm(),
        row.baseForks() + " / " + row.newForks(),
        number("%.1f", row.times().map(times -> times.baseline())),
        number("%.1f", row.times().map(times -> times.candidate())),
        number("%+.1f", row.changePercent()),
        row.interval()
            .map(i -> String.format(Locale.ROOT, "%+.1f to %+.1f", i.low(), i.high()))
            .orElse("-"),
        row.adjustedP().map(Significance::words).orElse("-"),
        number("%.1f", row.smallestVisiblePercent()),
        row.change().word()));
    return cells;
  }

  private static String number(String format, Optional<Double> value) {
    return value.map(number -> String.format(Locale.ROOT, format, number)).orElse("-");
  }

  private static String escaped(String text) {
    return text.replaceAll("([\\\\`*_|<>~])", "\\\\$1");
  }

  private static BigDecimal rounded(Optional<Double> value) {
    return value
        .map(number -> BigDecimal.valueOf(number).setScale(6, RoundingMode.HALF_EVEN))
        .orElse(null);
  }
}
