package dev.poolmark.jmh;

import dev.poolmark.clients.ServicePreset;
import java.util.Arrays;
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
 * Background indexing: each of {@code documents} goes through three services, one after another, and each service gets
 * what the one before returned. Every service has its own server, and a client with that service's preset. A document is
 * a POST of 2 KiB. The score is the time of all documents. Varies: the client, the arm, the profile. Does not measure:
 * documents in parallel.
 *
 * <pre>java -jar jmh/target/benchmarks.jar IndexingBenchmark -p client=okhttp -foe true</pre>
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.SingleShotTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 1)
@Measurement(iterations = 5)
@Fork(value = 5, jvmArgsAppend = ClientState.COLLECTOR)
public class IndexingBenchmark {
  private static final int DOCUMENT_BYTES = 2048;

  /** Documents in a batch: 100 in the source design. */
  @Param("100")
  public int documents;

  /** Warms up and starts the services. */
  @Setup(Level.Trial)
  public void open(ClientState state) throws Exception {
    state.open(
        this::batch,
        3 * documents,
        List.of(
            ServicePreset.ENTITY_EXTRACTOR::config,
            ServicePreset.LANG_EXTRACT::config,
            ServicePreset.FRESHNESS_DATABASE::config));
  }

  /** Indexes one batch. */
  @Benchmark
  public void index(ServerCounts counts) throws Exception {
    batch(counts.services());
  }

  private void batch(List<Service> services) throws Exception {
    for (int i = 0; i < documents; i++) {
      byte[] original = new byte[DOCUMENT_BYTES];
      Arrays.fill(original, (byte) i);
      byte[] document = original;
      for (Service service : services) {
        document = service.process(document);
      }
      if (!Arrays.equals(original, document)) {
        throw new IllegalStateException("document must come back as it was sent: number " + i);
      }
    }
  }
}
