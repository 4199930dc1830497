package dev.poolmark.jmh;

import dev.poolmark.clients.ClientConfig;
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
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * One GET over a kept connection, as fast as it goes. With {@code settings=direct,tuned} it is what the adapter costs:
 * through the library as its documentation shows it, with the same timeouts as far as it has them, and through its
 * adapter with all metrics on. In either fork the calls of {@code settings} take turns with calls of the library alone,
 * and {@link Turns} compare the two: a machine that becomes slower or faster does so for both. The score is that of both
 * together and of no use. Varies: the client, {@code settings}, the profile, which is to have no delays. Threads are
 * JMH's: {@code -t 16}. Does not measure: pooling, or one client against another; on two cores a call's time is mostly
 * that of waking threads. Bytes allocated for a call of either kind, on the mean: {@code -prof gc}, which counts those
 * of the server too if it is in the same JVM.
 *
 * <pre>java -jar jmh/target/benchmarks.jar AdapterTaxBenchmark -p client=okhttp -p settings=direct,tuned \
 *     -p reuse=pooled -p profile=body-bytes=64 -p warmUpSeconds=0 -t 1 -prof gc -foe true</pre>
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(value = 5, jvmArgsAppend = ClientState.COLLECTOR)
public class AdapterTaxBenchmark {
  private static final int CONNECTIONS = 32;

  @Setup(Level.Trial)
  public void open(ClientState state) throws Exception {
    Supplier<ClientConfig.Builder> limits =
        () -> ClientConfig.builder().maxConnections(CONNECTIONS).maxIdleConnections(CONNECTIONS);
    state.open(services -> services.get(0).call(), 1, List.of(limits));
    state.addDirect(limits);
    for (Service service : state.services()) {
      service.call();
    }
  }

  /** One call. The counts are an argument so that JMH reads them. */
  @Benchmark
  public byte[] call(ClientState state, ServerCounts counts, ClientCosts costs, Turns turns)
      throws Exception {
    long start = System.nanoTime();
    boolean reference = turns.isReferences(start);
    byte[] body = state.services().get(reference ? 1 : 0).call();
    turns.took(reference, start, System.nanoTime());
    return body;
  }
}
