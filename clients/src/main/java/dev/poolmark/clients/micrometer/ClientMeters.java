package dev.poolmark.clients.micrometer;

import dev.poolmark.clients.ClientMetrics;
import dev.poolmark.clients.ClientMetrics.Connections;
import dev.poolmark.clients.Distribution;
import dev.poolmark.clients.Failure;
import dev.poolmark.clients.PooledHttpClient;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.FunctionTimer;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.TimeGauge;
import io.micrometer.core.instrument.binder.MeterBinder;
import java.util.Locale;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;

/**
 * Shows a client's metrics in a registry of Micrometer: {@code httpclient.pool.calls} (a timer), {@code
 * httpclient.pool.calls.succeeded}, {@code httpclient.pool.failures} by {@code reason}, {@code httpclient.pool.retries},
 * {@code httpclient.pool.breaker.opens}, {@code httpclient.pool.connections} by {@code state} (leased, idle), {@code
 * httpclient.pool.pending}, {@code httpclient.pool.connections.opened} and {@code .closed}. Every meter has the tag
 * {@code client}. Meters of connections are absent if the library exposes none. Each reading takes a snapshot;
 * the calls themselves cost nothing more. Thread-safe.
 */
public final class ClientMeters implements MeterBinder {
  private static final String PREFIX = "httpclient.pool.";

  private final PooledHttpClient client;
  private final Tags tags;

  /**
   * Meters for that client.
   *
   * @param name the tag {@code client}, such as the name of the service that is called
   */
  public ClientMeters(PooledHttpClient client, String name) {
    this.client = Objects.requireNonNull(client, "client");
    this.tags = Tags.of("client", name);
  }

  @Override
  public void bindTo(MeterRegistry registry) {
    FunctionTimer.builder(
            PREFIX + "calls",
            client,
            c -> c.metrics().calls(),
            c -> c.metrics().totalTime().toNanos(),
            TimeUnit.NANOSECONDS)
        .description("calls that have ended")
        .tags(tags)
        .register(registry);
    counter(registry, "calls.succeeded", tags, ClientMetrics::succeeded);
    counter(registry, "retries", tags, ClientMetrics::retries);
    counter(registry, "breaker.opens", tags, ClientMetrics::breakerOpens);
    for (Failure failure : Failure.values()) {
      counter(
          registry,
          "failures",
          tags.and("reason", failure.name().toLowerCase(Locale.ROOT)),
          metrics -> metrics.failures().getOrDefault(failure, 0L));
    }
    gauge(registry, "connections", tags.and("state", "leased"), ClientMetrics::leased);
    gauge(registry, "connections.max", tags, ClientMetrics::maxConnections);
    gauge(registry, "pending", tags, ClientMetrics::pending);
    times(registry, "call.time", ClientMetrics::callTime);
    times(registry, "acquire.wait", ClientMetrics::acquireWait);
    if (client.metrics().connections().isPresent()) {
      gauge(registry, "connections", tags.and("state", "idle"), m -> of(m).idle());
      counter(registry, "connections.opened", tags, m -> of(m).opened());
      counter(registry, "connections.closed", tags, m -> of(m).closed());
      times(registry, "connect.time", m -> of(m).connectTime());
    }
  }

  private static Connections of(ClientMetrics metrics) {
    return metrics.connections().orElseThrow();
  }

  private void times(
      MeterRegistry registry, String name, Function<ClientMetrics, Distribution> times) {
    quantile(registry, name, "0.5", m -> times.apply(m).p50Micros());
    quantile(registry, name, "0.99", m -> times.apply(m).p99Micros());
  }

  private void quantile(
      MeterRegistry registry, String name, String share, ToDoubleFunction<ClientMetrics> micros) {
    TimeGauge.builder(
            PREFIX + name, client, TimeUnit.MICROSECONDS, c -> micros.applyAsDouble(c.metrics()))
        .tags(tags.and("quantile", share))
        .register(registry);
  }

  private void counter(
      MeterRegistry registry, String name, Tags tags, ToDoubleFunction<ClientMetrics> value) {
    FunctionCounter.builder(PREFIX + name, client, c -> value.applyAsDouble(c.metrics()))
        .tags(tags)
        .register(registry);
  }

  private void gauge(
      MeterRegistry registry, String name, Tags tags, ToDoubleFunction<ClientMetrics> value) {
    Gauge.builder(PREFIX + name, client, c -> value.applyAsDouble(c.metrics()))
        .tags(tags)
        .register(registry);
  }
}
