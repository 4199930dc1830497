package dev.poolmark.clients;

import java.time.Duration;
import java.util.Collections;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Predicate;

/**
 * What a client has counted since it was opened; a snapshot. Figures that are recorded at different moments of a call
 * may differ by the calls that are under way. Immutable.
 *
 * @param outcomes calls that have ended, by endpoint, method and outcome; outcomes that did not occur are absent
 * @param closed whether the client is closed
 * @param maxConnections how many connections calls may lease at a time
 * @param leased connections that calls have leased now
 * @param pending calls that wait for a connection now
 * @param endpoints leases and waiting calls by endpoint, such as {@code https://host:443}; only of endpoints that have
 *     some now, or whose limit has been found
 * @param connections what is known of the connections; empty if the library tells nothing
 * @param callTime times of the calls
 * @param acquireWait waits for a connection, also those of length zero
 * @param retries attempts beyond the first of a call; zero without a resilience decorator
 * @param breakerOpens how often a circuit breaker has opened; zero without a resilience decorator
 * @param breakerRefusals attempts that a circuit breaker has refused, which are no calls here; zero without a resilience
 *     decorator
 * @param breakers the state of each circuit breaker, by endpoint; empty without a resilience decorator
 */
public record ClientMetrics(
    Map<CallOutcome, CallTotal> outcomes,
    boolean closed,
    int maxConnections,
    int leased,
    int pending,
    Map<String, EndpointPool> endpoints,
    Optional<Connections> connections,
    Distribution callTime,
    Distribution acquireWait,
    long retries,
    long breakerOpens,
    long breakerRefusals,
    Map<String, BreakerState> breakers) {

  /** The method or the endpoint of calls that are counted together, as there are too many to count each. */
  public static final String OTHER = "_OTHER";

  private static final int SERVER_ERROR = 500;

  /** Copies the maps. */
  public ClientMetrics {
    outcomes = Map.copyOf(outcomes);
    endpoints = Map.copyOf(endpoints);
    breakers = Map.copyOf(breakers);
  }

  /**
   * What calls that are counted together have in common. They have either a status or a failure.
   *
   * @param endpoint such as {@code https://host:443}; {@link #OTHER} after the first 100 endpoints
   * @param method one of GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS, TRACE and QUERY, or {@link #OTHER}
   * @param status of the response; empty if there was none
   * @param failure why there was no response; empty if there was one
   */
  public record CallOutcome(
      String endpoint, String method, OptionalInt status, Optional<Failure> failure) {

    /**
     * The class of the status in Micrometer's terms: {@code SUCCESS}, {@code REDIRECTION}, {@code CLIENT_ERROR}, {@code
     * SERVER_ERROR}, or {@code UNKNOWN} from 600 on. The name of the {@link Failure} if there was no response.
     */
    public String outcome() {
      return failure.map(Failure::name).orElseGet(() -> switch (status.orElseThrow() / 100) {
        case 2 -> "SUCCESS";
        case 3 -> "REDIRECTION";
        case 4 -> "CLIENT_ERROR";
        case 5 -> "SERVER_ERROR";
        default -> "UNKNOWN";
      });
    }

    private boolean isSuccess() {
      return status.isPresent() && status.getAsInt() < SERVER_ERROR;
    }
  }

  /**
   * Calls with the same outcome.
   *
   * @param calls how many
   * @param time sum of their times, from {@code execute} to the end of the response or the failure
   */
  public record CallTotal(long calls, Duration time) {}

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
   * @param closedFor of these, how many for which reason, once the calls on them have ended; reasons that did not occur
   *     are absent
   * @param connectTime from the beginning of a TCP connect to the end of the TLS handshake, if there is one
   * @param lifetime of those that are closed, from the end of the TCP connect to the close
   */
  public record Connections(
      int open,
      int idle,
      long opened,
      long closed,
      Map<CloseReason, Long> closedFor,
      Distribution connectTime,
      Distribution lifetime) {

    /** Copies the map. */
    public Connections {
      closedFor = Map.copyOf(closedFor);
    }
  }

  /** Calls that have ended. */
  public long calls() {
    return calls(outcome -> true);
  }

  /** Of these, calls with a response whose status is below 500. */
  public long succeeded() {
    return calls(CallOutcome::isSuccess);
  }

  /** Calls without a response, or with one whose status is 500 or above. */
  public long failed() {
    return calls(outcome -> !outcome.isSuccess());
  }

  /** Calls that a timeout ended. */
  public long timeouts() {
    return calls(outcome -> outcome.failure().filter(Failure::isTimeout).isPresent());
  }

  private long calls(Predicate<CallOutcome> counted) {
    return outcomes.entrySet().stream()
        .filter(entry -> counted.test(entry.getKey()))
        .mapToLong(entry -> entry.getValue().calls())
        .sum();
  }

  /** Calls that ended without a response, by reason; reasons that did not occur are absent. */
  public Map<Failure, Long> failures() {
    Map<Failure, Long> failures = new EnumMap<>(Failure.class);
    outcomes.forEach((outcome, total) ->
        outcome.failure().ifPresent(reason -> failures.merge(reason, total.calls(), Long::sum)));
    return Collections.unmodifiableMap(failures);
  }

  /** Sum of the calls' times, from {@code execute} to the end of the response or the failure. */
  public Duration totalTime() {
    return outcomes.values().stream().map(CallTotal::time).reduce(Duration.ZERO, Duration::plus);
  }

  /** Mean time of a call in milliseconds; zero if there was none. */
  public double averageMillis() {
    long calls = calls();
    return calls == 0 ? 0 : totalTime().toNanos() / 1e6 / calls;
  }

  /** Share of the calls that succeeded, from 0 to 1; 1 if there was none. */
  public double successRate() {
    long calls = calls();
    return calls == 0 ? 1 : (double) succeeded() / calls;
  }

  /** The worst state of the breakers of all endpoints. */
  public BreakerState breaker() {
    return breakers.values().stream().max(Comparator.naturalOrder()).orElse(BreakerState.CLOSED);
  }

  /**
   * Whether the client lets calls through: it is not closed, and no circuit breaker is open. A half-open one lets some
   * through. {@link PooledHttpClient#checkHealth} says whether a service answers.
   */
  public boolean isHealthy() {
    return !closed && breaker() != BreakerState.OPEN;
  }

  /** The same with the figures of a resilience decorator. */
  public ClientMetrics withResilience(
      long retries, long breakerOpens, long breakerRefusals, Map<String, BreakerState> breakers) {
    return new ClientMetrics(
        outcomes,
        closed,
        maxConnections,
        leased,
        pending,
        endpoints,
        connections,
        callTime,
        acquireWait,
        retries,
        breakerOpens,
        breakerRefusals,
        breakers);
  }
}
