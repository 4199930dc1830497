package dev.poolmark.analysis;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Large input in a JVM with 512 MB. It asserts what comes out, not how long it takes; {@code analysis/README.md} has
 * the command that measures the time.
 */
@Timeout(300)
class LargeStudyTest {

  private static final int MAX_HTML_BYTES = 2 << 20;

  private static final String STUDY = """
      name: large
      question: How large may a study be?
      benchmarks: {call: {benchmark: x.CallBenchmark}}
      parameters: {size: [SIZES]}
      arms: {parameter: reuse, baseline: {value: none}, candidate: {value: pooled}}
      rounds: 2
      seed: 1
      target: {minPercent: 30, maxPercent: 50}
      confidence: 0.95
      """;

  private static final String ENVIRONMENT = """
      {"poolmark": "0", "date": "2026-11-25T00:00:00Z", "jar": {"path": "x.jar", "sha256": "0"},
       "cpu": {"model": "x", "cores": 2}, "memoryBytes": 1, "os": "x", "kernel": "x",
       "jdk": {"version": "17", "vendor": "x", "vm": "x"}, "loadAverageBefore": 0}
      """;

  private static final String ROUND = """
      [{
        "jmhVersion" : "1.37", "benchmark" : "x.CallBenchmark.call", "mode" : "MODE",
        "threads" : 1, "forks" : 1, "jvm" : "java", "jvmArgs" : [ ],
        "warmupIterations" : 1, "measurementIterations" : 1,
        "params" : {"size" : "SIZE", "reuse" : "ARM"},
        "primaryMetric" : {"score" : SCORE, "scoreError" : "NaN", "scoreUnit" : "ms/op", RAW},
        "secondaryMetrics" : {}
      }]
      """;

  @TempDir
  private Path dir;

  @BeforeEach
  void makeFolder() throws IOException {
    Files.createDirectory(dir.resolve("rounds"));
    Files.writeString(dir.resolve("environment.json"), ENVIRONMENT);
  }

  @Test
  void twoThousandCells() throws Exception {
    int cells = 2000;
    writeStudy(cells);
    Random random = new Random(20261125);
    for (int size = 1; size <= cells; size++) {
      for (String arm : new String[] {"none", "pooled"}) {
        for (int round = 1; round <= 2; round++) {
          double millis = (arm.equals("none") ? 50 : 30) * (1 + 0.01 * random.nextGaussian());
          write(round, size, arm, "ss", millis, "\"rawData\" : [[" + millis + "]]");
        }
      }
    }
    // One arm is missing altogether: its cell must be seen.
    Files.delete(dir.resolve("rounds").resolve("01-call-7-pooled.json"));
    Files.delete(dir.resolve("rounds").resolve("02-call-7-pooled.json"));

    assertThat(report()).isEqualTo(0);
    assertThat(dir.resolve("cells.csv")).content().hasLineCount(cells + 1);
    assertThat(dir.resolve("forks.csv")).content().hasLineCount(4 * cells - 2 + 1);
    assertThat(Files.size(dir.resolve("report.html"))).isLessThan(MAX_HTML_BYTES);
    assertThat(dir.resolve("report.html"))
        .content()
        .contains(
            "2 forks missing", "round 1: call 7 pooled: not run", "of 2000 cells", "<td>2000");
  }

  @Test
  void aMillionSamples() throws Exception {
    writeStudy(1);
    String samples = IntStream.range(0, 1_000_000)
        .mapToObj(i -> "[" + (30 + i * 1e-6) + ",1]")
        .collect(Collectors.joining(",", "\"rawDataHistogram\" : [[[", "]]]"));
    for (int round = 1; round <= 2; round++) {
      write(round, 1, "none", "sample", 50 + round, samples);
      write(round, 1, "pooled", "sample", 30 + round, samples);
    }

    assertThat(report()).isEqualTo(0);
    assertThat(dir.resolve("forks.csv")).content().hasLineCount(5).contains(",31.0,");
  }

  private void writeStudy(int cells) throws IOException {
    String sizes =
        IntStream.rangeClosed(1, cells).mapToObj(String::valueOf).collect(Collectors.joining(", "));
    Files.writeString(dir.resolve("study.yaml"), STUDY.replace("SIZES", sizes));
  }

  private void write(int round, int size, String arm, String mode, double millis, String raw)
      throws IOException {
    Files.writeString(
        dir.resolve("rounds")
            .resolve(String.format(Locale.ROOT, "%02d-call-%d-%s.json", round, size, arm)),
        ROUND
            .replace("MODE", mode)
            .replace("SIZE", String.valueOf(size))
            .replace("ARM", arm)
            .replace("SCORE", String.valueOf(millis))
            .replace("RAW", raw));
  }

  private int report() throws IOException, InterruptedException {
    Path log = dir.resolve("log");
    int status = new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-Xmx512m",
            "-cp",
            System.getProperty("java.class.path"),
            Poolmark.class.getName(),
            "report",
            dir.toString())
        .redirectErrorStream(true)
        .redirectOutput(log.toFile())
        .start()
        .waitFor();
    assertThat(Files.readString(log, StandardCharsets.UTF_8)).contains("Written: ");
    return status;
  }
}
