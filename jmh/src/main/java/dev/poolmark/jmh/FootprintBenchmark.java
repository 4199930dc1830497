package dev.poolmark.jmh;

import dev.poolmark.clients.ClientConfig;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
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
 * {@code concurrency} GETs at once, to a service slow enough for all of them to be in flight together. The results are
 * gauges: {@code underWayMillis}, the time until the server has all calls; {@code filesInFlight} and {@code
 * bytesInFlight}, the client's {@link Footprint} at that moment; {@code filesAtRest} and {@code bytesAtRest}, the same
 * after the last response. Ignore the score: it includes the service time. Varies: the client, the arm. Does not measure:
 * thread stacks, or what the operating system keeps for a connection.
 *
 * <pre>java -jar jmh/target/benchmarks.jar FootprintBenchmark -p client=okhttp -p profile=tls=1.2+service-time=2s \
 *     -foe true</pre>
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.SingleShotTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 1)
@Measurement(iterations = 1)
@Fork(value = 5, jvmArgsAppend = ClientState.COLLECTOR)
public class FootprintBenchmark {
  private static final long LOOK_MILLIS = 2;

  /** Concurrent calls; also the pool's limit on connections, open and idle. */
  @Param("100")
  public int concurrency;

  /**
   * How long to wait until the client of the warm-up has released what it held, in milliseconds. Before JDK 21 the JDK
   * client takes up to 3 s after the collector has found it unused.
   */
  @Param("4000")
  public int settleMillis;

  private final ExecutorService caller = Executors.newSingleThreadExecutor();
  private Callers callers;
  private Footprint before;

  /** Warms up, starts the service and takes the footprint to start from. */
  @Setup(Level.Trial)
  public void open(ClientState state) throws Exception {
    callers = Callers.of("platform", concurrency);
    state.open(
        services -> callers.call(services.get(0), concurrency),
        1,
        List.of(() ->
            ClientConfig.builder().maxConnections(concurrency).maxIdleConnections(concurrency)));
    // Opens the connection that asks for the counts, which is not the client's.
    state.services().get(0).server().stats();
    System.gc();
    Thread.sleep(settleMillis);
    before = Footprint.now();
  }

  /** Makes the calls. */
  @Benchmark
  public void call(ClientState state, ServerCounts counts) throws Exception {
    Service service = counts.services().get(0);
    long start = System.nanoTime();
    Future<?> calls = caller.submit(() -> {
      callers.call(service, concurrency);
      return null;
    });
    while (service.server().stats().requestsInFlight() < concurrency) {
      if (calls.isDone()) {
        calls.get();
        throw new IllegalStateException("profile must have a service-time so long that all "
            + concurrency + " calls are in flight at once: " + state.profile);
      }
      Thread.sleep(LOOK_MILLIS);
    }
    GaugeProfiler.mean("underWayMillis", (System.nanoTime() - start) / 1e6, "ms");
    Footprint.now().record("InFlight", before);
    calls.get();
    Footprint.now().record("AtRest", before);
  }

  /** Ends the threads. */
  @TearDown(Level.Trial)
  public void close() {
    callers.close();
    caller.shutdown();
  }
}
