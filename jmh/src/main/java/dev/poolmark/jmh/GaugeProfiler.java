package dev.poolmark.jmh;

import java.util.Collection;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.openjdk.jmh.infra.BenchmarkParams;
import org.openjdk.jmh.infra.IterationParams;
import org.openjdk.jmh.profile.InternalProfiler;
import org.openjdk.jmh.results.AggregationPolicy;
import org.openjdk.jmh.results.IterationResult;
import org.openjdk.jmh.results.ScalarResult;

/**
 * Reports the gauges of a benchmark: percentiles, peaks, memory, and whatever else must not be added up. JMH sums {@link
 * org.openjdk.jmh.annotations.AuxCounters} over threads and iterations; a profiler chooses the aggregation. Benchmarks
 * and their states {@linkplain #mean record} a gauge in the fork's JVM, where JMH creates the profiler itself, which is
 * why what is recorded is static. {@link Main} adds the profiler to every run; without it the gauges are missing, and
 * the counts and scores are the same. Thread-safe.
 */
public final class GaugeProfiler implements InternalProfiler {
  private static final Queue<ScalarResult> RECORDED = new ConcurrentLinkedQueue<>();

  /** Records a gauge of this iteration, of which JMH reports the mean over threads, iterations and forks. */
  static void mean(String name, Number value, String unit) {
    RECORDED.add(new ScalarResult(name, value.doubleValue(), unit, AggregationPolicy.AVG));
  }

  /** Records a peak of this iteration, of which JMH reports the largest over threads, iterations and forks. */
  static void max(String name, Number value, String unit) {
    RECORDED.add(new ScalarResult(name, value.doubleValue(), unit, AggregationPolicy.MAX));
  }

  @Override
  public String getDescription() {
    return "Gauges that the benchmarks record: percentiles, peaks, memory";
  }

  @Override
  public void beforeIteration(BenchmarkParams benchmark, IterationParams iteration) {
    RECORDED.clear();
  }

  /** Called after every thread has torn the iteration down. */
  @Override
  public Collection<ScalarResult> afterIteration(
      BenchmarkParams benchmark, IterationParams iteration, IterationResult result) {
    return List.copyOf(RECORDED);
  }
}
