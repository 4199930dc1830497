package dev.poolmark.jmh;

import dev.poolmark.clients.ClientConfig;
import dev.poolmark.stub.stats.StubStats;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/**
 * The parameters that all benchmarks share, and the services that they describe. A benchmark's set-up calls {@link
 * #open}, which first warms the benchmark's work up on servers without delays and then starts the servers to measure.
 */
@State(Scope.Benchmark)
public class ClientState {
  /** The collector of every fork: one without threads of its own, which would compete for the cores. */
  static final String COLLECTOR = "-XX:+UseSerialGC";

  /** A registered client; with {@code settings=direct} also {@code socket}, a bare socket for one thread. */
  @Param({"okhttp", "httpclient5", "httpclient5-async", "reactor-netty", "jetty", "jdk"})
  public String client;

  /**
   * How much of its set-up work the client reuses: {@code client-per-request}, {@code connection-per-request}, {@code
   * tls-resumption}, {@code pooled} or {@code h2}.
   */
  @Param({"connection-per-request", "pooled"})
  public String reuse;

  /**
   * {@code tuned}: an adapter with our settings. {@code watched}: the same with meters, events and live page. {@code
   * direct}: the library called directly, with those of our settings
   * that it has. {@code library}: the library called directly, with its own defaults. The last two need {@code
   * reuse=pooled}.
   */
  @Param("tuned")
  public String settings;

  /** Network and service: {@code reference}, or settings such as {@code rtt=0.5ms+service-time=2ms+tls=1.3}. */
  @Param("reference")
  public String profile;

  /** Limit on the warm-up without delays, in seconds; it ends sooner when the work is warm. */
  @Param("30")
  public double warmUpSeconds;

  private List<Service> services = List.of();
  private boolean statsTaken = true;

  /** What a benchmark does with its services. */
  interface Work {
    void run(List<Service> services) throws Exception;
  }

  /**
   * Warms up, then starts one service per client config.
   *
   * @param sequentialCalls how many calls of a batch follow one another
   * @param limits the config of each service's client
   */
  final void open(Work work, int sequentialCalls, List<Supplier<ClientConfig.Builder>> limits)
      throws Exception {
    Profile measured = measured();
    services = start(measured.undelayed(), limits);
    try {
      WarmUp.drive(
          () -> {
            work.run(services);
            return null;
          },
          measured.delay().multipliedBy(sequentialCalls),
          Duration.ofNanos(Math.round(warmUpSeconds * 1e9)));
    } finally {
      close();
    }
    services = start(measured, limits);
  }

  private Profile measured() {
    return Profile.parse(profile).offering(ReuseLevel.ofLabel(reuse));
  }

  private List<Service> start(Profile measured, List<Supplier<ClientConfig.Builder>> limits)
      throws IOException {
    List<Service> started = new ArrayList<>();
    try {
      for (Supplier<ClientConfig.Builder> each : limits) {
        started.add(start(measured, settings, each));
      }
      return started;
    } catch (IOException | RuntimeException e) {
      close(started);
      throw e;
    }
  }

  private Service start(Profile measured, String of, Supplier<ClientConfig.Builder> limits)
      throws IOException {
    ReuseLevel level = ReuseLevel.ofLabel(reuse);
    if (!List.of("tuned", "watched").contains(of) && level != ReuseLevel.POOLED) {
      throw new IllegalArgumentException("reuse must be pooled with settings=" + of + ": " + reuse);
    }
    return switch (of) {
      case "tuned" -> Service.start(measured, client, level.reuse(), false, limits);
      case "watched" -> Service.start(measured, client, level.reuse(), true, limits);
      case "direct" -> Service.startDirect(measured, client, limits);
      case "library" -> Service.startWithDefaults(measured, client);
      default ->
        throw new IllegalArgumentException(
            "settings must be tuned, watched, direct or library: " + of);
    };
  }

  /** After {@link #open}, starts one more service, whose client has these settings. */
  final void add(String otherSettings, Supplier<ClientConfig.Builder> limits) throws IOException {
    services.add(start(measured(), otherSettings, limits));
  }

  List<Service> services() {
    return services;
  }

  /** Resets the servers' counts. */
  final synchronized void resetStats() {
    services.forEach(service -> service.server().resetStats());
    statsTaken = false;
  }

  /**
   * What each server has counted since the reset. Only the first caller gets it, the others get nothing: JMH lets the
   * first of its threads end the trial while others still ask.
   */
  final synchronized List<StubStats> takeStats() {
    if (statsTaken) {
      return List.of();
    }
    statsTaken = true;
    return services.stream().map(service -> service.server().stats()).toList();
  }

  /** Closes the services. */
  @TearDown(Level.Trial)
  public void close() throws IOException {
    List<Service> all = services;
    services = List.of();
    close(all);
  }

  private static void close(List<Service> all) throws IOException {
    for (Service service : all) {
      service.close();
    }
  }
}
