package dev.poolmark.jmh;

import dev.poolmark.clients.ServicePreset;
import dev.poolmark.jmh.Arrivals.Clock;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;
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
import org.openjdk.jmh.annotations.Warmup;

/**
 * An open loop: GETs of 2 KiB start {@code rate} times a second for {@code seconds} seconds, whether or not earlier ones
 * have ended. The {@link Latencies} are the result, timed from each call's intended start; the score is only how long the
 * loop ran. Varies: the client, the arm, the profile, the rate. Does not measure: arrivals in bursts.
 *
 * <pre>java -jar jmh/target/benchmarks.jar OpenLoopBenchmark -p client=okhttp -p rate=50,200 -foe true</pre>
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.SingleShotTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 1)
@Measurement(iterations = 2)
@Fork(value = 5, jvmArgsAppend = ClientState.COLLECTOR)
public class OpenLoopBenchmark {
  private static final int CALLS_IN_WARM_UP = 20;

  /** Calls started per second. */
  @Param("100")
  public int rate;

  /** How long calls are started, in seconds. */
  @Param("5")
  public int seconds;

  /** Warms up and starts the service. */
  @Setup(Level.Trial)
  public void open(ClientState state) throws Exception {
    state.open(
        services -> arrive(services, CALLS_IN_WARM_UP, 0),
        1,
        List.of(ServicePreset.SHARED::config));
  }

  /** Runs the loop. */
  @Benchmark
  public void arrive(ClientCosts costs) throws Exception {
    Latencies.record(arrive(costs.services(), rate * seconds, TimeUnit.SECONDS.toNanos(1) / rate));
  }

  private static Histogram arrive(List<Service> services, int calls, long intervalNanos)
      throws Exception {
    return Arrivals.run(calls, intervalNanos, Clock.SYSTEM, services.get(0)::callAsync);
  }
}
