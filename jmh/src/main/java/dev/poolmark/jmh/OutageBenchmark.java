package dev.poolmark.jmh;

import dev.poolmark.clients.ClientConfig;
import dev.poolmark.clients.PooledHttpClient;
import dev.poolmark.clients.Request;
import dev.poolmark.clients.resilience.CircuitBreakerConfig;
import dev.poolmark.clients.resilience.ResilientClient;
import dev.poolmark.clients.resilience.Retry;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.HdrHistogram.ConcurrentHistogram;
import org.HdrHistogram.Histogram;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * Eight threads call a service of several backends, each every 10 ms, and a second later something happens to the
 * backends. {@link Outcomes} count the calls that failed, {@link Latencies} are the times of all calls that began after
 * that moment, and {@code recoveryMillis} is the time from that moment until the last call that failed or reached an
 * address that is gone. Ignore the score: it is how long the load lasts. The servers are in this JVM. Varies: the
 * client, the outage, and what the client does about it. Does not measure: connections that a network drops silently
 * ({@link StaleBenchmark}).
 *
 * <pre>java -jar jmh/target/benchmarks.jar OutageBenchmark -p client=okhttp -foe true</pre>
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.SingleShotTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 1)
@Measurement(iterations = 1)
@Fork(value = 5, jvmArgsAppend = ClientState.COLLECTOR)
public class OutageBenchmark {
  private static final int CALLERS = 8;
  private static final long PAUSE_MILLIS = 10;
  private static final long BEFORE_MILLIS = 1000;
  private static final Duration NEVER = Duration.ofDays(1);

  /** A registered client whose library lets names be looked up by others. */
  @Param({"okhttp", "httpclient5", "httpclient5-async", "reactor-netty", "jetty"})
  public String client;

  /**
   * {@code address-switch}: the name gets another address, while the server at the old one goes on. {@code
   * rolling-restart}: each of four servers behind the name is closed, with its connections, and is back half a second
   * later.
   */
  @Param({"address-switch", "rolling-restart"})
  public String outage;

  /**
   * {@code off}: the name is looked up once, and no call is tried again. {@code on}: it is looked up again every {@code
   * addressTtlMillis}, and a {@link ResilientClient} tries calls again.
   */
  @Param({"off", "on"})
  public String health;

  /** How long an answer for the name is used with {@code health=on}, in milliseconds. */
  @Param("500")
  public int addressTtlMillis;

  /** How long the load lasts after the outage has begun, in milliseconds. */
  @Param("4000")
  public int afterMillis;

  /** The load of one iteration. */
  private static final class Load {
    private final PooledHttpClient client;
    private final Request get;
    private final AtomicLong calls = new AtomicLong();
    private final AtomicLong failed = new AtomicLong();
    private final AtomicLong lastFailureNanos = new AtomicLong(Long.MIN_VALUE);
    private final Histogram micros = new ConcurrentHistogram(3);
    private volatile long beganNanos = Long.MAX_VALUE;
    private volatile boolean over;

    Load(PooledHttpClient client, Backends backends) {
      this.client = client;
      this.get = Request.get(backends.uri());
    }

    /** Calls until the load is over. */
    Void call() throws InterruptedException {
      while (!over) {
        long start = System.nanoTime();
        calls.incrementAndGet();
        try {
          if (client.execute(get).status() != 200) {
            throw new IOException("status must be 200");
          }
        } catch (IOException e) {
          failed.incrementAndGet();
          lastFailureNanos.accumulateAndGet(System.nanoTime(), Math::max);
        }
        long end = System.nanoTime();
        if (start - beganNanos >= 0) {
          micros.recordValue(TimeUnit.NANOSECONDS.toMicros(end - start));
        }
        Thread.sleep(PAUSE_MILLIS);
      }
      return null;
    }
  }

  /** Has the load, and the outage in it. */
  @Benchmark
  public void outage(Outcomes outcomes) throws Exception {
    boolean restart = switch (outage) {
      case "address-switch" -> false;
      case "rolling-restart" -> true;
      default ->
        throw new IllegalArgumentException(
            "outage must be address-switch or rolling-restart: " + outage);
    };
    ExecutorService threads = Executors.newFixedThreadPool(CALLERS);
    try (Backends backends = Backends.start(restart ? 4 : 2);
        PooledHttpClient opened = open(backends)) {
      backends.name(restart ? List.of(0, 1, 2, 3) : List.of(0));
      Load load = new Load(opened, backends);
      List<Future<Void>> ends = new ArrayList<>();
      for (int i = 0; i < CALLERS; i++) {
        ends.add(threads.submit(load::call));
      }
      Thread.sleep(BEFORE_MILLIS);
      long began = System.nanoTime();
      load.beganNanos = began;
      long end = began + TimeUnit.MILLISECONDS.toNanos(afterMillis);
      long lastOld = began;
      if (restart) {
        backends.restartEach();
      } else {
        backends.name(List.of(1));
        lastOld = backends.lastRequestNanos(0, end);
      }
      TimeUnit.NANOSECONDS.sleep(Math.max(0, end - System.nanoTime()));
      load.over = true;
      for (Future<Void> each : ends) {
        each.get();
      }
      outcomes.calls += load.calls.get();
      outcomes.failedCalls += load.failed.get();
      long last = Math.max(lastOld, load.lastFailureNanos.get());
      GaugeProfiler.mean(
          "recoveryMillis", TimeUnit.NANOSECONDS.toMillis(Math.max(0, last - began)), "ms");
      Latencies.record(load.micros);
    } finally {
      threads.shutdownNow();
    }
  }

  private PooledHttpClient open(Backends backends) {
    boolean healthy = switch (health) {
      case "off" -> false;
      case "on" -> true;
      default -> throw new IllegalArgumentException("health must be off or on: " + health);
    };
    ClientConfig config = ClientConfig.builder()
        .maxConnections(CALLERS)
        .maxIdleConnections(CALLERS)
        .resolver(backends)
        .addressTtl(healthy ? Duration.ofMillis(addressTtlMillis) : NEVER)
        .callTimeout(Duration.ofSeconds(10))
        .build();
    PooledHttpClient plain = PooledHttpClient.open(client, config);
    return healthy
        ? ResilientClient.around(plain, config, Retry.defaults(), CircuitBreakerConfig.defaults())
        : plain;
  }
}
