package dev.poolmark.analysis.run;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Stands in for a JMH jar: understands the few options that the runner uses and writes JMH's JSON, without any
 * measuring. {@link FakeJar} packs it; files beside the jar tell it how to misbehave.
 */
public final class FakeJmh {

  private FakeJmh() {}

  /** Lists the benchmarks, or "measures" one. */
  public static void main(String[] args) throws Exception {
    List<String> options = List.of(args);
    if (options.contains("count=teapot")) {
      System.out.println("Error parsing command line:\n count must be a number: teapot");
      System.exit(1);
    }
    if (options.contains("-lp")) {
      System.out.println("Benchmarks: ");
      for (String benchmark :
          List.of("fake.EchoBenchmark.call", "fake.TwinBenchmark.one", "fake.TwinBenchmark.two")) {
        System.out.println(benchmark);
        System.out.println("  param \"client\" = {fast, slow}");
        System.out.println("  param \"reuse\" = {off, on}");
        System.out.println("  param \"count\" = {10}");
      }
      return;
    }
    Map<String, String> parameters = new LinkedHashMap<>();
    for (int i = 0; i < args.length; i++) {
      if (args[i].equals("-p")) {
        parameters.put(args[i + 1].replaceFirst("=.*", ""), args[i + 1].replaceFirst("[^=]*=", ""));
      }
    }
    Path jar = Path.of(
        FakeJmh.class.getProtectionDomain().getCodeSource().getLocation().toURI());
    Path result = Path.of(args[options.indexOf("-rff") + 1]);
    // Like JMH: the file is there, and empty, from the start.
    Files.writeString(result, "");
    Files.writeString(
        jar.resolveSibling("calls"),
        String.join(" ", args) + " " + System.getenv("FAKE_SERVER") + "\n",
        StandardOpenOption.CREATE,
        StandardOpenOption.APPEND);
    String jvm = options.contains("-jvm") ? args[options.indexOf("-jvm") + 1] : "java";
    String json = json(parameters, jvm);
    misbehave(jar, parameters, result, json);
    System.out.println("# Warmup Iteration   1: 120.000 ms/op\nIteration   1: 60.000 ms/op");
    Files.writeString(result, json);
  }

  private static void misbehave(Path jar, Map<String, String> parameters, Path result, String json)
      throws IOException, InterruptedException {
    Path file = jar.resolveSibling("misbehave");
    if (!Files.exists(file)) {
      return;
    }
    List<String> order = List.of(Files.readString(file).strip().split(" "));
    if (!parameters.values().containsAll(order.subList(1, order.size()))) {
      return;
    }
    switch (order.get(0)) {
      case "fail" -> {
        System.out.println("connection refused");
        System.exit(1);
      }
      case "lock" -> {
        System.out.println("ERROR: Unable to acquire the JMH lock (/tmp/jmh.lock): already taken");
        System.exit(1);
      }
      case "reconnect" -> {
        Files.writeString(
            result,
            json.replaceFirst(
                "\"connections\" : \\{\"rawData\" : \\[\\[0.0",
                "\"connections\" : {\"rawData\" : [[3.0"));
        System.exit(0);
      }
      case "rebuild" -> {
        Path copy = Files.copy(jar, jar.resolveSibling("copy"));
        Files.write(copy, new byte[] {0}, StandardOpenOption.APPEND);
        Files.move(copy, jar, StandardCopyOption.REPLACE_EXISTING);
        Files.writeString(result, json);
        System.exit(0);
      }
      case "vanish" -> {
        Files.delete(jar);
        Files.writeString(result, json);
        System.exit(0);
      }
      case "truncate" -> {
        Files.writeString(result, json.substring(0, json.length() / 2));
        System.exit(0);
      }
      case "unwritable" -> {
        // What was a folder is none any more.
        Path rounds = result.getParent();
        Files.move(rounds, rounds.resolveSibling("moved"));
        Files.writeString(rounds, "");
        System.exit(0);
      }
      case "hang" -> {
        // A fork of the fork, as JMH has one.
        Process fork = new ProcessBuilder(
                ProcessHandle.current().info().command().orElseThrow(),
                "-cp",
                jar.toString(),
                Sleep.class.getName())
            .start();
        Files.writeString(
            jar.resolveSibling("pids"), ProcessHandle.current().pid() + " " + fork.pid() + "\n");
        fork.waitFor();
      }
      default -> throw new IllegalArgumentException(order.get(0));
    }
  }

  private static String json(Map<String, String> parameters, String jvm) {
    boolean reuse = parameters.get("reuse").equals("on");
    double millis = (reuse ? 60 : 100) + System.nanoTime() % 1_000_000 / 1e6;
    List<String> entries = new ArrayList<>();
    parameters.forEach((name, value) -> entries.add("\"" + name + "\" : \"" + value + "\""));
    return """
        [{
          "jmhVersion" : "1.37", "benchmark" : "fake.EchoBenchmark.call", "mode" : "ss",
          "threads" : 1, "forks" : 1, "jvm" : "%s", "jvmArgs" : [], "warmupIterations" : 1,
          "measurementIterations" : 1, "params" : {%s},
          "primaryMetric" : {"score" : %s, "scoreUnit" : "ms/op", "rawData" : [[%s]]},
          "secondaryMetrics" : {
            "connections" : {"rawData" : [[%s]]}, "requests" : {"rawData" : [[10.0]]}
          }
        }]
        """.formatted(jvm, String.join(", ", entries), millis, millis, reuse ? "0.0" : "10.0");
  }

  /** Keeps every core busy, longer than any test. */
  public static final class Spin {

    private Spin() {}

    /** Spins. */
    public static void main(String[] args) throws InterruptedException {
      for (int i = 0; i < Runtime.getRuntime().availableProcessors(); i++) {
        Thread thread = new Thread(() -> {
          while (true) {
            Thread.onSpinWait();
          }
        });
        thread.setDaemon(true);
        thread.start();
      }
      Thread.sleep(120_000);
    }
  }

  /** Sleeps longer than any test. */
  public static final class Sleep {

    private Sleep() {}

    /** Sleeps. */
    public static void main(String[] args) throws InterruptedException {
      Thread.sleep(120_000);
    }
  }
}
