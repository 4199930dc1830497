package dev.poolmark.analysis.report;

import dev.poolmark.analysis.results.ForkResult;
import dev.poolmark.analysis.results.Results;
import dev.poolmark.analysis.stats.Comparison;
import dev.poolmark.analysis.study.Cell;
import dev.poolmark.analysis.study.Study;
import dev.poolmark.analysis.table.Column;
import dev.poolmark.analysis.table.Section;
import dev.poolmark.analysis.table.Table;
import dev.poolmark.analysis.table.Text;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.DoubleStream;

/** What the forks measured besides the compared times, from their secondary results: a table for each measure. */
final class Measures {

  private static final String SINGLE_SHOT = "ss";
  private static final String REQUESTS = "requests";
  private static final String CLIENT = "client";

  /** A table with more columns would be unreadable. */
  private static final int MAX_ACROSS = 8;

  /** Labels of counters that are shown as they are, by JMH's names. */
  private static final Map<String, String> LATENCIES = new LinkedHashMap<>();

  static {
    LATENCIES.put("meanMicros", "mean of the calls, ms");
    LATENCIES.put("p50Micros", "p50 of the calls, ms");
    LATENCIES.put("p90Micros", "p90 of the calls, ms");
    LATENCIES.put("p99Micros", "p99 of the calls, ms");
    LATENCIES.put("maxMicros", "slowest call, ms");
  }

  /** The same for what happens in an outage. */
  private static final Map<String, String> OUTAGES = new LinkedHashMap<>();

  static {
    OUTAGES.put("recoveryMillis", "recovery from an outage, ms");
    OUTAGES.put("connectionsIn100Millis", "connections that one server accepted within 100 ms");
    OUTAGES.put("slowSharePercent", "share of the calls that the slow server got, %");
    OUTAGES.put("laterSharePercent", "share of the calls that it got when it was fast again, %");
  }

  /** The same for what the calls of one iteration hold. */
  private static final Map<String, String> FOOTPRINT = new LinkedHashMap<>();

  static {
    FOOTPRINT.put("filesInFlight", "additional open files, calls in flight");
    FOOTPRINT.put("filesAtRest", "additional open files, at rest");
    FOOTPRINT.put("bytesInFlight", "additional memory, calls in flight, bytes");
    FOOTPRINT.put("bytesAtRest", "additional memory, at rest, bytes");
  }

  private final Study study;
  private final Results results;

  private Measures(Study study, Results results) {
    this.study = study;
    this.results = results;
  }

  /** A figure of a fork; empty if the fork does not have it. */
  private record Measure(String name, Function<ForkResult, Optional<Double>> of) {}

  /** Empty if the forks have no other measurements. */
  static Optional<Section> section(Study study, Results results) {
    List<Table<?>> tables = new Measures(study, results).tables();
    if (tables.isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(new Section(
        "Other measurements",
        List.of(
            "Geometric means over the forks, or arithmetic means where a fork has 0. The change has a "
                + Text.percent(study.aim().confidence()) + " % interval, without correction. "
                + (study.design().server().isPresent()
                    ? "Processor time and bytes are those of the client's JVM, its compiler and collector"
                        + " included."
                    : "Client and server share a JVM, and with it processor time, bytes and files.")
                + " The system counts processor time in steps of up to 10 ms, so short iterations make"
                + " it coarse."),
        Optional.empty(),
        tables));
  }

  private List<Table<?>> tables() {
    List<Table<?>> tables = new ArrayList<>();
    for (Measure measure : all()) {
      List<List<String>> rows = rows(measure);
      if (!rows.isEmpty()) {
        List<String> columns = new ArrayList<>(List.of("scenario"));
        study.design().axes().keySet().stream()
            .filter(axis -> !axis.equals(across()))
            .forEach(columns::add);
        columns.add("arm");
        int names = columns.size();
        columns.addAll(
            across().isEmpty() ? List.of("value") : study.design().axes().get(across()));
        tables.add(Table.ofWords(Text.capitalized(measure.name()), columns, names, rows)
            .withoutConstants(names - 1));
      }
    }
    return tables;
  }

  /** The axis whose values are the columns: the clients, else the axis with the most values; empty without axes. */
  private String across() {
    if (study.design().axes().getOrDefault(CLIENT, List.of()).size() > 1) {
      return CLIENT;
    }
    return study.design().axes().entrySet().stream()
        .filter(axis -> axis.getValue().size() <= MAX_ACROSS)
        .max(Comparator.comparingInt(axis -> axis.getValue().size()))
        .map(Map.Entry::getKey)
        .orElse("");
  }

  /** Three rows for each combination of the other axes: both arms, and the change; none where no fork has a value. */
  private List<List<String>> rows(Measure measure) {
    Map<List<String>, List<Cell>> lines = new LinkedHashMap<>();
    for (Cell cell : Axes.pictured(study)) {
      List<String> names = new ArrayList<>(List.of(cell.scenario()));
      cell.parameters().forEach((axis, value) -> {
        if (!axis.equals(across())) {
          names.add(value);
        }
      });
      lines.computeIfAbsent(names, none -> new ArrayList<>()).add(cell);
    }
    List<List<String>> rows = new ArrayList<>();
    lines.forEach((names, cells) -> {
      List<List<String>> columns =
          cells.stream().map(cell -> figures(measure, cell)).toList();
      if (columns.stream().anyMatch(column -> !column.get(0).equals(Column.UNKNOWN))) {
        List<String> labels = List.of(
            study.design().arms().baseline().value(),
            study.design().arms().candidate().value(),
            "change, %");
        for (int i = 0; i < labels.size(); i++) {
          List<String> row = new ArrayList<>(names);
          row.add(labels.get(i));
          for (List<String> column : columns) {
            row.add(column.get(i));
          }
          while (row.size() < names.size() + 1 + width()) {
            row.add(Column.UNKNOWN);
          }
          rows.add(row);
        }
      }
    });
    return rows;
  }

  private int width() {
    return across().isEmpty() ? 1 : study.design().axes().get(across()).size();
  }

  private static List<Measure> all() {
    List<Measure> all = new ArrayList<>();
    LATENCIES.forEach((counter, name) ->
        all.add(new Measure(name, fork -> counted(fork, counter).map(micros -> micros / 1e3))));
    OUTAGES.forEach((counter, name) -> all.add(new Measure(name, fork -> counted(fork, counter))));
    all.add(new Measure(
        "failed calls, %", fork -> share(fork, "failedCalls", "calls").map(s -> 100 * s)));
    all.add(new Measure("requests at the server per call", fork -> share(fork, REQUESTS, "calls")));
    all.add(new Measure(
        "wait for a connection, µs per request", fork -> share(fork, "acquireMicros", REQUESTS)));
    all.add(
        new Measure("processor time, µs per request", fork -> share(fork, "cpuMicros", REQUESTS)));
    all.add(new Measure(
        "allocated, bytes per request",
        fork -> isSingleShot(fork) ? share(fork, ForkResult.BYTES, REQUESTS) : fork.bytes()));
    FOOTPRINT.forEach(
        (counter, name) -> all.add(new Measure(name, fork -> counted(fork, counter))));
    all.add(new Measure(
        "resident memory, MB",
        fork ->
            counted(fork, "residentBytes").filter(bytes -> bytes > 0).map(bytes -> bytes / 1e6)));
    all.add(
        new Measure("open files", fork -> counted(fork, "openFiles").filter(files -> files > 0)));
    all.add(
        new Measure("server busy, % of the processors", fork -> fork.headroom().map(h -> 100 / h)));
    return all;
  }

  private static boolean isSingleShot(ForkResult fork) {
    return fork.jmh().mode().equals(SINGLE_SHOT);
  }

  private static Optional<Double> counted(ForkResult fork, String counter) {
    return Optional.ofNullable(fork.measures().get(counter));
  }

  /** The ratio of two counters that JMH reads per iteration. */
  private static Optional<Double> share(ForkResult fork, String counter, String whole) {
    return counted(fork, counter)
        .flatMap(value -> counted(fork, whole).filter(all -> all > 0).map(all -> value / all));
  }

  /** Empty if a fork does not have it. */
  private static double[] values(List<ForkResult> forks, Measure measure) {
    double[] known = forks.stream()
        .flatMap(fork -> measure.of().apply(fork).stream())
        .mapToDouble(Double::doubleValue)
        .toArray();
    return known.length == forks.size() ? known : DoubleStream.empty().toArray();
  }

  /** Both arms and the change, in a cell. */
  private List<String> figures(Measure measure, Cell cell) {
    double[] baseline = values(results.of(cell, study.design().arms().baseline()), measure);
    double[] candidate = values(results.of(cell, study.design().arms().candidate()), measure);
    if (baseline.length == 0 || candidate.length == 0) {
      return List.of(Column.UNKNOWN, Column.UNKNOWN, Column.UNKNOWN);
    }
    if (DoubleStream.concat(Arrays.stream(baseline), Arrays.stream(candidate))
        .anyMatch(value -> value <= 0)) {
      return List.of(mean(baseline), mean(candidate), Column.UNKNOWN);
    }
    Comparison comparison = Comparison.of(baseline, candidate, study.aim().confidence());
    return List.of(
        Text.figures(comparison.baseline()),
        Text.figures(comparison.candidate()),
        Text.signed(-comparison.reductionPercent(), 1)
            + comparison
                .reductionInterval()
                .map(
                    i -> " (" + Text.signed(-i.high(), 1) + " to " + Text.signed(-i.low(), 1) + ")")
                .orElse(""));
  }

  private static String mean(double[] values) {
    double mean = Arrays.stream(values).average().orElseThrow();
    return mean == 0 ? "0" : Text.figures(mean);
  }
}
