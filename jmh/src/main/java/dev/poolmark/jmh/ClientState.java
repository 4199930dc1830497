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
 * The parameters that all benchmarks share, and the services that they make. A benchmark's own set-up calls {@link
 * #open}, which first drives the benchmark's work through servers without delays until it is warm, and then starts
 * those that are measured.
 */
@State(Scope.Benchmark)
public class ClientState {
  /** The collector of every fork: one without threads of its own, which would compete for the cores meanwhile. */
  static final String COLLECTOR = "-XX:+UseSerialGC";

  /** A registered client provider; with {@code settings=direct} also {@code socket}, a bare socket, for one thread. */
  @Param({"okhttp", "httpclient5", "httpclient5-async", "reactor-netty", "jetty", "jdk"})
  public String client;

  /**
   * How far the client reuses what it has set up: {@code client-per-request}, {@code connection-per-request}, {@code
   * tls-resumption}, {@code pooled} or {@code h2}.
   */
  @Param({"connection-per-request", "pooled"})
  public String reuse;

  /**
   * {@code tuned}: an adapter with our settings. {@code direct}: the library called directly, with our settings as far
   * as it has them; {@code library}: with its own defaults. With these two, {@code reuse} must be {@code pooled}.
   */
  @Param("tuned")
  public String settings;

  /** Network and service: {@code reference}, or settings such as {@code rtt=0.5ms+service-time=2ms+tls=1.3}. */
  @Param("reference")
  public String profile;

  /** Longest drive without delays before the measurement, in seconds; it ends sooner when the work is warm. */
  @Param("30")
  public double warmUpSeconds;

  private List<Service> services = List.of();
  private boolean untaken;

  /** What a benchmark does with its services. */
  interface Work {
    void run(List<Service> services) throws Exception;
  }

  /**
   * Warms up, then starts one service for each of the limits.
   *
   * @param sequentialCalls calls of a batch that wait for each other
   * @param limits of the client of each service
   */
  final void open(Work work, int sequentialCalls, List<Supplier<ClientConfig.Builder>> limits)
      throws Exception {
    ReuseLevel level = ReuseLevel.ofLabel(reuse);
    Profile measured = Profile.parse(level.profile(profile));
    services = start(measured.undelayed(), level, limits);
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
    services = start(measured, level, limits);
  }

  private List<Service> start(
      Profile measured, ReuseLevel level, List<Supplier<ClientConfig.Builder>> limits)
      throws IOException {
    List<Service> started = new ArrayList<>();
    try {
      for (Supplier<ClientConfig.Builder> each : limits) {
        started.add(start(measured, level, each));
      }
      return started;
    } catch (IOException | RuntimeException e) {
      close(started);
      throw e;
    }
  }

  private Service start(Profile measured, ReuseLevel level, Supplier<ClientConfig.Builder> limits)
      throws IOException {
    if (!settings.equals("tuned") && level != ReuseLevel.POOLED) {
      throw new IllegalArgumentException(
          "reuse must be pooled with settings=" + settings + ": " + reuse);
    }
    return switch (settings) {
      case "tuned" -> Service.start(measured, client, level.reuse(), limits);
      case "direct" -> Service.startDirect(measured, client, limits);
      case "library" -> Service.startWithDefaults(measured, client);
      default ->
        throw new IllegalArgumentException(
            "settings must be tuned, direct or library: " + settings);
    };
  }

  /** Starts one more service, whose client is the library called directly; after {@link #open}. */
  final void addDirect(Supplier<ClientConfig.Builder> limits) throws IOException {
    String as = ReuseLevel.ofLabel(reuse).profile(profile);
    services.add(Service.startDirect(Profile.parse(as), client, limits));
  }

  List<Service> services() {
    return services;
  }

  /** Makes the servers count afresh. */
  final synchronized void resetStats() {
    services.forEach(service -> service.server().resetStats());
    untaken = true;
  }

  /**
   * What each server has counted since then: for the first that asks, and nothing for the others. JMH lets the first of
   * its threads end the trial while others still ask.
   */
  final synchronized List<StubStats> takeStats() {
    if (!untaken) {
      return List.of();
    }
    untaken = false;
    return services.stream().map(service -> service.server().stats()).toList();
  }

  /** Ends what {@link #open} has started. */
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
