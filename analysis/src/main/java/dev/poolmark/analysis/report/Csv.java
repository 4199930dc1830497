package dev.poolmark.analysis.report;

import dev.poolmark.analysis.results.Course;
import dev.poolmark.analysis.results.ForkResult;
import dev.poolmark.analysis.results.ForkResult.Counts;
import dev.poolmark.analysis.results.Results;
import dev.poolmark.analysis.study.Fork;
import dev.poolmark.analysis.study.Study;
import dev.poolmark.analysis.table.Column;
import dev.poolmark.analysis.table.Table;
import dev.poolmark.analysis.verdict.CellColumns;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** {@code forks.csv}: what every fork measured, what the server counted, and how the fork went. Times are in ms. */
final class Csv {

  private Csv() {}

  static String forks(Study study, Results results) {
    List<Column<Map.Entry<Fork, ForkResult>>> columns = new ArrayList<>();
    columns.add(Column.field("round", row -> row.getKey().round()));
    columns.addAll(CellColumns.of(study, row -> row.getKey().cell()));
    columns.add(Column.field("arm", row -> row.getKey().arm().value()));
    columns.add(Column.field("millis", row -> row.getValue().millis()));
    columns.add(
        Column.field("connections", row -> row.getValue().counts().map(Counts::connections)));
    columns.add(Column.field("requests", row -> row.getValue().counts().map(Counts::requests)));
    columns.add(Column.field("iterationMillis", row -> joined(row.getValue().iterationMillis())));
    columns.add(Column.field(
        "warmUpMillis", row -> course(row.getKey(), results).map(c -> joined(c.warmUpMillis()))));
    columns.add(Column.field("began", row -> course(row.getKey(), results).map(Course::began)));
    columns.add(Column.field(
        "otherCores", row -> course(row.getKey(), results).flatMap(Course::otherCores)));
    columns.add(Column.field(
        "stolenCores", row -> course(row.getKey(), results).flatMap(Course::stolenCores)));
    return new Table<>("Forks", columns, List.copyOf(results.forks().entrySet())).csv();
  }

  private static Optional<Course> course(Fork fork, Results results) {
    return Optional.ofNullable(results.courses().get(fork));
  }

  private static String joined(List<Double> values) {
    return values.stream().map(String::valueOf).collect(Collectors.joining(" "));
  }
}
