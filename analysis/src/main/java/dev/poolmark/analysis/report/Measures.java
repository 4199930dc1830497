package dev.poolmark.analysis.report;

import dev.poolmark.analysis.report.Section.Table;
import dev.poolmark.analysis.results.ForkResult;
import dev.poolmark.analysis.results.Results;
import dev.poolmark.analysis.stats.Comparison;
import dev.poolmark.analysis.stats.Interval;
import dev.poolmark.analysis.study.Cell;
import dev.poolmark.analysis.study.Study;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.DoubleStream;

/** What a request cost beside its time, from the secondary results of the forks. */
final class Measures {

  private static final String SINGLE_SHOT = "ss";
  private static final String REQUESTS = "requests";

  /** Figures, by JMH's names of the counters that are as good as they stand. */
  private static final Map<String, String> LATENCIES = new LinkedHashMap<>();

  static {
    LATENCIES.put("meanMicros", "mean of the calls, ms");
    LATENCIES.put("p50Micros", "p50 of the calls, ms");
    LATENCIES.put("p90Micros", "p90 of the calls, ms");
    LATENCIES.put("p99Micros", "p99 of the calls, ms");
    LATENCIES.put("maxMicros", "slowest call, ms");
  }

  /** The same, of what the calls of the one iteration have held. */
  private static final Map<String, String> FOOTPRINT = new LinkedHashMap<>();

  static {
    FOOTPRINT.put("filesInFlight", "open files more, calls in flight");
    FOOTPRINT.put("filesAtRest", "open files more, at rest");
    FOOTPRINT.put("bytesInFlight", "memory more, calls in flight, bytes");
    FOOTPRINT.put("bytesAtRest", "memory more, at rest, bytes");
  }

  private final Study study;
  private final Results results;

  private Measures(Study study, Results results) {
    this.study = study;
    this.results = results;
  }

  /** A figure of a fork; empty if the fork does not tell. */
  private record Measure(String name, Function<ForkResult, Optional<Double>> of) {}

  /** A table of what the forks tell; empty if they tell nothing. */
  static Optional<Section> section(Study study, Results results) {
    List<List<String>> rows = new Measures(study, results).rows();
    if (rows.isEmpty()) {
      return Optional.empty();
    }
    List<String> columns = new ArrayList<>(List.of("scenario"));
    columns.addAll(study.axes().keySet());
    columns.addAll(List.of(
        "measure",
        study.arms().baseline().value(),
        study.arms().candidate().value(),
        "change, %",
        Text.percent(study.confidence()) + " % interval"));
    return Optional.of(Section.of(
        "Beside the time",
        "Geometric means over the forks; plain ones, and no ratio, where a fork has 0. "
            + (study.server().isPresent()
                ? "Processor time and bytes are those of the client's JVM, its compiler and collector"
                    + " included."
                : "Client and server share a JVM, and so processor time, bytes and files.")
            + " The system counts processor time in steps of up to 10 ms, so short iterations make"
            + " it coarse. No interval here is corrected for their number.",
        new Table("Beside the time", false, columns, rows)));
  }

  private List<List<String>> rows() {
    List<List<String>> rows = new ArrayList<>();
    for (Cell cell : Axes.pictured(study)) {
      List<ForkResult> baseline = results.of(cell, study.arms().baseline());
      List<ForkResult> candidate = results.of(cell, study.arms().candidate());
      for (Measure measure : all()) {
        double[] base = values(baseline, measure);
        double[] cand = values(candidate, measure);
        if (base.length > 0 && cand.length > 0) {
          List<String> row = new ArrayList<>(List.of(cell.scenario()));
          row.addAll(cell.parameters().values());
          row.add(measure.name());
          row.addAll(figures(base, cand));
          rows.add(row);
        }
      }
    }
    return rows;
  }

  private static List<Measure> all() {
    List<Measure> all = new ArrayList<>();
    LATENCIES.forEach((counter, name) ->
        all.add(new Measure(name, fork -> counted(fork, counter).map(micros -> micros / 1e3))));
    all.add(new Measure("recovery from an outage, ms", fork -> counted(fork, "recoveryMillis")));
    all.add(new Measure(
        "failed calls, %", fork -> share(fork, "failedCalls", "calls").map(s -> 100 * s)));
    all.add(
        new Measure("requests at the server for a call", fork -> share(fork, REQUESTS, "calls")));
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

  /** Of two counters that JMH reads by the iteration. */
  private static Optional<Double> share(ForkResult fork, String counter, String whole) {
    return counted(fork, counter)
        .flatMap(value -> counted(fork, whole).filter(all -> all > 0).map(all -> value / all));
  }

  /** Empty if a fork does not tell. */
  private static double[] values(List<ForkResult> forks, Measure measure) {
    double[] known = forks.stream()
        .flatMap(fork -> measure.of().apply(fork).stream())
        .mapToDouble(Double::doubleValue)
        .toArray();
    return known.length == forks.size() ? known : DoubleStream.empty().toArray();
  }

  private List<String> figures(double[] baseline, double[] candidate) {
    if (DoubleStream.concat(Arrays.stream(baseline), Arrays.stream(candidate))
        .anyMatch(value -> value <= 0)) {
      return List.of(mean(baseline), mean(candidate), "–", "–");
    }
    Comparison comparison = Comparison.of(baseline, candidate, study.confidence());
    Optional<Interval> interval = comparison.reductionInterval();
    return List.of(
        Text.figures(comparison.baseline()),
        Text.figures(comparison.candidate()),
        Text.signed(-comparison.reductionPercent(), 1),
        interval
            .map(i -> Text.signed(-i.high(), 1) + " to " + Text.signed(-i.low(), 1))
            .orElse("–"));
  }

  private static String mean(double[] values) {
    double mean = Arrays.stream(values).average().orElseThrow();
    return mean == 0 ? "0" : Text.figures(mean);
  }
}
