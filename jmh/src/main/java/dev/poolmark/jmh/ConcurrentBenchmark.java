package dev.poolmark.jmh;

import dev.poolmark.clients.ClientConfig;
import dev.poolmark.clients.ServicePreset;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * {@code concurrency} GETs of 2 KiB start at once; the score is the time until the last has its response. The gauge
 * {@code peakRequestsInFlight} shows how many the server saw at once. Varies: the client, the arm, the profile, the size
 * of the pool, and what waits for a response: a thread, a virtual thread (JDK 21 or later) or nothing. Does not measure:
 * a sustained load.
 *
 * <pre>java -jar jmh/target/benchmarks.jar ConcurrentBenchmark -p client=okhttp -foe true</pre>
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.SingleShotTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 1)
@Measurement(iterations = 5)
@Fork(value = 5, jvmArgsAppend = ClientState.COLLECTOR)
public class ConcurrentBenchmark {
  /** Concurrent requests: 20 in the source design. */
  @Param("20")
  public int concurrency;

  /** Limit on connections, open and idle; {@code shared} stands for the source design's, 100 and 20. */
  @Param("shared")
  public String pool;

  /** What waits for a response: {@code platform} or {@code virtual} threads, or nothing ({@code async}). */
  @Param("platform")
  public String callers;

  private Callers all;

  /** Warms up and starts the service. */
  @Setup(Level.Trial)
  public void open(ClientState state) throws Exception {
    all = Callers.of(callers, concurrency);
    state.open(
        services -> all.call(services.get(0), concurrency), roundsOfCalls(), List.of(limits()));
  }

  private Supplier<ClientConfig.Builder> limits() {
    return pool.equals("shared") ? ServicePreset.SHARED::config : () -> ofSize(size());
  }

  private static ClientConfig.Builder ofSize(int connections) {
    return ClientConfig.builder().maxConnections(connections).maxIdleConnections(connections);
  }

  private int size() {
    try {
      return Integer.parseInt(pool);
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException("pool must be shared or a whole number: " + pool, e);
    }
  }

  /** How many calls share one connection, one after another. */
  private int roundsOfCalls() {
    return pool.equals("shared") ? 1 : Math.max(1, concurrency / Math.max(1, size()));
  }

  /** Ends the threads. */
  @TearDown(Level.Trial)
  public void close() {
    all.close();
  }

  /** Makes one batch. */
  @Benchmark
  public void call(ClientCosts costs) throws Exception {
    all.call(costs.services().get(0), concurrency);
  }
}
