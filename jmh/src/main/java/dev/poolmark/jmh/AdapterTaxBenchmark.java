package dev.poolmark.jmh;

import dev.poolmark.clients.ClientConfig;
import dev.poolmark.clients.ClientProvider;
import dev.poolmark.clients.PooledHttpClient;
import dev.poolmark.clients.Request;
import dev.poolmark.stub.Stub;
import dev.poolmark.stub.StubConfig;
import java.net.URI;
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
 * What the adapter costs: one GET of 64 bytes over a kept plain connection on loopback, through the library as its
 * documentation shows it, with the same timeouts as far as it has them, and through its adapter with all metrics on.
 * Varies: the client, and {@code via}. Threads are JMH's: {@code -t 16}. Does not measure: pooling, TLS, or one client
 * against another; on two cores a call's time is mostly that of waking threads. Bytes allocated for a call: {@code -prof
 * gc}, which counts those of the server too if it is in the same JVM.
 *
 * <pre>java -jar jmh/target/benchmarks.jar AdapterTaxBenchmark -p client=okhttp -t 1 -prof gc -foe true</pre>
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(value = 5, jvmArgsAppend = ClientState.COLLECTOR)
public class AdapterTaxBenchmark {
  private static final int CONNECTIONS = 32;

  /** A registered client provider. */
  @Param({"okhttp", "httpclient5", "httpclient5-async", "reactor-netty", "jdk", "jetty"})
  public String client;

  /** The arm. */
  @Param({"library", "adapter"})
  public String via;

  private Stub server;
  private Call call;

  @Setup(Level.Trial)
  public void open() throws Exception {
    server = Service.stub(StubConfig.defaults().withBodyBytes(64));
    URI uri = server.httpUri();
    ClientConfig config = ClientConfig.builder()
        .maxConnections(CONNECTIONS)
        .maxIdleConnections(CONNECTIONS)
        .build();
    call = via.equals("library")
        ? LibraryCalls.with(client, uri, config)
        : new AdapterCall(client, uri, config);
  }

  /** One call. */
  @Benchmark
  public byte[] call() throws Exception {
    return call.call();
  }

  @TearDown(Level.Trial)
  public void close() throws Exception {
    call.close();
    server.close();
  }

  private static final class AdapterCall implements Call {
    private final PooledHttpClient client;
    private final Request request;

    AdapterCall(String name, URI uri, ClientConfig config) {
      this.client = ClientProvider.open(name, config);
      this.request = Request.get(uri);
    }

    @Override
    public byte[] call() throws Exception {
      return client.execute(request).body();
    }

    @Override
    public void close() {
      client.close();
    }
  }
}
