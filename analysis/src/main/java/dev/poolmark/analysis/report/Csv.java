package dev.poolmark.analysis.report;

import dev.poolmark.analysis.results.Course;
import dev.poolmark.analysis.results.ForkResult;
import dev.poolmark.analysis.results.ForkResult.Counts;
import dev.poolmark.analysis.results.Results;
import dev.poolmark.analysis.study.Fork;
import dev.poolmark.analysis.verdict.Verdict;
import dev.poolmark.analysis.verdict.VerdictFile;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** Tables for other programs, after RFC 4180, with lines that end in a newline. What is not known is empty. */
final class Csv {

  private Csv() {}

  /** All cells, with the fields of {@code verdict.json}. */
  static String cells(Verdict verdict) {
    List<Map<String, Object>> rows = new ArrayList<>();
    verdict.cells().forEach(cell -> {
      Map<String, Object> row = new LinkedHashMap<>();
      VerdictFile.fieldsOf(cell).forEach((name, value) -> flatten(name, value, row));
      rows.add(row);
    });
    return table(rows);
  }

  /** All forks: what was measured, what the server counted, and how the fork went. Times are in ms. */
  static String forks(Results results) {
    List<Map<String, Object>> rows = new ArrayList<>();
    results.forks().forEach((fork, result) -> rows.add(row(fork, result, results)));
    return table(rows);
  }

  private static Map<String, Object> row(Fork fork, ForkResult result, Results results) {
    Map<String, Object> row = new LinkedHashMap<>();
    row.put("round", fork.round());
    row.put("scenario", fork.cell().scenario());
    row.putAll(fork.cell().parameters());
    row.put("arm", fork.arm().value());
    row.put("millis", result.millis());
    row.put("connections", result.counts().map(Counts::connections));
    row.put("requests", result.counts().map(Counts::requests));
    row.put("iterationMillis", joined(result.iterationMillis()));
    Optional<Course> course = Optional.ofNullable(results.courses().get(fork));
    row.put("warmUpMillis", course.map(c -> joined(c.warmUpMillis())));
    row.put("began", course.map(Course::began));
    row.put("otherCores", course.flatMap(Course::otherCores));
    row.put("stolenCores", course.flatMap(Course::stolenCores));
    return row;
  }

  private static String joined(List<Double> values) {
    return values.stream().map(String::valueOf).collect(Collectors.joining(" "));
  }

  private static void flatten(String name, Object value, Map<String, Object> row) {
    if (value instanceof Map<?, ?> map) {
      map.forEach((inner, innerValue) -> flatten(name + "." + inner, innerValue, row));
    } else {
      row.put(name, value);
    }
  }

  private static String table(List<Map<String, Object>> rows) {
    if (rows.isEmpty()) {
      return "";
    }
    StringBuilder text = new StringBuilder();
    line(text, List.copyOf(rows.get(0).keySet()));
    rows.forEach(row -> line(text, new ArrayList<>(row.values())));
    return text.toString();
  }

  private static void line(StringBuilder text, List<?> values) {
    text.append(values.stream().map(Csv::field).collect(Collectors.joining(",")))
        .append('\n');
  }

  private static String field(Object value) {
    Object known = value instanceof Optional<?> optional ? optional.orElse(null) : value;
    String field = known == null ? "" : String.valueOf(known);
    return field.matches("[^\",\r\n]*") ? field : '"' + field.replace("\"", "\"\"") + '"';
  }
}
