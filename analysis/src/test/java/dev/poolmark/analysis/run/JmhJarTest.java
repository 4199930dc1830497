package dev.poolmark.analysis.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.poolmark.analysis.draft.StudyDraft;
import dev.poolmark.analysis.draft.Workload;
import dev.poolmark.analysis.study.InputException;
import dev.poolmark.analysis.study.Studies;
import dev.poolmark.analysis.study.Study;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class JmhJarTest {

  /** What JMH 1.37 prints. */
  private static final String LISTING = """
      Picked up JAVA_TOOL_OPTIONS: -Xmx1g
      Benchmarks:
      x.SeqBenchmark.other
        param "reuse" = {connection-per-request, pooled}
        param "requests" = {10}
      x.SeqBenchmark.sequential
      """;

  @Test
  void readsTheListing() {
    assertThat(JmhJar.parse(LISTING))
        .isEqualTo(Map.of(
            "x.SeqBenchmark.other",
            Map.of("reuse", List.of("connection-per-request", "pooled"), "requests", List.of("10")),
            "x.SeqBenchmark.sequential",
            Map.of()));
  }

  @Test
  void findsNothingInOtherOutput() {
    assertThat(JmhJar.parse("Error: Unable to access jarfile\n")).isEmpty();
    assertThat(JmhJar.parse("")).isEmpty();
  }

  private static Stream<Study> builtIn() {
    return Studies.builtIn().stream()
        .flatMap(study -> Stream.concat(Stream.of(study), study.fullForm().stream()));
  }

  private static Stream<Study> drafts() throws InputException {
    List<Study> drafts = new ArrayList<>();
    for (int concurrency : new int[] {1, 30}) {
      Workload workload = Workload.parse(
          "12ms", "lognormal:40ms:0.5", "1.3", "on", "8KiB", concurrency, List.of("jetty", "jdk"));
      drafts.add(new StudyDraft("draft", workload, List.of()).study());
    }
    return drafts.stream();
  }

  /** In a whole build the modules stand in such an order that the jar is there. */
  @Test
  void theBenchmarksCanRunEveryStudy() throws Exception {
    Path jar = Path.of("..", Studies.open("quick").design().jar());
    assumeTrue(Files.exists(jar), jar + " is not built: mvn package -pl jmh -am");
    JmhJar benchmarks = JmhJar.open(jar, List.of());

    assertThat(Stream.concat(builtIn(), drafts()))
        .hasSizeGreaterThan(16)
        .allSatisfy(benchmarks::check);
  }
}
