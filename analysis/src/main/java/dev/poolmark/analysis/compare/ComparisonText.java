package dev.poolmark.analysis.compare;

import dev.poolmark.analysis.results.Json;
import dev.poolmark.analysis.stats.Comparison;
import dev.poolmark.analysis.stats.Interval;
import dev.poolmark.analysis.table.Column;
import dev.poolmark.analysis.table.Table;
import dev.poolmark.analysis.table.Text;
import dev.poolmark.analysis.table.TimeScale;
import dev.poolmark.analysis.verdict.CellColumns;
import dev.poolmark.analysis.verdict.JudgedCell.Significance;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.DoubleStream;

/** A comparison of two runs for the terminal, as Markdown and as JSON. */
public final class ComparisonText {

  private ComparisonText() {}

  /** The answer, a row for each arm of a cell, and what else differs; lines end with a newline. */
  public static String table(RunComparison comparison) {
    return String.join("\n", summary(comparison)) + "\n\n" + rows(comparison).text();
  }

  /** The same as Markdown. */
  public static String markdown(RunComparison comparison) {
    return summary(comparison).stream().map(Text::markdown).collect(Collectors.joining("\n\n"))
        + "\n\n" + rows(comparison).markdown();
  }

  /** The same as JSON. Figures have eight significant digits; one that is unknown is null. */
  public static String json(RunComparison comparison) {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("study", comparison.study().name());
    fields.put("confidence", comparison.study().aim().confidence());
    fields.put("maxRegressionPercent", comparison.maxRegressionPercent());
    fields.put("outcome", comparison.outcome());
    fields.put("differentMachines", comparison.machines().orElse(null));
    fields.put("differences", comparison.differences());
    fields.put("warnings", comparison.warnings());
    fields.put("commonPercent", comparison.commonPercent().map(Column::rounded).orElse(null));
    fields.put("rows", rows(comparison).objects());
    return Json.format(fields);
  }

  private static List<String> summary(RunComparison comparison) {
    String limit = Text.shortest(comparison.maxRegressionPercent()) + " %";
    List<String> lines = new ArrayList<>();
    lines.add(
        switch (comparison.outcome()) {
          case PASS -> "Pass: no arm of a cell is more than " + limit + " slower.";
          case REGRESSED -> "Regressed: " + regressed(comparison);
          default ->
            "Cannot tell: a regression of more than " + limit
                + " is excluded neither by the intervals nor by the conditions of the runs."
                + comparison
                    .moreRounds()
                    .map(rounds -> " About " + Text.count(rounds, "more round")
                        + " of both runs would tell (run --more " + rounds + ").")
                    .orElse("");
        });
    lines.add("Rows: "
        + Arrays.stream(Change.values())
            .filter(change -> comparison.count(change) > 0)
            .map(change -> comparison.count(change) + " " + change.word())
            .collect(Collectors.joining(", "))
        + ". The runs were measured apart: what changed in the machine meanwhile is in every row.");
    comparison
        .machines()
        .ifPresent(why -> lines.add(
            "DIFFERENT MACHINES: " + why + ". The machine alone may explain the change."));
    lines.addAll(comparison.warnings());
    comparison
        .commonPercent()
        .ifPresent(common -> lines.add("The median change of all rows is " + Text.signed(common, 1)
            + " %. What changes all rows alike may be the machine."));
    lines.add(
        comparison.differences().isEmpty()
            ? "The environments are the same."
            : "What differs: " + String.join("; ", comparison.differences()) + ".");
    return lines;
  }

  private static String regressed(RunComparison comparison) {
    List<String> worst = comparison.rows().stream()
        .filter(row -> row.change() == Change.REGRESSED)
        .map(row -> row.cell().label() + ", " + row.arm() + ": "
            + Text.signed(row.changePercent().orElseThrow(), 1) + " %")
        .toList();
    return String.join("; ", worst.subList(0, Math.min(4, worst.size())))
        + (worst.size() > 4 ? "; and " + (worst.size() - 4) + " more." : ".");
  }

  private static Table<ComparedArm> rows(RunComparison comparison) {
    TimeScale scale = TimeScale.of(comparison.rows().stream()
        .flatMap(row -> row.times().stream())
        .flatMapToDouble(times -> DoubleStream.of(times.baseline(), times.candidate())));
    List<Column<ComparedArm>> columns = CellColumns.of(comparison.study(), ComparedArm::cell);
    columns.add(Column.text("arm", "arm", ComparedArm::arm));
    columns.add(new Column<>(
        "change",
        false,
        row -> row.change().word(),
        List.of(new Column.Field<>("change", ComparedArm::change))));
    columns.add(Column.number(
        "changePercent", "change, %", ComparedArm::changePercent, value -> Text.signed(value, 1)));
    columns.add(Column.interval(
        percent("lowPercent", row -> row.interval().map(Interval::low)),
        percent("highPercent", row -> row.interval().map(Interval::high)),
        Text.percent(comparison.study().aim().confidence()) + " % interval"));
    columns.add(Column.number(
        "baseMillis",
        "base, " + scale.unit(),
        row -> row.times().map(Comparison::baseline),
        scale::words));
    columns.add(Column.number(
        "newMillis",
        "new, " + scale.unit(),
        row -> row.times().map(Comparison::candidate),
        scale::words));
    columns.add(
        Column.number("adjustedP", "p (Holm)", ComparedArm::adjustedP, Significance::words));
    columns.add(Column.field("baseForks", ComparedArm::baseForks));
    columns.add(Column.field("newForks", ComparedArm::newForks));
    columns.add(Column.label("forks", row -> row.baseForks() + " / " + row.newForks()));
    columns.add(Column.field("moreRounds", ComparedArm::moreRounds));
    return new Table<>("Arms of cells", columns, comparison.rows());
  }

  private static Column<ComparedArm> percent(
      String name, Function<ComparedArm, Optional<Double>> value) {
    return Column.number(name, name, value, number -> Text.signed(number, 1));
  }
}
