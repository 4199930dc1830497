package dev.poolmark.analysis.report;

import dev.poolmark.analysis.results.Environment;
import dev.poolmark.analysis.results.ForkResult.Jmh;
import dev.poolmark.analysis.results.Results;
import dev.poolmark.analysis.stats.Comparison;
import dev.poolmark.analysis.study.Benchmark;
import dev.poolmark.analysis.study.Claim;
import dev.poolmark.analysis.study.Study;
import dev.poolmark.analysis.verdict.CellVerdict;
import dev.poolmark.analysis.verdict.JudgedCell;
import dev.poolmark.analysis.verdict.JudgedCell.Significance;
import dev.poolmark.analysis.verdict.Verdict;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What the templates show, as text that is not escaped yet. */
record Page(
    Verdict verdict,
    String plot,
    List<String> columns,
    List<List<String>> rows,
    List<ClaimRow> claims,
    List<String> method,
    List<Fact> environment,
    List<String> commands) {

  /** A published figure and what was measured. */
  record ClaimRow(String published, String claimed, String measured, String counts, String saved) {}

  /** A name and its value. */
  record Fact(String name, String value) {}

  static Page of(Verdict verdict, Results results, Environment environment) {
    Study study = verdict.study();
    return new Page(
        verdict,
        ForestPlot.svg(verdict),
        columns(study),
        verdict.cells().stream().map(Page::row).toList(),
        study.claims().stream().map(claim -> claimRow(claim, verdict)).toList(),
        method(study, results),
        facts(environment, results),
        List.of(
            "java -jar analysis/target/poolmark.jar run DIR/study.yaml --out NEW-DIR",
            "java -jar analysis/target/poolmark.jar report NEW-DIR"));
  }

  /** What must be known of single cells, a sentence each. */
  List<String> notes() {
    return verdict.cells().stream()
        .flatMap(cell -> cell.notes().stream().map(note -> cell.cell().label() + ": " + note))
        .toList();
  }

  String title() {
    return "Poolmark: " + verdict.study().name() + ", " + verdict.verdict().word();
  }

  private static List<String> columns(Study study) {
    List<String> columns = new ArrayList<>(List.of("scenario"));
    columns.addAll(study.parameters().keySet());
    columns.addAll(List.of(
        "forks",
        study.arms().baseline().value() + ", ms",
        study.arms().candidate().value() + ", ms",
        "saved, %",
        Text.shortest(Math.round(1e4 * study.confidence()) / 1e2) + " % interval",
        "p (Holm)",
        "smallest visible, %",
        "connections per request, both arms",
        "verdict"));
    return columns;
  }

  private static List<String> row(JudgedCell cell) {
    List<String> row = new ArrayList<>(List.of(cell.cell().scenario()));
    row.addAll(cell.cell().parameters().values());
    int more = Math.max(cell.baseline().forks(), cell.candidate().forks());
    row.addAll(List.of(
        cell.forks() == more
            ? String.valueOf(more)
            : cell.baseline().forks() + " and " + cell.candidate().forks(),
        decimal(cell.comparison().map(Comparison::baseline), 1),
        decimal(cell.comparison().map(Comparison::candidate), 1),
        decimal(cell.comparison().map(Comparison::reductionPercent), 1),
        cell.reductionInterval()
            .map(i -> Text.decimal(i.low(), 1) + " to " + Text.decimal(i.high(), 1))
            .orElse("–"),
        cell.significance().map(s -> Significance.words(s.adjustedP())).orElse("–"),
        decimal(cell.significance().map(Significance::smallestVisiblePercent), 1),
        decimal(cell.baseline().connectionsPerRequest(), 3) + " and "
            + decimal(cell.candidate().connectionsPerRequest(), 3),
        cell.verdict().word()));
    return row;
  }

  private static ClaimRow claimRow(Claim claim, Verdict verdict) {
    List<Comparison> measured = verdict.cells().stream()
        .filter(cell -> cell.cell().scenario().equals(claim.scenario()))
        .filter(cell -> cell.verdict() != CellVerdict.VOID)
        .flatMap(cell -> cell.comparison().stream())
        .toList();
    return new ClaimRow(
        claim.scenario() + ": " + claim.workload(),
        seconds(claim.baselineSeconds()) + " → " + seconds(claim.candidateSeconds()) + ", "
            + Text.shortest(claim.reductionPercent()) + " % saved",
        range(measured.stream().map(c -> c.baseline() / 1e3).toList(), 3, " s") + " → "
            + range(measured.stream().map(c -> c.candidate() / 1e3).toList(), 3, " s"),
        counts(claim, verdict.study().benchmarks().get(claim.scenario())),
        range(measured.stream().map(Comparison::reductionPercent).toList(), 1, " %"));
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

  private static List<String> method(Study study, Results results) {
    List<String> lines = new ArrayList<>();
    int planned = 2 * study.cells().size() * study.rounds();
    lines.add("%d cells x 2 arms x %d rounds: %d forks planned, %d measured. A fork is one JVM."
        .formatted(
            study.cells().size(), study.rounds(), planned, results.forks().size()));
    lines.add(
        "One fork ran at a time. A round holds every arm of every cell once, in random order (seed "
            + study.seed() + ").");
    study
        .benchmarks()
        .forEach((scenario, benchmark) -> lines.add(scenario + ": "
            + benchmark.benchmark() + named(benchmark.parameters()) + "; JMH options "
            + (benchmark.jmh().isEmpty() ? "none" : String.join(" ", benchmark.jmh())) + "."));
    for (String jmh : distinct(results.forks().values().stream()
        .map(r -> r.jmh())
        .map(j -> String.format(
            Locale.ROOT,
            "%d warm-up and %d measured iterations, mode %s, %d thread(s)",
            j.warmupIterations(),
            j.measurementIterations(),
            j.mode(),
            j.threads())))) {
      lines.add("In each fork: " + jmh + ".");
    }
    lines.addAll(study.method());
    lines.add(
        "A fork's value is the mean of its measured iterations. The saving compares the geometric"
            + " means of the arms; its interval is Welch's t on the logarithms of the forks' values.");
    return lines;
  }

  private static List<Fact> facts(Environment environment, Results results) {
    Collection<Jmh> jmh = results.forks().values().stream().map(r -> r.jmh()).toList();
    List<Fact> facts = new ArrayList<>();
    facts.add(new Fact("CPU", environment.cpu().model()));
    facts.add(new Fact("Cores", String.valueOf(environment.cpu().cores())));
    facts.add(new Fact(
        "Memory", Text.decimal(environment.memoryBytes() / Math.pow(2, 30), 1) + " GiB"));
    facts.add(new Fact("OS", environment.os()));
    facts.add(new Fact("Kernel", environment.kernel()));
    facts.add(new Fact(
        "JDK",
        environment.jdk().version() + ", " + environment.jdk().vm() + ", "
            + environment.jdk().vendor()));
    facts.add(new Fact(
        "JVM flags of the forks",
        joined(jmh.stream()
            .map(j -> j.jvmArgs().isEmpty() ? "none" : String.join(" ", j.jvmArgs())))));
    facts.add(new Fact("JMH", joined(jmh.stream().map(Jmh::version))));
    environment.libraries().forEach((name, version) -> facts.add(new Fact(name, version)));
    facts.add(new Fact("Began", environment.date()));
    facts.add(new Fact(
        "Load average before",
        environment.loadAverageBefore() < 0
            ? "unknown"
            : Text.decimal(environment.loadAverageBefore(), 2)));
    facts.add(new Fact("Poolmark", environment.poolmark()));
    facts.add(new Fact("Benchmarks", environment.jar().path()));
    facts.add(new Fact("SHA-256 of the benchmarks", environment.jar().sha256()));
    return facts;
  }

  private static String joined(Stream<String> values) {
    List<String> distinct = distinct(values);
    return distinct.isEmpty() ? "unknown" : String.join("; also ", distinct);
  }

  private static List<String> distinct(Stream<String> values) {
    return values.distinct().sorted().toList();
  }

  private static String named(Map<String, String> parameters) {
    return parameters.entrySet().stream()
        .map(parameter -> ", " + parameter.getKey() + " = " + parameter.getValue())
        .collect(Collectors.joining());
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

  private static String decimal(Optional<Double> value, int decimals) {
    return value.map(number -> Text.decimal(number, decimals)).orElse("–");
  }
}
