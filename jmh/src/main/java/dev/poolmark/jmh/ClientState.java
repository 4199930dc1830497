package dev.poolmark.jmh;

import dev.poolmark.clients.Reuse;
import dev.poolmark.clients.ServicePreset;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
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

  /** A registered client provider. */
  @Param({"okhttp", "httpclient5", "httpclient5-async", "reactor-netty", "jetty", "jdk"})
  public String client;

  /** The arm: how far the client reuses what it has set up. */
  @Param({"connection-per-request", "pooled"})
  public String reuse;

  /** Network and service: {@code reference}, or settings such as {@code rtt=0.5ms+service-time=2ms+tls=1.3}. */
  @Param("reference")
  public String profile;

  /** Longest drive without delays before the measurement, in seconds; it ends sooner when the work is warm. */
  @Param("30")
  public int warmUpSeconds;

  private List<Service> services = List.of();

  /** What a benchmark does with its services. */
  interface Work {
    void run(List<Service> services) throws Exception;
  }

  /**
   * Warms up, then starts one service for each preset.
   *
   * @param sequentialCalls calls of a batch that wait for each other
   */
  void open(Work work, int sequentialCalls, ServicePreset... presets) throws Exception {
    Profile measured = Profile.parse(profile);
    services = start(measured.undelayed(), presets);
    try {
      WarmUp.drive(
          () -> {
            work.run(services);
            return null;
          },
          measured.delay().multipliedBy(sequentialCalls),
          Duration.ofSeconds(warmUpSeconds));
    } finally {
      close();
    }
    services = start(measured, presets);
  }

  private List<Service> start(Profile profile, ServicePreset... presets) throws IOException {
    List<Service> started = new ArrayList<>();
    try {
      for (ServicePreset preset : presets) {
        started.add(Service.start(profile, client, Reuse.ofLabel(reuse), preset));
      }
      return started;
    } catch (IOException | RuntimeException e) {
      started.forEach(Service::close);
      throw e;
    }
  }

  List<Service> services() {
    return services;
  }

  /** Ends what {@link #open} has started. */
  @TearDown(Level.Trial)
  public void close() {
    services.forEach(Service::close);
    services = List.of();
  }
}
