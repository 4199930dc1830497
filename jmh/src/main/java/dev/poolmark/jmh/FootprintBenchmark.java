package dev.poolmark.jmh;

import dev.poolmark.clients.ClientConfig;
import dev.poolmark.jmh.Footprint.Held;
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
 * {@code concurrency} GETs at once, to a service that is slow enough for all of them to be under way together.
 * {@link Footprint} tells what the client holds then, and after the last response; the score holds the service time and
 * is of no use. Varies: the client, the arm. Does not measure: the threads' stacks, and what the system keeps of a
 * connection.
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

  /** Calls at once, and most connections of the pool, in use and idle. */
  @Param("100")
  public int concurrency;

  /**
   * How long to wait, in milliseconds, until what was held by the client that warmed up is given back. Before JDK 21 the
   * JDK's client does that up to 3 s after the collector has found it unused.
   */
  @Param("4000")
  public int settleMillis;

  private final ExecutorService caller = Executors.newSingleThreadExecutor();
  private Callers callers;
  private Held before;

  @Setup(Level.Trial)
  public void open(ClientState state) throws Exception {
    callers = Callers.of("platform", concurrency);
    state.open(
        services -> callers.call(services.get(0), concurrency),
        1,
        List.of(() ->
            ClientConfig.builder().maxConnections(concurrency).maxIdleConnections(concurrency)));
    state.services().get(0).server().stats(); // what it takes to ask is not the client's
    System.gc();
    Thread.sleep(settleMillis);
    before = Held.now();
  }

  /** The batch. Server and client counts are arguments so that JMH reads them. */
  @Benchmark
  public void call(ClientState state, ServerCounts counts, Footprint footprint) throws Exception {
    Service service = state.services().get(0);
    long start = System.nanoTime();
    Future<?> calls = caller.submit(() -> {
      callers.call(service, concurrency);
      return null;
    });
    while (service.server().stats().requestsInFlight() < concurrency) {
      if (calls.isDone()) {
        calls.get();
        throw new IllegalStateException("profile must have a service-time so long that all "
            + concurrency + " calls are under way at once: " + state.profile);
      }
      Thread.sleep(LOOK_MILLIS);
    }
    footprint.underWayMillis += (System.nanoTime() - start) / 1e6;
    footprint.inFlight(Held.now().beyond(before));
    calls.get();
    footprint.atRest(Held.now().beyond(before));
  }

  @TearDown(Level.Trial)
  public void close() {
    callers.close();
    caller.shutdown();
  }
}
