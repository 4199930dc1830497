package dev.poolmark.analysis.report;

import dev.poolmark.analysis.results.Digest;
import dev.poolmark.analysis.results.Environment;
import dev.poolmark.analysis.results.Environment.Conditions;
import dev.poolmark.analysis.results.Environment.Jdk;
import dev.poolmark.analysis.results.ForkResult.Jmh;
import dev.poolmark.analysis.results.Results;
import dev.poolmark.analysis.study.Study;
import dev.poolmark.analysis.table.Section;
import dev.poolmark.analysis.table.Section.Picture;
import dev.poolmark.analysis.table.Text;
import dev.poolmark.analysis.verdict.JudgedRun;
import dev.poolmark.analysis.verdict.Verdict;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What the templates show of one run, as text that is not escaped yet.
 *
 * @param name tells the run from others on the same page; empty if it stands alone
 * @param measured when, where and with how many forks, in a line
 * @param answers the pictures that answer the study's question
 * @param warnings what a reader must know before believing the figures
 */
record Page(
    String name,
    Verdict verdict,
    String measured,
    List<Picture> answers,
    List<String> warnings,
    List<Section> sections,
    List<String> method,
    List<Fact> environment,
    List<String> commands) {

  /** A name and its value. */
  record Fact(String name, String value) {}

  static Page of(String name, JudgedRun run) {
    Verdict verdict = run.verdict();
    String prefix = name.isEmpty() ? "" : name + "-";
    List<Section> sections = Stream.concat(
            new Sections(verdict, run.results(), prefix).all().stream(),
            run
                .capabilities()
                .flatMap(all -> CapabilityTable.section(verdict.study(), all))
                .stream())
        .toList();
    List<Picture> answers = answers(sections);
    return new Page(
        name,
        verdict,
        measured(run),
        answers,
        warnings(run),
        sections.stream()
            .map(section -> section.without(answers))
            .filter(section -> !section.isEmpty())
            .toList(),
        method(verdict.study(), run.results()),
        facts(run),
        List.of(
            "java -jar analysis/target/poolmark.jar run DIR/study.yaml --out NEW-DIR",
            "java -jar analysis/target/poolmark.jar report NEW-DIR"));
  }

  /** The maps of a study that has some, else the forest of its cells. */
  private static List<Picture> answers(List<Section> sections) {
    List<Picture> pictures =
        sections.stream().flatMap(section -> section.picture().stream()).toList();
    List<Picture> maps = pictures.stream().filter(Picture::isMap).toList();
    return maps.isEmpty() ? pictures.subList(0, 1) : maps;
  }

  private static String measured(JudgedRun run) {
    Environment environment = run.environment();
    return "Measured " + environment.date().replaceFirst("T.*", "") + " on "
        + Text.count(environment.cpu().cores(), "core") + " of "
        + environment.cpu().model()
        + ", JDK " + environment.jdk().version() + ", in "
        + Text.count(run.results().forks().size(), "fork") + ".";
  }

  private static List<String> warnings(JudgedRun run) {
    return Stream.concat(run.results().remarks().stream(), run.verdict().notes().stream())
        .toList();
  }

  String title() {
    return "Poolmark: " + verdict.study().name();
  }

  private static List<String> method(Study study, Results results) {
    List<String> lines = new ArrayList<>();
    int planned = 2 * study.design().cells().size() * study.design().rounds();
    lines.add("%d cells x 2 arms x %d rounds: %d forks planned, %d measured. A fork is one JVM."
        .formatted(
            study.design().cells().size(),
            study.design().rounds(),
            planned,
            results.forks().size()));
    lines.add(
        "One fork ran at a time. A round holds every arm of every cell once, in random order (seed "
            + study.design().seed() + ").");
    study
        .design()
        .benchmarks()
        .forEach((scenario, benchmark) -> lines.add(scenario + ": "
            + benchmark.benchmark() + named(benchmark.parameters())
            + benchmark
                .metric()
                .map(name -> "; the study compares its counter " + name)
                .orElse("")
            + "; JMH options "
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
    lines.addAll(study.notes().method());
    lines.add(
        "A fork's value is the mean of its measured iterations. The saving compares the geometric"
            + " means of the arms; its interval is Welch's t on the logarithms of the forks' values.");
    return lines;
  }

  private static List<Fact> facts(JudgedRun run) {
    Environment environment = run.environment();
    Collection<Jmh> jmh =
        run.results().forks().values().stream().map(r -> r.jmh()).toList();
    List<Fact> facts = new ArrayList<>();
    facts.add(new Fact("CPU", environment.cpu().model()));
    facts.add(new Fact("Cores", String.valueOf(environment.cpu().cores())));
    facts.add(new Fact("Memory", gibibytes(environment.memoryBytes())));
    Conditions conditions = environment.conditions();
    conditions
        .simultaneousThreads()
        .ifPresent(on -> facts.add(new Fact("Simultaneous multithreading", on ? "on" : "off")));
    conditions.governor().ifPresent(name -> facts.add(new Fact("Frequency governor", name)));
    conditions
        .limitCores()
        .ifPresent(cores -> facts.add(new Fact("Container limit, cores", Text.decimal(cores, 2))));
    conditions
        .limitBytes()
        .ifPresent(bytes -> facts.add(new Fact("Container limit, memory", gibibytes(bytes))));
    facts.add(new Fact("OS", environment.os()));
    facts.add(new Fact("Kernel", environment.kernel()));
    facts.add(new Fact("JDK", words(environment.jdk())));
    environment
        .jvms()
        .forEach((name, jdk) -> facts.add(new Fact("JDK of jvm " + name, words(jdk))));
    conditions.javaOptions().forEach((name, value) -> facts.add(new Fact(name, value)));
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
    environment
        .commit()
        .ifPresent(commit -> facts.add(new Fact(
            "Git commit", commit.id() + (commit.dirty() ? ", with changes in no commit" : ""))));
    facts.add(new Fact("SHA-256 of the benchmarks", environment.jar().sha256()));
    facts.add(new Fact(
        "SHA-256 of SHA256SUMS, which lists that of every raw file",
        Digest.of(run.checksums().getBytes(StandardCharsets.UTF_8))));
    return facts;
  }

  private static String words(Jdk jdk) {
    return jdk.version() + ", " + jdk.vm() + ", " + jdk.vendor();
  }

  private static String gibibytes(long bytes) {
    return Text.decimal(bytes / Math.pow(2, 30), 1) + " GiB";
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
}
