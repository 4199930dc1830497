package dev.poolmark.clients;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/**
 * What a client has counted since it was opened; a snapshot. Figures that are recorded at different moments of a call
 * may differ by the calls that are under way. Immutable.
 *
 * @param calls calls that have ended
 * @param succeeded of these, calls with a response whose status is below 500
 * @param failures calls that ended without a response, by reason; reasons that did not occur are absent
 * @param retries attempts beyond the first of a call; zero without a resilience decorator
 * @param breakerOpens how often a circuit breaker has opened; zero without a resilience decorator
 * @param breaker the worst state of the breakers of all endpoints
 * @param totalTime sum of the calls' times, from {@code execute} to the end of the response or the failure
 * @param maxConnections how many connections calls may lease at a time
 * @param leased connections that calls have leased now
 * @param pending calls that wait for a connection now
 * @param endpoints leases and waiting calls by endpoint, such as {@code https://host:443}; only of endpoints that have
 *     some now, or whose limit has been found
 * @param connections what is known of the connections; empty if the library tells nothing
 * @param callTime times of the calls
 * @param acquireWait waits for a connection, also those of length zero
 */
public record ClientMetrics(
    long calls,
    long succeeded,
    Map<Failure, Long> failures,
    long retries,
    long breakerOpens,
    BreakerState breaker,
    Duration totalTime,
    int maxConnections,
    int leased,
    int pending,
    Map<String, EndpointPool> endpoints,
    Optional<Connections> connections,
    Distribution callTime,
    Distribution acquireWait) {

  /** Copies the maps. */
  public ClientMetrics {
    failures = Map.copyOf(failures);
    endpoints = Map.copyOf(endpoints);
  }

  /**
   * What calls to one endpoint have of the pool.
   *
   * @param max how many they may lease at a time: {@code maxConnectionsPerEndpoint}, or what {@link Sizing#ADAPTIVE} has
   *     found; more are leased for a while after it has fallen
   * @param leased connections that they have leased now
   * @param pending calls that wait for a connection now
   */
  public record EndpointPool(int max, int leased, int pending) {}

  /**
   * The client's connections.
   *
   * @param open open now
   * @param idle open now and not leased
   * @param opened TCP connections made
   * @param closed of these, closed again, by either side
   * @param connectTime from the beginning of a TCP connect to the end of the TLS handshake, if there is one
   */
  public record Connections(
      int open, int idle, long opened, long closed, Distribution connectTime) {}

  /** Calls without a response, or with one whose status is 500 or above. */
  public long failed() {
    return calls - succeeded;
  }

  /** Calls that a timeout ended. */
  public long timeouts() {
    return failures.entrySet().stream()
        .filter(entry -> entry.getKey().isTimeout())
        .mapToLong(Map.Entry::getValue)
        .sum();
  }

  /** Mean time of a call in milliseconds; zero if there was none. */
  public double averageMillis() {
    return calls == 0 ? 0 : totalTime.toNanos() / 1e6 / calls;
  }

  /** Share of the calls that succeeded, from 0 to 1; 1 if there was none. */
  public double successRate() {
    return calls == 0 ? 1 : (double) succeeded / calls;
  }

  /** Whether no circuit breaker is open. */
  public boolean isHealthy() {
    return breaker != BreakerState.OPEN;
  }

  /** The same with the figures of a resilience decorator. */
  public ClientMetrics withResilience(long retries, long breakerOpens, BreakerState breaker) {
    return new ClientMetrics(
        calls,
        succeeded,
        failures,
        retries,
        breakerOpens,
        breaker,
        totalTime,
        maxConnections,
        leased,
        pending,
        endpoints,
        connections,
        callTime,
        acquireWait);
  }
}
