package dev.poolmark.analysis.verdict;

import dev.poolmark.analysis.stats.Comparison;
import dev.poolmark.analysis.stats.Interval;
import dev.poolmark.analysis.study.Cell;
import dev.poolmark.analysis.study.Study;
import dev.poolmark.analysis.table.Column;
import dev.poolmark.analysis.table.Table;
import dev.poolmark.analysis.table.Text;
import dev.poolmark.analysis.table.TimeScale;
import dev.poolmark.analysis.verdict.JudgedCell.JudgedArm;
import dev.poolmark.analysis.verdict.JudgedCell.Significance;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.DoubleStream;
import java.util.stream.Stream;

/** The columns of cells, for every writer: terminal, report, CSV and {@code verdict.json}. */
public final class CellColumns {

  private CellColumns() {}

  /** The scenario and the values of a cell: what names a row. */
  public static <R> List<Column<R>> of(Study study, Function<R, Cell> cell) {
    List<Column<R>> columns = new ArrayList<>();
    columns.add(Column.text("scenario", "scenario", row -> cell.apply(row).scenario()));
    for (String axis : study.design().axes().keySet()) {
      columns.add(Column.text(axis, axis, row -> cell.apply(row).parameters().get(axis)));
    }
    return columns;
  }

  /** How many columns name a row. */
  public static int count(Study study) {
    return 1 + study.design().axes().size();
  }

  /** A row for each cell: its verdict and the figures behind it. */
  public static Table<JudgedCell> cells(Verdict verdict) {
    Study study = verdict.study();
    String baseline = study.design().arms().baseline().value();
    String candidate = study.design().arms().candidate().value();
    TimeScale scale = scale(verdict);
    List<Column<JudgedCell>> columns = of(study, JudgedCell::cell);
    columns.add(Column.field("baseline", cell -> cell.baseline().value()));
    columns.add(Column.field("candidate", cell -> cell.candidate().value()));
    columns.add(new Column<>(
        "verdict",
        false,
        cell -> cell.verdict().word(),
        List.of(new Column.Field<>("verdict", JudgedCell::verdict))));
    columns.add(Column.number(
        "reductionPercent",
        "saving, %",
        cell -> cell.comparison().map(Comparison::reductionPercent),
        value -> Text.decimal(value, 1)));
    columns.add(Column.interval(
        percent("lowPercent", cell -> cell.reductionInterval().map(Interval::low)),
        percent("highPercent", cell -> cell.reductionInterval().map(Interval::high)),
        Text.percent(study.aim().confidence()) + " % interval"));
    columns.add(Column.number(
        "baselineMillis",
        baseline + ", " + scale.unit(),
        cell -> cell.comparison().map(Comparison::baseline),
        scale::words));
    columns.add(Column.number(
        "candidateMillis",
        candidate + ", " + scale.unit(),
        cell -> cell.comparison().map(Comparison::candidate),
        scale::words));
    columns.add(new Column<>(
        "forks",
        true,
        cell -> cell.baseline().forks() == cell.candidate().forks()
            ? String.valueOf(cell.forks())
            : cell.baseline().forks() + " and " + cell.candidate().forks(),
        List.of(new Column.Field<>("forks", JudgedCell::forks))));
    columns.add(
        Column.field("p", cell -> cell.significance().map(Significance::p).map(Column::rounded)));
    columns.add(Column.number(
        "adjustedP",
        "p (Holm)",
        cell -> cell.significance().map(Significance::adjustedP),
        Significance::words));
    columns.add(percent(
        "detectableSavingPercent",
        "detectable saving, %",
        cell -> cell.significance().map(Significance::detectableSavingPercent)));
    columns.add(connections("baseline", JudgedCell::baseline));
    columns.add(connections("candidate", JudgedCell::candidate));
    columns.add(Column.label(
        "connections per request",
        cell -> connections(cell.baseline()) + " / " + connections(cell.candidate())));
    columns.add(Column.field("roundsToSettle", JudgedCell::roundsToSettle));
    columns.add(Column.field(
        "warnings", cell -> cell.warnings().stream().map(Warning::note).toList()));
    return new Table<>("All cells", columns, verdict.cells());
  }

  /**
   * What was done in the time: total, per request and requests per second of both arms. The cells whose times are of
   * another measure, or whose operation has an unknown number of requests, are left out.
   */
  public static Optional<Table<JudgedCell>> work(Verdict verdict) {
    Study study = verdict.study();
    List<JudgedCell> known = verdict.cells().stream()
        .filter(cell ->
            study.design().benchmarks().get(cell.cell().scenario()).metric().isEmpty())
        .filter(cell -> cell.comparison().isPresent()
            && cell.baseline().requestsPerOperation().isPresent()
            && cell.candidate().requestsPerOperation().isPresent())
        .toList();
    if (known.isEmpty()) {
      return Optional.empty();
    }
    TimeScale scale = scale(verdict);
    List<Column<JudgedCell>> columns = of(study, JudgedCell::cell);
    columns.add(Column.label(
        "requests",
        cell -> Text.shortest(cell.candidate().requestsPerOperation().orElseThrow())));
    for (boolean first : List.of(true, false)) {
      String arm =
          (first ? study.design().arms().baseline() : study.design().arms().candidate()).value();
      Function<JudgedCell, Double> millis = cell -> first
          ? cell.comparison().orElseThrow().baseline()
          : cell.comparison().orElseThrow().candidate();
      Function<JudgedCell, Double> requests = cell ->
          (first ? cell.baseline() : cell.candidate()).requestsPerOperation().orElseThrow();
      columns.add(
          Column.figure(arm + ": total, " + scale.unit(), cell -> scale.words(millis.apply(cell))));
      columns.add(Column.figure(
          "per request, ms",
          cell -> TimeScale.MILLIS.words(millis.apply(cell) / requests.apply(cell))));
      columns.add(Column.figure(
          "requests per second",
          cell -> Text.decimal(1e3 * requests.apply(cell) / millis.apply(cell), 1)));
    }
    columns.add(Column.figure(
        "improvement, %",
        cell -> Text.decimal(cell.comparison().orElseThrow().reductionPercent(), 1)));
    return Optional.of(new Table<>("Time and throughput", columns, known));
  }

  private static TimeScale scale(Verdict verdict) {
    return TimeScale.of(verdict.cells().stream()
        .flatMap(cell -> cell.comparison().stream())
        .flatMapToDouble(made -> DoubleStream.of(made.baseline(), made.candidate())));
  }

  private static Column<JudgedCell> percent(
      String name, Function<JudgedCell, Optional<Double>> value) {
    return percent(name, name, value);
  }

  private static Column<JudgedCell> percent(
      String name, String label, Function<JudgedCell, Optional<Double>> value) {
    return Column.number(name, label, value, number -> Text.decimal(number, 1));
  }

  private static Column<JudgedCell> connections(String name, Function<JudgedCell, JudgedArm> arm) {
    return Column.field(
        "connectionsPerRequest." + name,
        cell -> arm.apply(cell).connectionsPerRequest().map(Column::rounded));
  }

  private static String connections(JudgedArm arm) {
    return arm.connectionsPerRequest().map(value -> Text.decimal(value, 3)).orElse(Column.UNKNOWN);
  }

  /** All fields that cells may have, which no axis may be named like. */
  static Stream<String> names(Table<?> table) {
    return table.columns().stream()
        .flatMap(column -> column.fields().stream())
        .map(field -> field.name().replaceFirst("\\..*", ""));
  }
}
