package dev.poolmark.jmh;

import dev.poolmark.clients.ServicePreset;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
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
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * One thread makes {@code calls} GETs and pauses before each, while the server or the network drops connections as the
 * profile says: {@code idle-timeout=100ms+ending=rst}, {@code nat-timeout=100ms}, {@code
 * requests-per-connection=1+ending=fin}. {@link Outcomes} count the calls that failed, with an exception or with no
 * response within {@code patienceMillis}; {@link Latencies} are the times of all calls. Ignore the score: it includes the
 * pauses. Varies: the client, its settings and idle timeout, the profile. Does not measure: retries by a {@code
 * ResilientClient}.
 *
 * <pre>java -jar jmh/target/benchmarks.jar StaleBenchmark -p client=okhttp -p reuse=pooled \
 *     -p profile=idle-timeout=100ms+ending=rst -foe true</pre>
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.SingleShotTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 1)
@Measurement(iterations = 2)
@Fork(value = 5, jvmArgsAppend = ClientState.COLLECTOR)
public class StaleBenchmark {
  private static final long MICROS_IN_A_MINUTE = TimeUnit.MINUTES.toMicros(1);

  /** Calls in a batch. */
  @Param("20")
  public int calls;

  /** Pause before each call, in milliseconds. */
  @Param("150")
  public int pauseMillis;

  /** Longest wait for a response, in milliseconds. */
  @Param("1000")
  public int patienceMillis;

  /** The idle timeout of a client with our settings, in milliseconds. */
  @Param("60000")
  public int idleTimeoutMillis;

  private final Patience patience = new Patience();

  /** Warms up and starts the service. */
  @Setup(Level.Trial)
  public void open(ClientState state) throws Exception {
    state.open(
        services -> call(services.get(0), new Histogram(3)),
        1,
        List.of(
            () -> ServicePreset.SHARED.config().idleTimeout(Duration.ofMillis(idleTimeoutMillis))));
  }

  /** Makes one batch. */
  @Benchmark
  public void call(ServerCounts counts, Outcomes outcomes) throws Exception {
    Histogram micros = new Histogram(1, MICROS_IN_A_MINUTE, 3);
    for (int i = 0; i < calls; i++) {
      Thread.sleep(pauseMillis);
      outcomes.calls++;
      if (!call(counts.services().get(0), micros)) {
        outcomes.failedCalls++;
      }
    }
    Latencies.record(micros);
  }

  /** Whether there was a response. */
  private boolean call(Service service, Histogram micros) throws InterruptedException {
    long start = System.nanoTime();
    try {
      patience.call(service::call, patienceMillis);
      return true;
    } catch (ExecutionException | TimeoutException e) {
      return false;
    } finally {
      micros.recordValue(TimeUnit.NANOSECONDS.toMicros(System.nanoTime() - start));
    }
  }

  /** Ends the threads. */
  @TearDown(Level.Trial)
  public void close() {
    patience.close();
  }
}
