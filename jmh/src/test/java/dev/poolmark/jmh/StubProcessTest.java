package dev.poolmark.jmh;

import static org.assertj.core.api.Assertions.assertThat;

import dev.poolmark.stub.control.StubMain;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;
import org.junit.jupiter.api.io.TempDir;

/** The benchmarks' command line against a stub in a process of its own, as the studies run it. */
@Timeout(value = 180, threadMode = ThreadMode.SEPARATE_THREAD)
class StubProcessTest {
  private static final Pattern STUBS = Pattern.compile("\"stubs\":\"([^\"]+)\"");
  private static final long MAX_SECONDS = 120;

  @TempDir
  private Path dir;

  @Test
  void theForkCallsTheProcessAndReadsItsCounts() throws Exception {
    String result = run("IndexingBenchmark -p reuse=connection-per-request -p documents=2"
        + " -p profile=rtt=0ms+tls=1.3");
    assertThat(scores(result, "connections")).containsExactly(6.0);
    assertThat(scores(result, "serverBusyPercent")).hasSize(1);
  }

  @Test
  void anIterationsCostsToTheForkAreCounted() throws Exception {
    String result = run("SequentialBenchmark -p reuse=pooled -p requests=3 -p profile=rtt=0ms");
    boolean linux = System.getProperty("os.name").equals("Linux");
    assertThat(scores(result, "requests")).containsExactly(3.0);
    assertThat(scores(result, "cpuMicros")).hasSize(1);
    assertThat(scores(result, "residentBytes"))
        .hasSize(linux ? 1 : 0)
        .allSatisfy(bytes -> assertThat(bytes).isBetween(20e6, 4e9));
  }

  /** The JVM may open a few more files, when it first needs them. */
  @Test
  void theFootprintIsTakenWhileCallsAreInFlightAndAfter() throws Exception {
    String result = run("FootprintBenchmark -p reuse=connection-per-request,pooled"
        + " -p concurrency=9 -p settleMillis=0 -p profile=service-time=1500ms+tls=1.3");
    assertThat(scores(result, "connections")).containsExactly(9.0, 0.0);
    assertThat(scores(result, "filesInFlight"))
        .hasSize(2)
        .allSatisfy(files -> assertThat(files).isBetween(9.0, 17.0));
    assertThat(scores(result, "filesAtRest").get(0)).as("without a pool").isLessThan(9);
    assertThat(scores(result, "filesAtRest").get(1)).as("pooled").isBetween(9.0, 17.0);
    // A JVM's heap varies by a megabyte or so, as much as nine calls hold.
    assertThat(scores(result, "bytesInFlight"))
        .hasSize(2)
        .allSatisfy(bytes -> assertThat(bytes).isBetween(-5e6, 50e6));
    assertThat(scores(result, "underWayMillis")).hasSize(2).allMatch(millis -> millis > 0);
  }

  /** Runs a benchmark; the result file that JMH wrote. */
  private String run(String options) throws Exception {
    Path result = dir.resolve("result.json");
    Path output = dir.resolve("output.txt");
    Process stub = java(StubMain.class, "--end-with-input").start();
    ProcessBuilder benchmark = java(
            Main.class,
            (options + " -p client=okhttp -p warmUpSeconds=0 -wi 1 -i 1 -f 1 -foe true"
                    + " -rf json -rff " + result)
                .split(" "))
        .redirectErrorStream(true)
        .redirectOutput(output.toFile());
    try {
      Matcher ready = STUBS.matcher(stub.inputReader().readLine());
      assertThat(ready.find()).isTrue();
      benchmark.environment().put(Service.STUBS, ready.group(1));
      Process run = benchmark.start();
      try {
        assertThat(run.waitFor(MAX_SECONDS, TimeUnit.SECONDS))
            .as("ends in time")
            .isTrue();
        assertThat(run.exitValue()).as(Files.readString(output)).isZero();
      } finally {
        run.destroyForcibly();
      }
      return Files.readString(result);
    } finally {
      stub.destroyForcibly();
    }
  }

  /** A metric's scores, in the order of the results. */
  private static List<Double> scores(String result, String metric) {
    return Pattern.compile('"' + metric + "\" : \\{\\s+\"score\" : (-?[0-9.E]+)")
        .matcher(result)
        .results()
        .map(score -> Double.valueOf(score.group(1)))
        .toList();
  }

  private static ProcessBuilder java(Class<?> main, String... arguments) {
    List<String> command = new ArrayList<>(List.of(
        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
        "-cp",
        System.getProperty("java.class.path"),
        main.getName()));
    command.addAll(List.of(arguments));
    return new ProcessBuilder(command);
  }
}
