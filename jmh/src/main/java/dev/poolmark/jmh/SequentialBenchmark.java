package dev.poolmark.jmh;

import dev.poolmark.clients.ServicePreset;
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
import org.openjdk.jmh.annotations.Warmup;

/**
 * One thread makes {@code requests} GETs of 2 KiB, one after another; the score is the time of the whole batch. Varies:
 * the client, the arm, the profile. Does not measure: contention for the pool, throughput, or the client's own cost at
 * full speed, which the simulated delays hide.
 *
 * <pre>java -jar jmh/target/benchmarks.jar SequentialBenchmark -p client=okhttp -foe true</pre>
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.SingleShotTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 1)
@Measurement(iterations = 5)
@Fork(value = 5, jvmArgsAppend = ClientState.COLLECTOR)
public class SequentialBenchmark {
  /** Requests in a batch; the source design has 50. */
  @Param("50")
  public int requests;

  /** Warms up and starts the service. */
  @Setup(Level.Trial)
  public void open(ClientState state) throws Exception {
    state.open(this::batch, requests, List.of(ServicePreset.SHARED::config));
  }

  /** Makes one batch. */
  @Benchmark
  public void call(ClientCosts costs) throws Exception {
    batch(costs.services());
  }

  private void batch(List<Service> services) throws Exception {
    Service service = services.get(0);
    for (int i = 0; i < requests; i++) {
      service.call();
    }
  }
}
