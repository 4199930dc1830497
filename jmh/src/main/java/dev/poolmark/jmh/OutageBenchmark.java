package dev.poolmark.jmh;

import dev.poolmark.clients.ClientConfig;
import dev.poolmark.clients.PooledHttpClient;
import dev.poolmark.clients.Request;
import dev.poolmark.clients.Response;
import dev.poolmark.clients.resilience.CircuitBreakerConfig;
import dev.poolmark.clients.resilience.ResilientClient;
import dev.poolmark.clients.resilience.Retry;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
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
 * Eight threads call a service, each every 10 ms, and a second later something happens to its servers. {@link Outcomes}
 * count the calls that failed, and {@link Latencies} are the times of all calls that began after that moment. {@code
 * recoveryMillis} is the time from that moment until the last call that failed or reached an address that is gone; in
 * {@code silent-drop} and {@code black-hole}, until the last call that failed or took more than 250 ms. Ignore the score:
 * it is how long the load lasts. The servers are in this JVM. Varies: the client, the outage, and what the client does
 * about it. Does not measure: idle connections that the server closes ({@link StaleBenchmark}).
 *
 * <pre>java -jar jmh/target/benchmarks.jar OutageBenchmark -p client=okhttp -foe true</pre>
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.SingleShotTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 1)
@Measurement(iterations = 1)
@Fork(
    value = 5,
    jvmArgsAppend = {ClientState.COLLECTOR, OutageBenchmark.HOSTS})
public class OutageBenchmark {
  /** Has a library look the servers' name up as any other name. The file exists while they do. */
  static final String HOSTS = "-D" + Backends.HOSTS_FILE + "=outage-hosts.txt";

  private static final Duration NEVER = Duration.ofDays(1);

  /** A registered client whose library lets names be looked up by others; with {@code health=library} any. */
  @Param({"okhttp", "httpclient5", "httpclient5-async", "reactor-netty", "jetty"})
  public String client;

  /**
   * {@code address-switch}: the name gets another address, while the server at the old one goes on. {@code
   * rolling-restart}: each of four servers behind the name is closed, with its connections, and is back half a second
   * later. {@code silent-drop}: nobody calls for 2.5 s, while the network forgets idle connections after 2 s. {@code
   * black-hole}: one of four servers is out of reach without a word, and the name loses its address. {@code lifetimes}:
   * all connections reach their {@code maxLifetime} of 1.2 s; the gauge {@code connectionsIn100Millis} counts the most
   * that were opened in 100 ms. {@code slow-backend}: the answers of one of four servers take 200 ms more for half of the
   * time, with {@code slowSharePercent} of the calls, and then no more, with {@code laterSharePercent}.
   */
  @Param({
    "address-switch",
    "rolling-restart",
    "silent-drop",
    "black-hole",
    "lifetimes",
    "slow-backend"
  })
  public String outage;

  /**
   * {@code off}: the name is looked up once, and no call is tried again. {@code on}: it is looked up again every {@code
   * addressTtlMillis}, a {@link ResilientClient} tries calls again, and the client has the setting that is meant for the
   * outage: an {@code idleTimeout} below the network's, a {@code readTimeout} that leaves time for a retry, a {@code
   * maxLifetime}, or the order FIFO. {@code library}: the library itself with its own defaults, whose names the JVM looks
   * up; it keeps an answer for 30 s, in one order. Needs a fork.
   */
  @Param({"library", "off", "on"})
  public String health;

  /** How long an answer for the name is used with {@code health=on}, in milliseconds. */
  @Param("500")
  public int addressTtlMillis;

  /** How long the load lasts before the outage begins, in milliseconds. */
  @Param("1000")
  public int beforeMillis;

  /** How long the load lasts after the outage has begun, in milliseconds. */
  @Param("4000")
  public int afterMillis;

  /** Has the load, and the outage in it. */
  @Benchmark
  public void outage(Outcomes outcomes) throws Exception {
    Outage what = Outage.of(outage);
    try (Backends backends = Backends.start(what.stub(), what.servers(), hosts())) {
      backends.name(what.named());
      try (RepeatableGet get = open(what, backends);
          Load load = new Load(get, what.slowNanos())) {
        Thread.sleep(beforeMillis);
        if (what.quietMillis() > 0) {
          load.pause(what.quietMillis());
        }
        long began = load.begin();
        long end = began + TimeUnit.MILLISECONDS.toNanos(afterMillis);
        long lastSeen = what.strike(backends, began, end);
        TimeUnit.NANOSECONDS.sleep(end - System.nanoTime());
        load.end();
        outcomes.calls += load.calls();
        outcomes.failedCalls += load.failed();
        if (what.recovers()) {
          long last = Math.max(lastSeen, load.lastTroubleNanos());
          GaugeProfiler.mean(
              "recoveryMillis", TimeUnit.NANOSECONDS.toMillis(Math.max(0, last - began)), "ms");
        }
        Latencies.record(load.micros());
      }
    }
  }

  /** The file that the library reads; empty if it has the adapter's resolver instead. */
  private Optional<Path> hosts() {
    if (!health.equals("library")) {
      return Optional.empty();
    }
    String file = System.getProperty(Backends.HOSTS_FILE);
    if (file == null) {
      throw new IllegalStateException(
          "health=library needs a fork, or a JVM with " + HOSTS + ": no such property");
    }
    return Optional.of(Path.of(file));
  }

  private RepeatableGet open(Outage what, Backends backends) {
    ClientConfig.Builder config = ClientConfig.builder()
        .maxConnections(Load.CALLERS)
        .maxIdleConnections(Load.CALLERS)
        .resolver(backends)
        .addressTtl(NEVER)
        .callTimeout(what.patience());
    Request get = Request.get(backends.uri());
    return switch (health) {
      case "library" ->
        new Library(
            LibraryCalls.withDefaults(client, backends.uri(), backends.trust()),
            what.patience().toMillis(),
            new Patience());
      case "off" -> new Ours(PooledHttpClient.open(client, config.build()), get);
      case "on" -> {
        config.addressTtl(Duration.ofMillis(addressTtlMillis));
        ClientConfig healthy = what.healthy(client, config).build();
        yield new Ours(
            ResilientClient.around(
                PooledHttpClient.open(client, healthy),
                healthy,
                Retry.defaults(),
                CircuitBreakerConfig.defaults()),
            get);
      }
      default -> throw new IllegalArgumentException("health must be library, off or on: " + health);
    };
  }

  /** Calls of a client of ours. */
  private record Ours(PooledHttpClient client, Request get) implements RepeatableGet {
    @Override
    public byte[] call() throws IOException {
      Response response = client.execute(get);
      if (response.status() != 200) {
        throw new IOException("status must be 200: " + response.status());
      }
      return response.body();
    }

    @Override
    public void close() {
      client.close();
    }
  }

  /** Calls of a library, by callers whose patience ends. */
  private record Library(RepeatableGet get, long patienceMillis, Patience patience)
      implements RepeatableGet {
    @Override
    public byte[] call() throws Exception {
      return patience.call(get::call, patienceMillis);
    }

    @Override
    public void close() throws IOException {
      patience.close();
      get.close();
    }
  }
}
