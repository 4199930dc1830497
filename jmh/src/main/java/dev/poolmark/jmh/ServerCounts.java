package dev.poolmark.jmh;

import dev.poolmark.stub.stats.StubStats;
import java.util.List;
import org.openjdk.jmh.annotations.AuxCounters;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/**
 * The services that a benchmark calls, and what their servers counted during an iteration: the proof that an arm did
 * what its name says. Counts are JMH's auxiliary counters. The gauges are {@code peakConnections} and {@code
 * peakRequestsInFlight}, the most at once, and {@code serverBusyPercent}, the server's share of the processors if it is
 * a process of its own and can tell. All but the last are summed over the services. One of the benchmark's threads
 * reports for all.
 */
@AuxCounters(AuxCounters.Type.EVENTS)
@State(Scope.Thread)
public class ServerCounts {
  /** Connections accepted. */
  public long connections;

  /** TLS handshakes that used the private key. */
  public long fullHandshakes;

  /** TLS handshakes that resumed a session. */
  public long resumedHandshakes;

  /** Requests received. */
  public long requests;

  private List<Service> services = List.of();

  /** Resets the servers' counts. */
  @Setup(Level.Iteration)
  public void reset(ClientState state) {
    services = state.services();
    state.resetStats();
  }

  /** The services to call. */
  List<Service> services() {
    return services;
  }

  /** Reads the servers' counts. */
  @TearDown(Level.Iteration)
  public void read(ClientState state) {
    List<StubStats> servers = state.takeStats();
    if (servers.isEmpty()) {
      return;
    }
    int peakConnections = 0;
    int peakRequestsInFlight = 0;
    int busyPercent = 0;
    for (StubStats stats : servers) {
      connections += stats.connections();
      fullHandshakes += stats.fullHandshakes();
      resumedHandshakes += stats.resumedHandshakes();
      requests += stats.requests();
      peakConnections += stats.peakConnections();
      peakRequestsInFlight += stats.peakRequestsInFlight();
      busyPercent = Math.max(busyPercent, stats.busyPercent());
    }
    GaugeProfiler.max("peakConnections", peakConnections, "#");
    GaugeProfiler.max("peakRequestsInFlight", peakRequestsInFlight, "#");
    if (Service.isElsewhere()) {
      GaugeProfiler.mean("serverBusyPercent", busyPercent, "%");
    }
  }
}
