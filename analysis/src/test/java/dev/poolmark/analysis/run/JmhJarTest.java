package dev.poolmark.analysis.run;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
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
}
