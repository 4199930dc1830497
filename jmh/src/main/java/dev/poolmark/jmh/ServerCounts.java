package dev.poolmark.jmh;

import dev.poolmark.stub.stats.StubStats;
import org.openjdk.jmh.annotations.AuxCounters;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/**
 * What the servers counted during an iteration, as JMH's secondary results: the proof that an arm did what its name
 * says. Counts are summed over the benchmark's services, and so are the peaks. One of the benchmark's threads counts
 * for all.
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

  /** Most connections open at once. */
  public long peakConnections;

  /** Most requests in flight at once. */
  public long peakRequestsInFlight;

  /**
   * How much of the processors the server's process used, in percent; 0 if it is the benchmark's own, or cannot tell.
   */
  public long serverBusyPercent;

  /** Starts to count afresh. */
  @Setup(Level.Iteration)
  public void reset(ClientState state) {
    state.resetStats();
  }

  /** Takes the counts over. */
  @TearDown(Level.Iteration)
  public void read(ClientState state) {
    long busyPercent = 0;
    for (StubStats stats : state.takeStats()) {
      connections += stats.connections();
      fullHandshakes += stats.fullHandshakes();
      resumedHandshakes += stats.resumedHandshakes();
      requests += stats.requests();
      peakConnections += stats.peakConnections();
      peakRequestsInFlight += stats.peakRequestsInFlight();
      busyPercent = Math.max(busyPercent, stats.busyPercent());
    }
    serverBusyPercent += Service.isElsewhere() ? busyPercent : 0;
  }
}
