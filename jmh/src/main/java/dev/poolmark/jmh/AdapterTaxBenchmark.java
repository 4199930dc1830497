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
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * What an adapter adds to a library: GETs over an open connection, one after another at full speed. {@code
 * settings=direct} calls the library as its documentation shows, with the same timeouts where it has them; {@code
 * settings=tuned} calls it through its adapter, and {@code settings=watched} has meters, events and live page on. Each
 * takes turns with calls of the {@code reference}, by default the library alone, and {@link Turns} compare the two, so that a machine that changes its speed changes both. Ignore the score, which mixes
 * them. Varies: the client, {@code settings}, the profile, which should have no delays, and the number of threads ({@code
 * -t 16}). Does not measure: pooling, or one client against another; on two cores most of a call is spent waking threads.
 * {@code -prof gc} adds the bytes allocated per call, the mean of both kinds of call, with the server's if it is in the
 * same JVM.
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

  /** What the calls take turns with: {@code direct}, the library alone, or {@code tuned}, the adapter unwatched. */
  @Param("direct")
  public String reference;

  /** Warms up and starts the services: the one under test and the reference. */
  @Setup(Level.Trial)
  public void open(ClientState state) throws Exception {
    Supplier<ClientConfig.Builder> limits =
        () -> ClientConfig.builder().maxConnections(CONNECTIONS).maxIdleConnections(CONNECTIONS);
    state.open(services -> services.get(0).call(), 1, List.of(limits));
    state.add(reference, limits);
    for (Service service : state.services()) {
      service.call();
    }
  }

  /** Makes one call. */
  @Benchmark
  public byte[] call(ClientCosts costs, Turns turns) throws Exception {
    long start = System.nanoTime();
    boolean reference = turns.isReferences(start);
    byte[] body = costs.services().get(reference ? 1 : 0).call();
    turns.took(reference, start, System.nanoTime());
    return body;
  }
}
