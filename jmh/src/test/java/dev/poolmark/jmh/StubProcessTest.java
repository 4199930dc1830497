package dev.poolmark.jmh;

import static org.assertj.core.api.Assertions.assertThat;

import dev.poolmark.stub.control.StubMain;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.openjdk.jmh.Main;

/** A benchmark against a stub in a process of its own, as the studies run it. */
@Timeout(60)
class StubProcessTest {
  private static final Pattern STUBS = Pattern.compile("\"stubs\":\"([^\"]+)\"");

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
  void whatAnIterationCostsTheForkIsCounted() throws Exception {
    String result = run("SequentialBenchmark -p reuse=pooled -p requests=3 -p profile=rtt=0ms");
    boolean linux = System.getProperty("os.name").equals("Linux");
    assertThat(scores(result, "cpuMicros")).hasSize(1);
    assertThat(scores(result, "residentBytes"))
        .hasSize(1)
        .allSatisfy(bytes -> assertThat(bytes).isBetween(linux ? 20e6 : 0, 4e9));
  }

  /** A few more files may be open: the JVM opens some when it needs them first. */
  @Test
  void whatCallsHoldIsCountedWhileTheyAreUnderWayAndAfter() throws Exception {
    String result = run("FootprintBenchmark -p reuse=connection-per-request,pooled"
        + " -p concurrency=9 -p settleMillis=0 -p profile=service-time=500ms+tls=1.3");
    assertThat(scores(result, "connections")).containsExactly(9.0, 0.0);
    assertThat(scores(result, "filesInFlight"))
        .hasSize(2)
        .allSatisfy(files -> assertThat(files).isBetween(9.0, 17.0));
    assertThat(scores(result, "filesAtRest").get(0)).as("without a pool").isLessThan(9);
    assertThat(scores(result, "filesAtRest").get(1)).as("pooled").isBetween(9.0, 17.0);
    assertThat(scores(result, "bytesInFlight")).hasSize(2).allMatch(bytes -> bytes > 0);
    assertThat(scores(result, "underWayMillis")).hasSize(2).allMatch(millis -> millis > 0);
  }

  /** JMH's result as it wrote it. */
  private String run(String options) throws Exception {
    Process stub = java(StubMain.class, "--end-with-input").start();
    try {
      Matcher ready = STUBS.matcher(stub.inputReader().readLine());
      assertThat(ready.find()).isTrue();
      Path result = dir.resolve("result.json");
      ProcessBuilder benchmark = java(
              Main.class,
              (options + " -p client=okhttp -p warmUpSeconds=0 -wi 1 -i 1 -f 1 -foe true"
                      + " -rf json -rff " + result)
                  .split(" "))
          .redirectErrorStream(true);
      benchmark.environment().put(Service.STUBS, ready.group(1));
      Process run = benchmark.start();
      String output = new String(run.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      assertThat(run.waitFor()).as(output).isZero();
      return Files.readString(result);
    } finally {
      stub.destroyForcibly();
    }
  }

  /** Of a counter, in the order of the results. */
  private static List<Double> scores(String result, String counter) {
    return Pattern.compile('"' + counter + "\" : \\{\\s+\"score\" : ([0-9.E]+)")
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
