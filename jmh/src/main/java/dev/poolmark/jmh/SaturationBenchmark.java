package dev.poolmark.jmh;

import dev.poolmark.clients.ClientConfig;
import dev.poolmark.clients.Sizing;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
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
 * More callers than the service can work on at once: the score is the time of {@code calls} calls by {@code callers}
 * threads, each of which calls again as soon as it is answered. Each iteration opens a new client, which has {@code
 * settleMillis} of the same load to find its limit. Varies: the client, the profile, which must have {@code
 * max-concurrent}, and the limit on connections in use. Does not measure: the time of single calls.
 *
 * <pre>java -jar jmh/target/benchmarks.jar SaturationBenchmark -p client=okhttp -p reuse=pooled
 * -p profile=service-time=20ms+max-concurrent=5 -foe true</pre>
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.SingleShotTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 1)
@Measurement(iterations = 2)
@Fork(value = 5, jvmArgsAppend = ClientState.COLLECTOR)
public class SaturationBenchmark {
  private static final int CALLS_IN_WARM_UP = 20;

  /**
   * {@code best}: as many connections in use as the service can work on; {@code all}: as many as there are callers;
   * {@code adaptive}: what the client finds between one and all.
   */
  @Param({"best", "all", "adaptive"})
  public String limit;

  /** Threads that call. */
  @Param("50")
  public int callers;

  /** Calls that are measured. */
  @Param("2000")
  public int calls;

  /** How long the load lasts before it is measured, in milliseconds. */
  @Param("2000")
  public int settleMillis;

  private Callers threads;

  /** Warms up and starts the service. */
  @Setup(Level.Trial)
  public void open(ClientState state) throws Exception {
    int capacity = Profile.parse(state.profile).stub().service().maxConcurrent();
    if (capacity < 1 || capacity > callers) {
      throw new IllegalArgumentException("profile must have a max-concurrent from 1 to callers ("
          + callers + "): " + state.profile);
    }
    ClientConfig.Builder config = config(capacity);
    threads = Callers.of("platform", callers);
    state.open(
        services -> call(services.get(0), (long) CALLS_IN_WARM_UP * callers, Duration.ofMinutes(1)),
        1,
        List.of(() -> config));
  }

  private ClientConfig.Builder config(int capacity) {
    ClientConfig.Builder all =
        ClientConfig.builder().maxConnections(callers).maxIdleConnections(callers);
    return switch (limit) {
      case "best" -> all.maxConnections(capacity).maxIdleConnections(capacity);
      case "all" -> all;
      case "adaptive" -> all.sizing(Sizing.ADAPTIVE);
      default ->
        throw new IllegalArgumentException("limit must be best, all or adaptive: " + limit);
    };
  }

  /** Opens a new client, which gets the load before it is measured. */
  @Setup(Level.Iteration)
  public void settle(ClientState state) throws Exception {
    Service service = state.services().get(0);
    service.reopen();
    call(service, Long.MAX_VALUE, Duration.ofMillis(settleMillis));
    service.server().resetStats();
  }

  /** Calls on all threads until the calls have begun, or until the time is over. */
  private void call(Service service, long count, Duration atMost) throws Exception {
    AtomicLong begun = new AtomicLong();
    long start = System.nanoTime();
    threads.run(callers, () -> {
      while (begun.getAndIncrement() < count && System.nanoTime() - start < atMost.toNanos()) {
        service.call();
      }
      return null;
    });
  }

  /** Ends the threads. */
  @TearDown(Level.Trial)
  public void close() {
    threads.close();
  }

  /** Makes the calls. */
  @Benchmark
  public void call(ServerCounts counts) throws Exception {
    call(counts.services().get(0), calls, Duration.ofMinutes(10));
  }
}
