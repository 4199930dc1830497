package dev.poolmark.analysis.run;

import dev.poolmark.analysis.results.Digest;
import dev.poolmark.analysis.study.Arm;
import dev.poolmark.analysis.study.Benchmark;
import dev.poolmark.analysis.study.DidYouMean;
import dev.poolmark.analysis.study.Fork;
import dev.poolmark.analysis.study.InputException;
import dev.poolmark.analysis.study.Study;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** An executable JMH jar: what it can measure, and how it is asked to. Not thread-safe. */
final class JmhJar {

  private static final Pattern PARAMETER = Pattern.compile("  param \"(.+)\" = \\{(.*)}");
  private static final Pattern REFUSED_OPTION =
      Pattern.compile("(?m)^Error parsing command line:\\R(.*)$");
  private static final Pattern NUMBER = Pattern.compile("[-+]?[0-9.]+([eE][-+]?[0-9]+)?");

  private static final String KEPT =
      "; finished rounds stay valid for the build that they measured";

  private final Path path;
  /** Declared values of each parameter of each benchmark, by the benchmark's full name. */
  private final Map<String, Map<String, List<String>>> benchmarks;

  /** Lists of options that JMH has read without an error. */
  private final Set<List<String>> accepted = new HashSet<>(Set.of(List.of()));

  /** Size and time of the file, and its digest, as it was opened. */
  private String stamp;

  private final String digest;

  private JmhJar(Path path, Map<String, Map<String, List<String>>> benchmarks) throws IOException {
    this.path = path;
    this.benchmarks = benchmarks;
    this.stamp = stampOf(path);
    this.digest = Digest.of(path);
  }

  private static String stampOf(Path path) throws IOException {
    return Files.size(path) + " " + Files.getLastModifiedTime(path);
  }

  /**
   * Checks that the jar is still the one that was opened.
   *
   * @throws InputException if another build has taken its place, or if it is gone
   */
  void checkUnchanged() throws InputException, IOException {
    if (!Files.isRegularFile(path)) {
      throw new InputException("jar must stay while a run measures, and is gone: " + path + KEPT);
    }
    String now = stampOf(path);
    if (!now.equals(stamp) && !Digest.of(path).equals(digest)) {
      throw new InputException("jar must stay as it is while a run measures, and is another build"
          + " now: " + path + KEPT);
    }
    stamp = now;
  }

  /**
   * Asks the jar what it holds.
   *
   * @param options of JMH, which are checked at the same time; may be empty
   * @throws InputException if there is no such jar, if it is not JMH's, or if JMH refuses the options
   */
  static JmhJar open(Path path, List<String> options) throws InputException, IOException {
    if (!Files.isRegularFile(path)) {
      throw new InputException("jar not found: " + path + "; build it, or name another with --jar");
    }
    Map<String, Map<String, List<String>>> benchmarks = parse(list(path, ruleOf(options), options));
    if (benchmarks.isEmpty()) {
      throw new InputException("jar must be a JMH jar, with benchmarks listed by -lp: " + path);
    }
    Map<String, List<String>> more = Machine.parameterValues(path);
    benchmarks
        .values()
        .forEach(parameters -> parameters.replaceAll((name, declared) -> Stream.concat(
                declared.stream(), more.getOrDefault(name, List.of()).stream())
            .distinct()
            .toList()));
    JmhJar jar = new JmhJar(path, benchmarks);
    jar.accepted.add(options);
    return jar;
  }

  /**
   * What the jar prints when it is to list its benchmarks, after it has read these options.
   *
   * @param rule what the jar must take, for the error
   */
  private static String list(Path path, String rule, List<String> options)
      throws InputException, IOException {
    List<String> command = new ArrayList<>(List.of(java(), "-jar", path.toString()));
    command.addAll(options);
    command.add("-lp");
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    try (InputStream in = process.getInputStream()) {
      String text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
      Matcher refused = REFUSED_OPTION.matcher(text);
      if (refused.find()) {
        throw new InputException(rule + " (" + refused.group(1).strip() + ")");
      }
      return text;
    }
  }

  private static String ruleOf(List<String> options) {
    return "jmh must be options of JMH: " + String.join(" ", options);
  }

  Path path() {
    return path;
  }

  /** Reads what {@code -lp} prints: a line a benchmark, and an indented line for each of its parameters. */
  static Map<String, Map<String, List<String>>> parse(String listing) {
    Map<String, Map<String, List<String>>> benchmarks = new LinkedHashMap<>();
    Map<String, List<String>> parameters = null;
    boolean begun = false;
    for (String line : listing.lines().toList()) {
      Matcher parameter = PARAMETER.matcher(line);
      if (!begun) {
        begun = line.startsWith("Benchmarks:");
      } else if (parameter.matches() && parameters != null) {
        parameters.put(parameter.group(1), Arrays.asList(parameter.group(2).split(", ")));
      } else if (!line.isBlank() && !line.startsWith(" ")) {
        parameters = new LinkedHashMap<>();
        benchmarks.put(line.strip(), parameters);
      }
    }
    return benchmarks;
  }

  /**
   * Checks that the jar can run the study: JMH itself ignores a parameter that it does not know.
   *
   * @throws InputException that lists what is valid
   */
  void check(Study study) throws InputException, IOException {
    Map<String, List<String>> others = new LinkedHashMap<>(study.design().parameters());
    study.design().arms().parameter().ifPresent(parameter -> {
      List<String> axis = others.getOrDefault(parameter, List.of());
      others.put(parameter, Stream.concat(axis.stream(), armValues(study)).toList());
    });
    Set<String> open = new LinkedHashSet<>();
    for (Benchmark benchmark : study.design().benchmarks().values()) {
      check(benchmark, others, open);
    }
    if (study.design().server().isPresent()) {
      check(study.design().server().get().warmUp(), Map.of(), open);
    }
    checkOptions(study);
    if (!open.isEmpty()) {
      // Words that only the jar can judge. This project's own does so when it lists its benchmarks;
      // JMH ignores them.
      list(
          path,
          "parameters must have values that the jar takes",
          open.stream().flatMap(each -> Stream.of("-p", each)).toList());
    }
  }

  private static Stream<String> armValues(Study study) {
    return study.design().arms().both().stream()
        .filter(arm ->
            arm.equals(study.design().arms().baseline()) || !study.design().candidateIsAnAxis())
        .map(Arm::value);
  }

  /** JMH itself says what is wrong with its options, but in each fork anew. */
  private void checkOptions(Study study) throws InputException, IOException {
    Set<List<String>> lists = new LinkedHashSet<>();
    study.design().benchmarks().values().forEach(benchmark -> lists.add(benchmark.jmh()));
    study.design().server().ifPresent(server -> lists.add(server.warmUp().jmh()));
    lists.removeAll(accepted);
    for (List<String> options : lists) {
      list(path, ruleOf(options), options);
      accepted.add(options);
    }
  }

  /**
   * Checks the benchmark's own parameters, and others.
   *
   * @param open gets the values that may be any word, as {@code name=value}
   */
  private void check(Benchmark benchmark, Map<String, List<String>> others, Set<String> open)
      throws InputException, IOException {
    String name = fullName(benchmark);
    Map<String, List<String>> all = new LinkedHashMap<>(others);
    benchmark.parameters().forEach((parameter, value) -> all.put(parameter, List.of(value)));
    Map<String, List<String>> declared = benchmarks.get(name);
    ParameterTypes types = ParameterTypes.of(path, name);
    for (Map.Entry<String, List<String>> each : all.entrySet()) {
      String parameter = each.getKey();
      List<String> valid = declared.get(parameter);
      if (valid == null) {
        throw new InputException("parameter of " + name + " must be one of "
            + String.join(", ", declared.keySet()) + ": " + parameter
            + DidYouMean.hint(parameter, declared.keySet()));
      }
      for (String value : each.getValue()) {
        if (isClosed(valid) && !valid.contains(value)) {
          throw new InputException(parameter + " must be one of " + String.join(", ", valid) + ": "
              + value + DidYouMean.hint(value, valid));
        }
        if (!types.check(parameter, value) && !isClosed(valid)) {
          open.add(parameter + "=" + value);
        }
      }
    }
  }

  /** Numbers are there to be varied, and so is what has but a default; a list of words is a closed choice. */
  private static boolean isClosed(List<String> valid) {
    return valid.size() > 1
        && valid.stream().noneMatch(value -> NUMBER.matcher(value).matches());
  }

  /** Class and method: a study may leave the method out where the class has but one. */
  private String fullName(Benchmark benchmark) throws InputException {
    String name = benchmark.benchmark();
    if (benchmarks.containsKey(name)) {
      return name;
    }
    List<String> methods = benchmarks.keySet().stream()
        .filter(full -> full.startsWith(name + ".") && full.indexOf('.', name.length() + 1) < 0)
        .toList();
    if (methods.size() == 1) {
      return methods.get(0);
    }
    List<String> classes = benchmarks.keySet().stream()
        .map(full -> full.substring(0, full.lastIndexOf('.')))
        .toList();
    throw new InputException("benchmark must be one of "
        + String.join(", ", methods.isEmpty() ? benchmarks.keySet() : methods) + ": " + name
        + (methods.isEmpty() ? DidYouMean.hint(name, classes) : ""));
  }

  /** The command that measures the fork. */
  ProcessBuilder command(Study study, Fork fork, Path result) throws InputException {
    ProcessBuilder process = command(
        study.design().benchmarks().get(fork.cell().scenario()),
        study.design().parametersOf(fork),
        result);
    study.design().jvmOf(fork).ifPresent(java -> process.command().addAll(List.of("-jvm", java)));
    return process;
  }

  /**
   * The command that runs a benchmark in one fork.
   *
   * @param parameters all of the benchmark's, its own included
   * @param result where JMH is to write its JSON
   */
  ProcessBuilder command(Benchmark benchmark, Map<String, String> parameters, Path result)
      throws InputException {
    List<String> command = new ArrayList<>(
        List.of(java(), "-jar", path.toString(), "^" + Pattern.quote(fullName(benchmark)) + "$"));
    command.addAll(benchmark.jmh());
    parameters.forEach((name, value) -> command.addAll(List.of("-p", name + "=" + value)));
    command.addAll(List.of("-f", "1", "-foe", "true", "-rf", "json", "-rff", result.toString()));
    return new ProcessBuilder(command);
  }

  static String java() {
    return Path.of(System.getProperty("java.home"), "bin", "java").toString();
  }
}
