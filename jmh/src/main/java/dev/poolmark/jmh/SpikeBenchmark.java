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
 * A client that has made {@code before} calls at once, and so holds as many connections, gets {@code burst} calls at
 * once; the score is the time until the last has its response. With {@code before=0} and {@code burst=1} it is the first
 * call of a client. Each iteration has a client of its own. Varies: the client, the profile, both numbers. Does not
 * measure: traffic that lasts.
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
  /** Calls at once before the spike. */
  @Param({"1", "50"})
  public int before;

  /** Calls at once in the spike, and most connections of the pool, in use and idle. */
  @Param("50")
  public int burst;

  private Callers callers;

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

  /** A new client, and what it does before the spike. That is not counted. */
  @Setup(Level.Iteration)
  public void prepare(ClientState state) throws Exception {
    prepare(state.services().get(0));
    state.services().get(0).server().resetStats();
  }

  private void prepare(Service service) throws Exception {
    service.reopen();
    callers.call(service, before);
  }

  @TearDown(Level.Trial)
  public void close() {
    callers.close();
  }

  /** The spike. The counts are an argument so that JMH reads them. */
  @Benchmark
  public void spike(ClientState state, ServerCounts counts) throws Exception {
    callers.call(state.services().get(0), burst);
  }
}
