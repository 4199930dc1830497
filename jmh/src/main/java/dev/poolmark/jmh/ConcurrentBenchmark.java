package dev.poolmark.jmh;

import dev.poolmark.clients.ServicePreset;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Callable;
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
 * {@code concurrency} threads make one GET of 2 KiB each, all at once; the score is the time until the last has its
 * response. Varies: the client, the arm, the profile. The server's peak of requests in flight shows that they were at
 * once. Does not measure: a pool that is smaller than the demand, or a sustained load.
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
  /** Requests at once; the source design has 20. */
  @Param("20")
  public int concurrency;

  private ExecutorService threads;

  @Setup(Level.Trial)
  public void open(ClientState state) throws Exception {
    threads = Executors.newFixedThreadPool(concurrency);
    state.open(this::batch, 1, ServicePreset.SHARED);
  }

  @TearDown(Level.Trial)
  public void close() {
    threads.shutdown();
  }

  /** The batch. The counts are an argument so that JMH reads them. */
  @Benchmark
  public void call(ClientState state, ServerCounts counts) throws Exception {
    batch(state.services());
  }

  private void batch(List<Service> services) throws Exception {
    Callable<byte[]> call = services.get(0)::call;
    for (Future<byte[]> response : threads.invokeAll(Collections.nCopies(concurrency, call))) {
      response.get(); // throws what the call has thrown
    }
  }
}
