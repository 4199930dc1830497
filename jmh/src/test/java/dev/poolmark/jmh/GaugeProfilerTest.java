package dev.poolmark.jmh;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.openjdk.jmh.infra.BenchmarkParams;
import org.openjdk.jmh.infra.IterationParams;
import org.openjdk.jmh.results.BenchmarkResult;
import org.openjdk.jmh.results.IterationResult;
import org.openjdk.jmh.results.ResultRole;
import org.openjdk.jmh.results.SingleShotResult;

/** JMH's own aggregation of what the profiler reports. */
class GaugeProfilerTest {
  private static final BenchmarkParams NO_BENCHMARK = null;
  private static final IterationParams NO_ITERATION = null;

  private final GaugeProfiler profiler = new GaugeProfiler();

  @Test
  void gaugesAreNotSummedOverThreadsOrIterations() {
    GaugeProfiler.mean(
        "memory", 1e9, "B"); // recorded without a profiler, so it belongs to no iteration
    IterationResult first = iteration(2, 4);
    IterationResult second = iteration(6, 8);
    assertThat(score(first, "memory")).isEqualTo(3);
    assertThat(score(first, "peak")).isEqualTo(4);

    BenchmarkResult both = new BenchmarkResult(NO_BENCHMARK, List.of(first, second));
    assertThat(both.getSecondaryResults().get("memory").getScore()).isEqualTo(5);
    assertThat(both.getSecondaryResults().get("peak").getScore()).isEqualTo(8);
    assertThat(both.getSecondaryResults().get("peak").getScoreUnit()).isEqualTo("#");
  }

  /** An iteration in which each of two threads records both gauges. */
  private IterationResult iteration(double... threads) {
    profiler.beforeIteration(NO_BENCHMARK, NO_ITERATION);
    for (double value : threads) {
      GaugeProfiler.mean("memory", value, "B");
      GaugeProfiler.max("peak", value, "#");
    }
    IterationResult result = new IterationResult(NO_BENCHMARK, NO_ITERATION, null);
    result.addResult(new SingleShotResult(ResultRole.PRIMARY, "call", 1, 1, TimeUnit.MILLISECONDS));
    result.addResults(profiler.afterIteration(NO_BENCHMARK, NO_ITERATION, result));
    return result;
  }

  private static double score(IterationResult iteration, String gauge) {
    return iteration.getSecondaryResults().get(gauge).getScore();
  }
}
