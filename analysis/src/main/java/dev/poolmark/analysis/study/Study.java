package dev.poolmark.analysis.study;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import dev.poolmark.analysis.table.Text;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What is to be measured and what it is to show. Immutable; every value is checked when the study is made.
 *
 * @param name short name
 * @param question what the study answers, in a sentence
 * @param jar the JMH jar, relative to the working directory
 * @param server the process that the forks call; empty if each of them brings its own server
 * @param benchmarks the benchmark of each scenario
 * @param parameters the axes: every combination of their values is a cell of every scenario
 * @param jvms {@code java} commands by the names of their JDKs; they make one more axis, named {@code jvm}. If empty,
 *     the JDK of the run measures
 * @param arms what is compared in each cell
 * @param rounds forks of each arm of each cell
 * @param full the study's longer form; empty if it has none, or if this is one of the two already
 * @param seed of the random order within the rounds
 * @param claim the sentence that the study judges; by default, that the candidate cuts latency by {@code target}
 * @param finding whether the study maps a field instead, so that its cells are judged but not the study
 * @param target the savings with which the claim holds; may be empty in a study that claims nothing
 * @param ratio whether the answer gives the ratio of the arms instead of the saving
 * @param names what people read instead of the names of arms, scenarios, counters and values of axes
 * @param confidence of the intervals, such as 0.95
 * @param model what to set against the model of the cost of a connection; empty if nothing
 * @param claims published figures to show with the measured ones
 * @param method what the report is to say of how the benchmarks measure, a sentence each
 * @param limits what the report is to say of what the results do not say, a sentence each
 */
public record Study(
    @JsonProperty(required = true) String name,
    @JsonProperty(required = true) String question,
    String jar,
    Optional<Server> server,
    @JsonProperty(required = true) Map<String, Benchmark> benchmarks,
    Map<String, List<String>> parameters,
    Map<String, String> jvms,
    @JsonProperty(required = true) Arms arms,
    @JsonProperty(required = true) int rounds,
    Optional<Full> full,
    @JsonProperty(required = true) long seed,
    Optional<String> claim,
    @JsonInclude(JsonInclude.Include.NON_DEFAULT) boolean finding,
    Optional<Target> target,
    @JsonInclude(JsonInclude.Include.NON_DEFAULT) boolean ratio,
    Map<String, String> names,
    @JsonProperty(required = true) double confidence,
    Optional<Model> model,
    List<Claim> claims,
    List<String> method,
    List<String> limits) {

  /** Where the build of this project leaves its benchmarks. */
  private static final String DEFAULT_JAR = "jmh/target/benchmarks.jar";

  static final String JVM = "jvm";

  private static final int MAX_ROUNDS = 1000;

  /** What the name of a full form ends with. */
  private static final String FULL = "-full";

  /** Checks the values. */
  public Study {
    StudyRules.checkName("name", name);
    StudyRules.checkValue("question", question);
    jar = Objects.requireNonNullElse(jar, DEFAULT_JAR);
    server = Objects.requireNonNullElse(server, Optional.empty());
    benchmarks = Collections.unmodifiableMap(new LinkedHashMap<>(benchmarks));
    if (benchmarks.isEmpty()) {
      throw new IllegalArgumentException("benchmarks must name at least one scenario: {}");
    }
    parameters = StudyRules.copyOfAxes(Objects.requireNonNullElse(parameters, Map.of()));
    jvms = StudyRules.copyOfJvms(Objects.requireNonNullElse(jvms, Map.of()), parameters);
    Objects.requireNonNull(arms, "arms");
    claim = Objects.requireNonNullElse(claim, Optional.empty());
    claim.ifPresent(sentence -> StudyRules.checkValue("claim", sentence));
    target = Objects.requireNonNullElse(target, Optional.empty());
    names = Collections.unmodifiableMap(
        new LinkedHashMap<>(Objects.requireNonNullElse(names, Map.of())));
    names.forEach((key, words) -> StudyRules.checkValue("names." + key, words));
    StudyRules.checkClaim(claim, finding, target);
    if (rounds < 1 || rounds > MAX_ROUNDS) {
      throw new IllegalArgumentException("rounds must be from 1 to " + MAX_ROUNDS + ": " + rounds);
    }
    if (!(confidence > 0 && confidence < 1)) {
      throw new IllegalArgumentException("confidence must be > 0 and < 1: " + confidence);
    }
    full = Objects.requireNonNullElse(full, Optional.empty());
    model = Objects.requireNonNullElse(model, Optional.empty());
    claims = List.copyOf(Objects.requireNonNullElse(claims, List.of()));
    method = List.copyOf(Objects.requireNonNullElse(method, List.of()));
    limits = List.copyOf(Objects.requireNonNullElse(limits, List.of()));
    for (Claim published : claims) {
      if (!benchmarks.containsKey(published.scenario())) {
        throw new IllegalArgumentException("claims: scenario must be one of "
            + String.join(", ", benchmarks.keySet()) + ": " + published.scenario());
      }
    }
    StudyRules.checkScenarios(benchmarks, parameters, arms);
    if (model.isPresent()) {
      model.get().check(benchmarks.keySet(), parameters);
    }
    StudyRules.checkFileNames(crossProduct(benchmarks.keySet(), axes(parameters, jvms)), arms);
    if (full.isPresent()) {
      try {
        new Study(
            name,
            question,
            jar,
            server,
            benchmarks,
            full.get().parametersOver(parameters),
            jvms,
            arms,
            full.get().rounds(),
            Optional.empty(),
            seed,
            claim,
            finding,
            target,
            ratio,
            names,
            confidence,
            model,
            claims,
            method,
            limits);
      } catch (IllegalArgumentException e) {
        throw new IllegalArgumentException("full: " + e.getMessage(), e);
      }
    }
  }

  /** What varies from cell to cell: the parameters, and the JDK if there are several. */
  public Map<String, List<String>> axes() {
    return axes(parameters, jvms);
  }

  /** What people read for the name of an arm, a scenario, a counter or a value. */
  public String nameOf(String name) {
    return names.getOrDefault(name, name);
  }

  /** What a scenario compares, for people: latency, or the counter that its benchmark compares instead. */
  public String measureOf(String scenario) {
    return nameOf(benchmarks.get(scenario).metric().orElse("latency"));
  }

  /** What is compared, for people. */
  public String compared() {
    return benchmarks.keySet().stream()
        .map(this::measureOf)
        .distinct()
        .collect(Collectors.joining(" or "));
  }

  /** The target for people, as savings or as ratios; empty if there is none. */
  public Optional<String> targetWords() {
    return target.map(savings -> ratio
        ? Text.range(1 - savings.maxPercent() / 100, 1 - savings.minPercent() / 100) + " times"
        : savings.words());
  }

  /** The claim as a sentence without a full stop; only of a study that claims something. */
  public String claimWords() {
    return claim
        .map(sentence -> sentence.replaceFirst("\\.$", ""))
        .orElseGet(() -> Text.capitalized(nameOf(arms.candidate().value())) + " cuts " + compared()
            + " by " + targetWords().orElseThrow());
  }

  /** Every cell, scenario by scenario. */
  @JsonIgnore
  public List<Cell> cells() {
    return crossProduct(benchmarks.keySet(), axes());
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

  /** The study as it is run in its short form. */
  @JsonIgnore
  public Study shortForm() {
    return with(name, jar, benchmarks, parameters, jvms, rounds, model, claims);
  }

  /** The study as it is run in its full form, which has a name of its own; empty if it has none. */
  @JsonIgnore
  public Optional<Study> fullForm() {
    return full.map(more -> with(
        name + FULL,
        jar,
        benchmarks,
        more.parametersOver(parameters),
        jvms,
        more.rounds(),
        model,
        claims));
  }

  /** The same study on these JDKs, by their names. */
  public Study withJvms(Map<String, String> others) {
    return with(name, jar, benchmarks, parameters, others, rounds, model, claims);
  }

  /** The same study on another jar. */
  public Study withJar(String other) {
    return with(name, other, benchmarks, parameters, jvms, rounds, model, claims);
  }

  /** The same study with another number of rounds. */
  public Study withRounds(int other) {
    return with(name, jar, benchmarks, parameters, jvms, other, model, claims);
  }

  /**
   * The same study with fewer values of some axes.
   *
   * @param choices {@code AXIS=VALUE[,VALUE]} each
   * @throws InputException if a choice is not of that form, or its axis or a value is not in the study
   */
  public Study only(List<String> choices) throws InputException {
    return StudyFilter.only(this, choices);
  }

  /**
   * The same study with fewer values of one axis. The scenarios are an axis too, named {@code scenario}.
   *
   * @throws InputException if the axis or a value is not in the study
   */
  public Study only(String axis, List<String> values) throws InputException {
    return StudyFilter.only(this, axis, values);
  }

  /** The same study with these values. */
  Study with(
      String otherName,
      String otherJar,
      Map<String, Benchmark> otherBenchmarks,
      Map<String, List<String>> otherParameters,
      Map<String, String> otherJvms,
      int otherRounds,
      Optional<Model> otherModel,
      List<Claim> otherClaims) {
    return new Study(
        otherName,
        question,
        otherJar,
        server,
        otherBenchmarks,
        otherParameters,
        otherJvms,
        arms,
        otherRounds,
        Optional.empty(),
        seed,
        claim,
        finding,
        target,
        ratio,
        names,
        confidence,
        otherModel,
        otherClaims,
        method,
        limits);
  }

  /** What tells another study from this one, wherever their jars lie; empty if nothing does. */
  public Optional<String> differenceFrom(Study other) {
    if (rounds != other.rounds) {
      return Optional.of("rounds is " + rounds + ", now " + other.rounds);
    }
    if (seed != other.seed) {
      return Optional.of("seed is " + seed + ", now " + other.seed);
    }
    if (!name.equals(other.name)) {
      return Optional.of("name is " + name + ", now " + other.name);
    }
    if (!parameters.equals(other.parameters)) {
      return Optional.of("parameters is " + parameters + ", now " + other.parameters);
    }
    if (!jvms.equals(other.jvms)) {
      return Optional.of("jvms is " + jvms + ", now " + other.jvms);
    }
    if (!benchmarks.equals(other.benchmarks)) {
      return Optional.of("benchmarks differ");
    }
    if (!server.equals(other.server)) {
      return Optional.of("server is " + server + ", now " + other.server);
    }
    if (!arms.equals(other.arms)) {
      return Optional.of("arms differ");
    }
    return withJar(other.jar).equals(other)
        ? Optional.empty()
        : Optional.of("question, claim, target, confidence, model, names or notes differ");
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

  private static List<Cell> crossProduct(Set<String> scenarios, Map<String, List<String>> axes) {
    List<Map<String, String>> combinations = List.of(Map.of());
    for (Map.Entry<String, List<String>> axis : axes.entrySet()) {
      combinations = combinations.stream()
          .flatMap(before -> axis.getValue().stream().map(value -> {
            Map<String, String> longer = new LinkedHashMap<>(before);
            longer.put(axis.getKey(), value);
            return longer;
          }))
          .collect(Collectors.toList());
    }
    List<Cell> cells = new ArrayList<>();
    for (String scenario : scenarios) {
      for (Map<String, String> combination : combinations) {
        cells.add(new Cell(scenario, combination));
      }
    }
    return cells;
  }
}
