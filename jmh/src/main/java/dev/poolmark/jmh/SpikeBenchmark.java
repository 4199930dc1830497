package dev.poolmark.jmh;

import dev.poolmark.clients.ClientConfig;
import java.util.List;
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
 * A client that holds {@code before} connections, left by as many concurrent calls, gets {@code burst} calls at once; the
 * score is the time until the last has its response. With {@code before=0} and {@code burst=1} it is a client's first
 * call. Each iteration opens a new client. Varies: the client, the profile, both numbers. Does not measure: sustained
 * traffic.
 *
 * <pre>java -jar jmh/target/benchmarks.jar SpikeBenchmark -p client=okhttp -p reuse=pooled -foe true</pre>
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.SingleShotTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 1)
@Measurement(iterations = 5)
@Fork(value = 5, jvmArgsAppend = ClientState.COLLECTOR)
public class SpikeBenchmark {
  /** Concurrent calls before the spike. */
  @Param({"1", "50"})
  public int before;

  /** Concurrent calls in the spike; also the pool's limit on connections, open and idle. */
  @Param("50")
  public int burst;

  private Callers callers;

  /** Warms up and starts the service. */
  @Setup(Level.Trial)
  public void open(ClientState state) throws Exception {
    if (before > burst) {
      throw new IllegalArgumentException("before must be <= burst (" + burst + "): " + before);
    }
    callers = Callers.of("platform", burst);
    state.open(
        services -> {
          prepare(services.get(0));
          callers.call(services.get(0), burst);
        },
        1,
        List.of(() -> ClientConfig.builder().maxConnections(burst).maxIdleConnections(burst)));
  }

  /** Opens a new client and makes the calls before the spike, which are not counted. */
  @Setup(Level.Iteration)
  public void prepare(ClientState state) throws Exception {
    prepare(state.services().get(0));
    state.services().get(0).server().resetStats();
  }

  private void prepare(Service service) throws Exception {
    service.reopen();
    callers.call(service, before);
  }

  /** Ends the threads. */
  @TearDown(Level.Trial)
  public void close() {
    callers.close();
  }

  /** Makes the calls of the spike. */
  @Benchmark
  public void spike(ServerCounts counts) throws Exception {
    callers.call(counts.services().get(0), burst);
  }
}
