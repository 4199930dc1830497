package dev.poolmark.clients.micrometer;

import static dev.poolmark.clients.micrometer.Series.ENDPOINTS;
import static dev.poolmark.clients.micrometer.Series.OUTCOMES;
import static dev.poolmark.clients.micrometer.Series.QUANTILES;
import static dev.poolmark.clients.micrometer.Series.SINGLE;

import dev.poolmark.clients.BreakerState;
import dev.poolmark.clients.ClientMetrics;
import dev.poolmark.clients.ClientMetrics.CallTotal;
import dev.poolmark.clients.ClientMetrics.Connections;
import dev.poolmark.clients.ClientMetrics.EndpointPool;
import dev.poolmark.clients.CloseReason;
import dev.poolmark.clients.Distribution;
import dev.poolmark.clients.Failure;
import java.time.Duration;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.ToDoubleBiFunction;
import java.util.function.ToLongBiFunction;

/**
 * A meter of a client, declared once. Immutable.
 *
 * @param value of the key's series; a time is in microseconds, the total of a timer in nanoseconds
 * @param timed of a timer, how many times the total is made of; zero if it is no timer
 */
record ClientMeter<K>(
    Label label,
    Type type,
    Series<K> series,
    ToDoubleBiFunction<ClientMetrics, K> value,
    ToLongBiFunction<ClientMetrics, K> timed) {
  private static final CallTotal NO_CALL = new CallTotal(0, Duration.ZERO);
  private static final EndpointPool NO_USE = new EndpointPool(0, 0, 0);

  static final List<ClientMeter<?>> ALL = List.of(
      label("calls()", "calls", "calls that have ended")
          .timer(SINGLE, (m, key) -> new CallTotal(m.calls(), m.totalTime())),
      label("outcomes", "outcomes", "the same calls, by how they ended")
          .conventionally("http.client.request.duration")
          .timer(OUTCOMES, (m, key) -> m.outcomes().getOrDefault(key, NO_CALL)),
      label("succeeded()", "calls.succeeded", "calls with a status below 500")
          .counter(SINGLE, (m, key) -> m.succeeded()),
      label("failures()", "failures", "calls that ended without a response")
          // a breaker refuses a call before the client counts it
          .counter(
              Series.by("reason", EnumSet.complementOf(EnumSet.of(Failure.BREAKER_OPEN))),
              (m, key) -> m.failures().getOrDefault(key, 0L)),
      label("endpoints", "calls.active", "calls that have a connection now, or wait for one")
          .conventionally("http.client.active_requests")
          .gauge(ENDPOINTS, (m, key) -> active(m.endpoints().getOrDefault(key, NO_USE))),
      label("pending", "pending", "calls that wait for a connection now")
          .gauge(SINGLE, (m, key) -> m.pending()),
      label("callTime", "call.time", "times of all calls since the client was opened")
          .times(QUANTILES, ClientMetrics::callTime),
      label("acquireWait", "acquire.wait", "waits for a connection, those of length zero included")
          .times(QUANTILES, ClientMetrics::acquireWait),
      label("connections.connectTime", "connect.time", "from TCP connect to end of TLS handshake")
          .times(QUANTILES.ofConnections(), m -> connections(m).connectTime()),
      label("leased", "connections", "connections now, leased or idle")
          .gauge(Series.by("state", List.of("leased")), (m, key) -> m.leased()),
      label("connections.idle", "connections", "connections now, leased or idle")
          .gauge(
              Series.by("state", List.of("idle")).ofConnections(),
              (m, key) -> connections(m).idle()),
      label("connections.open, idle", "", "open connections now, active or idle")
          .conventionally("http.client.open_connections")
          .gauge(
              Series.by("http.connection.state", List.of("active", "idle")).ofConnections(),
              (m, key) -> key.equals("idle") ? connections(m).idle() : inUse(connections(m))),
      label("maxConnections", "connections.max", "how many calls may lease at a time")
          .gauge(SINGLE, (m, key) -> m.maxConnections()),
      label("connections.opened", "connections.opened", "connections made")
          .counter(SINGLE.ofConnections(), (m, key) -> connections(m).opened()),
      label("connections.closedFor", "connections.closed", "connections closed, by either side")
          .counter(
              Series.by("reason", EnumSet.allOf(CloseReason.class)).ofConnections(),
              (m, key) -> connections(m).closedFor().getOrDefault(key, 0L)),
      label("connections.lifetime", "connection.duration", "how long closed connections were open")
          .conventionally("http.client.connection.duration")
          .timer(SINGLE.ofConnections(), (m, key) -> total(connections(m).lifetime())),
      label("retries", "retries", "attempts beyond the first of a call")
          .counter(SINGLE, (m, key) -> m.retries()),
      label(
              "breakers",
              "breakers",
              "endpoints whose circuit breaker is closed, half-open or open now")
          .gauge(
              Series.by("state", EnumSet.allOf(BreakerState.class)),
              (m, key) -> Collections.frequency(m.breakers().values(), key)),
      label("breakerOpens", "breaker.opens", "how often a circuit breaker has opened")
          .counter(SINGLE, (m, key) -> m.breakerOpens()),
      label("breakerRefusals", "breaker.refusals", "attempts that a circuit breaker has refused")
          .counter(SINGLE, (m, key) -> m.breakerRefusals()));

  enum Type {
    COUNTER,
    GAUGE,
    TIME_GAUGE,
    TIMER
  }

  /**
   * What people see of a meter.
   *
   * @param figure its name in {@link ClientMetrics}
   * @param name ours, after {@code httpclient.pool.}; empty if only OpenTelemetry's conventions have such a meter
   * @param convention the name in OpenTelemetry's semantic conventions; empty if these have no such meter
   */
  record Label(String figure, String name, String convention, String description) {
    private static final String PREFIX = "httpclient.pool.";

    /** The full name; empty if there is none. */
    String name(Naming naming) {
      if (naming == Naming.OPEN_TELEMETRY && !convention.isEmpty()) {
        return convention;
      }
      return name.isEmpty() ? "" : PREFIX + name;
    }

    Label conventionally(String name) {
      return new Label(figure, this.name, name, description);
    }

    <K> ClientMeter<K> counter(Series<K> series, ToDoubleBiFunction<ClientMetrics, K> value) {
      return new ClientMeter<>(this, Type.COUNTER, series, value, (m, key) -> 0);
    }

    <K> ClientMeter<K> gauge(Series<K> series, ToDoubleBiFunction<ClientMetrics, K> value) {
      return new ClientMeter<>(this, Type.GAUGE, series, value, (m, key) -> 0);
    }

    ClientMeter<Double> times(
        Series<Double> quantiles, Function<ClientMetrics, Distribution> times) {
      return new ClientMeter<>(
          this,
          Type.TIME_GAUGE,
          quantiles,
          (m, key) -> key == 0.5 ? times.apply(m).p50Micros() : times.apply(m).p99Micros(),
          (m, key) -> 0);
    }

    <K> ClientMeter<K> timer(Series<K> series, BiFunction<ClientMetrics, K, CallTotal> total) {
      return new ClientMeter<>(
          this,
          Type.TIMER,
          series,
          (m, key) -> total.apply(m, key).time().toNanos(),
          (m, key) -> total.apply(m, key).calls());
    }
  }

  private static Label label(String figure, String name, String description) {
    return new Label(figure, name, "", description);
  }

  private static Connections connections(ClientMetrics metrics) {
    return metrics.connections().orElseThrow();
  }

  private static CallTotal total(Distribution times) {
    double nanos = times.count() * times.meanMicros() * 1000;
    return new CallTotal(times.count(), Duration.ofNanos(Math.round(nanos)));
  }

  private static int inUse(Connections connections) {
    return connections.open() - connections.idle();
  }

  private static int active(EndpointPool use) {
    return use.leased() + use.pending();
  }
}
