package dev.poolmark.analysis.study;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import tools.jackson.databind.annotation.JsonDeserialize;

/**
 * What a study measures: its cells, its arms, and the forks in the order in which they run. Immutable; every value is
 * checked when the design is made.
 *
 * @param jar the JMH jar, relative to the working directory
 * @param server the process that the forks call, or {@code stub}, this project's own; empty if each of them brings its own server
 * @param benchmarks the benchmark of each scenario
 * @param parameters the axes: every combination of their values is a cell of every scenario. Instead of a list, an axis
 *     may have settings with a list each, such as {@code rtt: [1ms, 5ms]} and {@code tls: [none, 1.3]}; its values are
 *     their combinations, such as {@code rtt=1ms+tls=1.3}, and {@code none} leaves a setting out
 * @param jvms {@code java} commands by the names of their JDKs; they make one more axis, named {@code jvm}. If empty,
 *     the JDK of the run measures
 * @param arms what is compared in each cell
 * @param rounds forks of each arm of each cell
 * @param full the study's longer form; empty if it has none, or if this is one of the two already
 * @param seed of the random order within the rounds
 */
public record Design(
    String jar,
    Optional<Server> server,
    @JsonProperty(required = true) Map<String, Benchmark> benchmarks,
    @JsonDeserialize(contentUsing = AxisReader.class) Map<String, List<String>> parameters,
    Map<String, String> jvms,
    @JsonProperty(required = true) Arms arms,
    Integer rounds,
    Optional<Full> full,
    Long seed) {

  /** Where the build of this project leaves its benchmarks. */
  private static final String DEFAULT_JAR = "jmh/target/benchmarks.jar";

  /** The axis that {@code jvms} make. */
  public static final String JVM = "jvm";

  /** So many forks of each arm are enough for a report of a dozen cells. */
  private static final int DEFAULT_ROUNDS = 6;

  private static final int MAX_ROUNDS = 1000;

  /** Checks the values. */
  public Design {
    jar = Objects.requireNonNullElse(jar, DEFAULT_JAR);
    benchmarks = Collections.unmodifiableMap(new LinkedHashMap<>(benchmarks));
    if (benchmarks.isEmpty()) {
      throw new IllegalArgumentException("benchmarks must name at least one scenario: {}");
    }
    parameters = StudyRules.copyOfAxes(Objects.requireNonNullElse(parameters, Map.of()));
    jvms = StudyRules.copyOfJvms(Objects.requireNonNullElse(jvms, Map.of()), parameters);
    Objects.requireNonNull(arms, "arms");
    rounds = Objects.requireNonNullElse(rounds, DEFAULT_ROUNDS);
    if (rounds < 1 || rounds > MAX_ROUNDS) {
      throw new IllegalArgumentException("rounds must be from 1 to " + MAX_ROUNDS + ": " + rounds);
    }
    seed = Objects.requireNonNullElse(seed, 1L);
    StudyRules.checkScenarios(benchmarks, parameters, arms);
    StudyRules.checkFileNames(cells(benchmarks, axes(parameters, jvms)), arms);
  }

  /** What varies from cell to cell: the parameters, and the JDK if there are several. */
  public Map<String, List<String>> axes() {
    return axes(parameters, jvms);
  }

  /** Every cell, scenario by scenario. */
  @JsonIgnore
  public List<Cell> cells() {
    return cells(benchmarks, axes());
  }

  /**
   * Every fork, round by round. A round holds every arm of every cell once, in an order that the seed decides. More
   * rounds leave the order of the earlier ones as it is.
   */
  @JsonIgnore
  public List<List<Fork>> plan() {
    Random random = new Random(seed);
    List<List<Fork>> plan = new ArrayList<>();
    for (int round = 1; round <= rounds; round++) {
      List<Fork> forks = new ArrayList<>();
      for (Cell cell : cells()) {
        for (Arm arm : arms.both()) {
          forks.add(new Fork(round, cell, arm));
        }
      }
      Collections.shuffle(forks, random);
      plan.add(List.copyOf(forks));
    }
    return plan;
  }

  /** What the benchmark of a fork is run with: the scenario's own values, the cell's and the arm's. */
  public Map<String, String> parametersOf(Fork fork) {
    Map<String, String> all =
        new LinkedHashMap<>(benchmarks.get(fork.cell().scenario()).parameters());
    all.putAll(fork.cell().parameters());
    if (!jvms.isEmpty()) {
      all.remove(JVM);
    }
    arms.parameter()
        .filter(name -> fork.arm().equals(arms.baseline()) || !candidateIsAnAxis())
        .ifPresent(name -> all.put(name, fork.arm().value()));
    return all;
  }

  /** Whether each value of an axis is a candidate, in cells of its own. */
  @JsonIgnore
  public boolean candidateIsAnAxis() {
    return arms.parameter().filter(parameters::containsKey).isPresent();
  }

  /** What the server must have counted in every fork of an arm in a cell; empty if nothing can prove it. */
  public Optional<Bounds> connectionsPerRequest(Cell cell, Arm arm) {
    return arm.connectionsPerRequest()
        .or(() -> arms.parameter()
            .map(name -> cell.parameters().get(name))
            .map(value -> arm.connectionsPerRequestOf().get(value)));
  }

  /** How many requests the server must have seen at once in every fork of an arm in a cell; empty if any will do. */
  public Optional<Integer> inFlight(Cell cell, Arm arm) {
    return benchmarks
        .get(cell.scenario())
        .inFlight()
        .map(name -> Integer.valueOf(parametersOf(new Fork(1, cell, arm)).get(name)));
  }

  /** The {@code java} command that a fork is to run on; empty if it is that of the run. */
  public Optional<String> jvmOf(Fork fork) {
    return Optional.ofNullable(jvms.get(fork.cell().parameters().get(JVM)));
  }

  /** The same on another jar. */
  Design withJar(String other) {
    return with(other, benchmarks, parameters, jvms, rounds);
  }

  /** The same on these JDKs, by their names. */
  Design withJvms(Map<String, String> others) {
    return with(jar, benchmarks, parameters, others, rounds);
  }

  /** The same with another number of rounds. */
  Design withRounds(int other) {
    return with(jar, benchmarks, parameters, jvms, other);
  }

  /** The same with these benchmarks, axes and JDKs. */
  Design with(
      Map<String, Benchmark> others, Map<String, List<String>> axes, Map<String, String> javas) {
    return with(jar, others, axes, javas, rounds);
  }

  /** The full form; empty if there is none. */
  @JsonIgnore
  Optional<Design> fullForm() {
    return full.map(
        more -> with(jar, benchmarks, more.parametersOver(parameters), jvms, more.rounds()));
  }

  private Design with(
      String otherJar,
      Map<String, Benchmark> otherBenchmarks,
      Map<String, List<String>> otherParameters,
      Map<String, String> otherJvms,
      int otherRounds) {
    return new Design(
        otherJar,
        server,
        otherBenchmarks,
        otherParameters,
        otherJvms,
        arms,
        otherRounds,
        Optional.empty(),
        seed);
  }

  private static Map<String, List<String>> axes(
      Map<String, List<String>> parameters, Map<String, String> jvms) {
    if (jvms.isEmpty()) {
      return parameters;
    }
    Map<String, List<String>> axes = new LinkedHashMap<>(parameters);
    axes.put(JVM, List.copyOf(jvms.keySet()));
    return axes;
  }

  private static List<Cell> cells(
      Map<String, Benchmark> benchmarks, Map<String, List<String>> axes) {
    List<Cell> cells = benchmarks.keySet().stream()
        .map(scenario -> new Cell(scenario, Map.of()))
        .toList();
    for (Map.Entry<String, List<String>> axis : axes.entrySet()) {
      cells = cells.stream()
          .flatMap(cell -> axis.getValue().stream().map(value -> cell.with(axis.getKey(), value)))
          .toList();
    }
    return cells;
  }
}
