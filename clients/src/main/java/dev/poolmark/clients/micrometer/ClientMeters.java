package dev.poolmark.clients.micrometer;

import dev.poolmark.clients.ClientMetrics;
import dev.poolmark.clients.PooledHttpClient;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.FunctionTimer;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.TimeGauge;
import io.micrometer.core.instrument.binder.MeterBinder;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.ToDoubleFunction;

/**
 * Shows a client's metrics in a registry of Micrometer. The README lists the meters; each has the tag {@code client}.
 * Those of connections are absent if the library exposes none. A {@link
 * dev.poolmark.clients.resilience.ResilientClient} shows its own figures and those of the client inside.
 *
 * <p>Each reading takes a snapshot; the calls themselves cost nothing more. A reading also registers what has come up
 * since the one before: the first call with an outcome, the first call to an endpoint. A meter shows the first 1,000
 * series. Thread-safe.
 */
public final class ClientMeters implements MeterBinder {
  private static final int MAX_SERIES = 1000;

  private final PooledHttpClient client;
  private final Tags tags;
  private final Naming naming;

  /**
   * Meters for that client, named by {@link Naming#MICROMETER}.
   *
   * @param name the tag {@code client}, such as the name of the service that is called
   */
  public ClientMeters(PooledHttpClient client, String name) {
    this(client, name, Naming.MICROMETER);
  }

  /**
   * Meters for that client.
   *
   * @param name the tag {@code client}, such as the name of the service that is called
   */
  public ClientMeters(PooledHttpClient client, String name, Naming naming) {
    this.client = Objects.requireNonNull(client, "client");
    this.tags = Tags.of("client", name);
    this.naming = Objects.requireNonNull(naming, "naming");
  }

  @Override
  public void bindTo(MeterRegistry registry) {
    new Binding(registry, tags, naming).read(client);
  }

  /** The meters in one registry. It does not hold the client: the registry has a weak reference to it. */
  private static final class Binding {
    private final MeterRegistry registry;
    private final Tags tags;
    private final Naming naming;
    private final Map<ClientMeter<?>, Set<Object>> registered = new ConcurrentHashMap<>();

    Binding(MeterRegistry registry, Tags tags, Naming naming) {
      this.registry = registry;
      this.tags = tags;
      this.naming = naming;
      for (ClientMeter<?> meter : ClientMeter.ALL) {
        if (!meter.label().name(naming).isEmpty()) {
          registered.put(meter, ConcurrentHashMap.newKeySet());
        }
      }
    }

    ClientMetrics read(PooledHttpClient client) {
      ClientMetrics metrics = client.metrics();
      registered.forEach((meter, keys) -> registerNew(meter, keys, client, metrics));
      return metrics;
    }

    private <K> void registerNew(
        ClientMeter<K> meter, Set<Object> keys, PooledHttpClient client, ClientMetrics metrics) {
      for (K key : meter.series().keys().apply(metrics)) {
        if (keys.size() < MAX_SERIES && keys.add(key)) {
          register(meter, key, client);
        }
      }
    }

    private <K> void register(ClientMeter<K> meter, K key, PooledHttpClient client) {
      String name = meter.label().name(naming);
      String description = meter.label().description();
      Tags all = tags.and(meter.series().tags().apply(naming, key));
      ToDoubleFunction<PooledHttpClient> value = c -> meter.value().applyAsDouble(read(c), key);
      switch (meter.type()) {
        case COUNTER ->
          FunctionCounter.builder(name, client, value)
              .description(description)
              .tags(all)
              .register(registry);
        case GAUGE ->
          Gauge.builder(name, client, value).description(description).tags(all).register(registry);
        case TIME_GAUGE ->
          TimeGauge.builder(name, client, TimeUnit.MICROSECONDS, value)
              .description(description)
              .tags(all)
              .register(registry);
        case TIMER ->
          FunctionTimer.builder(
                  name,
                  client,
                  c -> meter.timed().applyAsLong(read(c), key),
                  value,
                  TimeUnit.NANOSECONDS)
              .description(description)
              .tags(all)
              .register(registry);
      }
    }
  }
}
