package dev.poolmark.analysis.verdict;

import dev.poolmark.analysis.stats.Comparison;
import dev.poolmark.analysis.verdict.JudgedCell.Significance;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** A verdict for the terminal: the sentence, a row a cell, warnings, and what is missing. */
public final class VerdictTable {

  private VerdictTable() {}

  /** The text, lines ended with a newline. */
  public static String format(Verdict verdict) {
    List<List<String>> rows = new ArrayList<>();
    List<String> head = new ArrayList<>(List.of("scenario"));
    head.addAll(verdict.study().axes().keySet());
    head.addAll(List.of(
        "forks",
        verdict.study().arms().baseline().value() + " ms",
        verdict.study().arms().candidate().value() + " ms",
        "saving %",
        "interval",
        "p (Holm)",
        "visible %",
        "connections/request",
        "verdict"));
    rows.add(head);
    verdict.cells().forEach(cell -> rows.add(row(cell)));
    StringBuilder text = new StringBuilder(verdict.sentence()).append('\n');
    text.append(Columns.of(rows));
    text.append(verdict.differences()).append('\n');
    verdict.notes().forEach(note -> text.append(note).append('\n'));
    verdict
        .missing()
        .forEach(missing -> text.append("missing: ").append(missing).append('\n'));
    return text.toString();
  }

  private static List<String> row(JudgedCell cell) {
    Optional<Comparison> comparison = cell.comparison();
    List<String> row = new ArrayList<>(List.of(cell.cell().scenario()));
    row.addAll(cell.cell().parameters().values());
    row.addAll(List.of(
        String.valueOf(cell.forks()),
        comparison.map(made -> JudgedCell.words(made.baseline())).orElse("-"),
        comparison.map(made -> JudgedCell.words(made.candidate())).orElse("-"),
        number("%.1f", comparison.map(Comparison::reductionPercent)),
        cell.reductionInterval()
            .map(i -> String.format(Locale.ROOT, "%.1f to %.1f", i.low(), i.high()))
            .orElse("-"),
        cell.significance().map(s -> Significance.words(s.adjustedP())).orElse("-"),
        number("%.1f", cell.significance().map(Significance::smallestVisiblePercent)),
        number("%.3f", cell.baseline().connectionsPerRequest()) + " / "
            + number("%.3f", cell.candidate().connectionsPerRequest()),
        cell.verdict().word()));
    return row;
  }

  private static String number(String format, Optional<Double> value) {
    return value.map(number -> String.format(Locale.ROOT, format, number)).orElse("-");
  }
}
