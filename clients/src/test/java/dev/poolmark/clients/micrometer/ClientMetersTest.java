package dev.poolmark.clients.micrometer;

import static java.util.stream.Collectors.joining;
import static java.util.stream.Collectors.toMap;
import static java.util.stream.Collectors.toSet;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.poolmark.clients.CallException;
import dev.poolmark.clients.ClientConfig;
import dev.poolmark.clients.ClientMetrics;
import dev.poolmark.clients.ClientMetrics.EndpointPool;
import dev.poolmark.clients.Clients;
import dev.poolmark.clients.Distribution;
import dev.poolmark.clients.PooledHttpClient;
import dev.poolmark.clients.ReadmeTable;
import dev.poolmark.clients.RefusingPort;
import dev.poolmark.clients.Request;
import dev.poolmark.clients.Response;
import dev.poolmark.clients.Sizing;
import dev.poolmark.clients.resilience.CircuitBreakerConfig;
import dev.poolmark.clients.resilience.ResilientClient;
import dev.poolmark.clients.resilience.Retry;
import dev.poolmark.stub.StubServer;
import dev.poolmark.stub.config.StubConfig;
import io.micrometer.core.instrument.FunctionTimer;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.lang.ref.WeakReference;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.assertj.core.data.Percentage;
import org.junit.jupiter.api.Test;

final class ClientMetersTest {
  /** A port that needs a privilege, and that nobody uses. */
  private static final URI NOBODY = URI.create("http://127.0.0.1:1/");

  private final SimpleMeterRegistry registry = new SimpleMeterRegistry();

  private static PooledHttpClient open(String name) {
    return PooledHttpClient.open(name, ClientConfig.builder().build());
  }

  @Test
  void theRegistryShowsWhatTheServerCounted() throws Exception {
    try (StubServer server = StubServer.start(StubConfig.defaults());
        PooledHttpClient client = open("okhttp")) {
      new ClientMeters(client, "search").bindTo(registry);
      for (int i = 0; i < 5; i++) {
        client.execute(Request.get(server.httpUri()));
      }
      assertThatThrownBy(() -> client.execute(Request.get(NOBODY)))
          .isInstanceOf(CallException.class);

      assertThat(registry
              .get("httpclient.pool.calls")
              .tag("client", "search")
              .functionTimer()
              .count())
          .isEqualTo((double) server.stats().requests() + 1);
      assertThat(counts("httpclient.pool.outcomes"))
          .isEqualTo(Map.of(
              outcome(Request.get(server.httpUri()), "SUCCESS", "200"), 5.0,
              outcome(Request.get(NOBODY), "CONNECT_FAILED", "UNKNOWN"), 1.0));
      assertThat(registry
              .get("httpclient.pool.calls")
              .functionTimer()
              .totalTime(TimeUnit.MILLISECONDS))
          .isPositive();
      assertThat(counter("httpclient.pool.calls.succeeded")).isEqualTo(5);
      assertThat(registry
              .get("httpclient.pool.failures")
              .tag("reason", "connect_failed")
              .functionCounter()
              .count())
          .isEqualTo(1);
      assertThat(counter("httpclient.pool.connections.opened"))
          .isEqualTo((double) server.stats().connections());
      assertThat(gauge("httpclient.pool.connections", tags("state", "leased"))).isZero();
      assertThat(registry.get("httpclient.pool.pending").gauge().value()).isZero();
      assertThat(registry.get("httpclient.pool.connections.max").gauge().value())
          .isEqualTo(client.metrics().maxConnections());
      for (String times : List.of("call.time", "acquire.wait", "connect.time")) {
        for (String quantile : List.of("0.5", "0.99")) {
          assertThat(registry
                  .get("httpclient.pool." + times)
                  .tag("quantile", quantile)
                  .timeGauge()
                  .value(TimeUnit.SECONDS))
              .as("%s %s", times, quantile)
              .isBetween(0.0, 10.0);
        }
      }
      assertThat(registry
              .get("httpclient.pool.call.time")
              .tag("quantile", "0.99")
              .timeGauge()
              .value(TimeUnit.MICROSECONDS))
          .isCloseTo(
              (double) client.metrics().callTime().p99Micros(), Percentage.withPercentage(1e-9));
    }
  }

  @Test
  void closedConnectionsAreCounted() throws Exception {
    try (StubServer server = StubServer.start(StubConfig.defaults())) {
      PooledHttpClient client = open("okhttp");
      new ClientMeters(client, "search").bindTo(registry);
      client.execute(Request.get(server.httpUri()));
      assertThat(closed("client_closed")).isZero();
      client.close();
      assertThat(closed("client_closed")).isEqualTo((double) server.stats().connections());
      assertThat(closed("idle_timeout")).isZero();
      assertThat(registry
              .get("httpclient.pool.connection.duration")
              .functionTimer()
              .count())
          .isEqualTo((double) server.stats().connections());
      // also keeps the client, of which the registry holds a weak reference only
      assertThat(client.metrics().connections().orElseThrow().closed()).isEqualTo(1);
    }
  }

  @Test
  void aLibraryThatTellsNothingOfItsConnectionsHasNoMetersForThem() {
    try (PooledHttpClient client = open("jdk")) {
      new ClientMeters(client, "search").bindTo(registry);
      assertThat(registry.find("httpclient.pool.connections.opened").functionCounter())
          .isNull();
      assertThat(gauge("httpclient.pool.connections", tags("state", "leased"))).isZero();
    }
  }

  /** The registry reads one meter, and so finds the series of the others. */
  private Map<Set<Tag>, Double> counts(String timer) {
    registry.get("httpclient.pool.pending").gauge().value();
    return registry.find(timer).functionTimers().stream()
        .collect(toMap(found -> Set.copyOf(found.getId().getTags()), FunctionTimer::count));
  }

  private static Set<Tag> tags(String... keysAndValues) {
    return Tags.of(keysAndValues).and("client", "search").stream().collect(toSet());
  }

  private static Set<Tag> outcome(Request to, String outcome, String status) {
    return tags("endpoint", to.endpoint(), "method", "GET", "outcome", outcome, "status", status);
  }

  @Test
  void openTelemetrysNamesAreASwitch() throws Exception {
    try (StubServer server = StubServer.start(StubConfig.defaults());
        ServerSocket silent = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        PooledHttpClient client = open("okhttp")) {
      new ClientMeters(client, "search", Naming.OPEN_TELEMETRY).bindTo(registry);
      URI uri = server.httpUri();
      client.execute(Request.get(uri));
      client.execute(Request.post(uri.resolve("unknown"), new byte[1]));
      assertThatThrownBy(() -> client.execute(Request.get(NOBODY)))
          .isInstanceOf(CallException.class);
      URI nothing = URI.create("http://127.0.0.1:" + silent.getLocalPort() + "/");
      CompletableFuture<Response> call = client.executeAsync(Request.get(nothing));
      Clients.eventually(
          "connected", () -> client.metrics().connections().orElseThrow().open() == 2);
      counts("http.client.request.duration");
      assertThat(gauge("http.client.active_requests", server(nothing))).isEqualTo(1);
      assertThat(gauge("http.client.open_connections", tags("http.connection.state", "active")))
          .isEqualTo(1);
      assertThat(gauge("http.client.open_connections", tags("http.connection.state", "idle")))
          .isEqualTo((double) server.stats().openConnections());
      call.cancel(true);
      Clients.eventually("no lease is held", () -> client.metrics().leased() == 0);
      assertThat(gauge("http.client.active_requests", server(nothing))).isZero();
      assertThat(counts("http.client.request.duration"))
          .isEqualTo(Map.of(
              duration(uri, "GET", "200", "none"), 1.0,
              duration(uri, "POST", "404", "404"), 1.0,
              duration(nothing, "GET", "0", "none"), 1.0,
              duration(NOBODY, "GET", "0", "connect_failed"), 1.0));
      assertThat(registry.find("httpclient.pool.outcomes").meters()).isEmpty();
    }
  }

  private static Set<Tag> server(URI uri) {
    return tags(serverTags(uri));
  }

  private static String[] serverTags(URI uri) {
    return new String[] {
      "server.address", uri.getHost(), "server.port", String.valueOf(uri.getPort())
    };
  }

  private static Set<Tag> duration(URI uri, String method, String status, String error) {
    return Tags.of(serverTags(uri))
        .and("http.request.method", method, "http.response.status_code", status)
        .and("error.type", error, "client", "search")
        .stream()
        .collect(toSet());
  }

  @Test
  void aResilientClientShowsItsPoolAndItsBreakers() throws Exception {
    ClientConfig config = ClientConfig.builder().build();
    try (StubServer server = StubServer.start(StubConfig.defaults());
        RefusingPort refusing = new RefusingPort();
        PooledHttpClient client = resilient(config)) {
      new ClientMeters(client, "search").bindTo(registry);
      client.execute(Request.get(server.httpUri()));
      URI refused = URI.create("http://127.0.0.1:" + refusing.number() + "/");
      for (int i = 0; i < 3; i++) {
        assertThatThrownBy(() -> client.execute(Request.get(refused)))
            .isInstanceOf(CallException.class);
      }
      assertThat(counter("httpclient.pool.connections.opened")).isEqualTo(1);
      assertThat(counter("httpclient.pool.calls.succeeded")).isEqualTo(1);
      assertThat(registry.get("httpclient.pool.calls").functionTimer().count()).isEqualTo(2);
      assertThat(counter("httpclient.pool.breaker.opens")).isEqualTo(1);
      assertThat(counter("httpclient.pool.breaker.refusals")).isEqualTo(2);
      assertThat(gauge("httpclient.pool.breakers", tags("state", "open"))).isEqualTo(1);
      assertThat(gauge("httpclient.pool.breakers", tags("state", "half_open"))).isZero();
      assertThat(gauge("httpclient.pool.breakers", tags("state", "closed"))).isEqualTo(1);
    }
  }

  private static PooledHttpClient resilient(ClientConfig config) {
    return ResilientClient.around(
        PooledHttpClient.open("okhttp", config),
        config,
        Retry.of(0, 1),
        new CircuitBreakerConfig(1, 1, Duration.ofMinutes(1), 1));
  }

  // With made-up metrics

  /** A client that has waiting calls to so many endpoints. */
  private record Waiting(Set<String> endpoints) implements PooledHttpClient {
    @Override
    public ClientMetrics metrics() {
      Distribution none = new Distribution(0, 0, 0, 0, 0, 0, 0);
      return new ClientMetrics(
          Map.of(),
          false,
          1,
          0,
          endpoints.size(),
          endpoints.stream().collect(toMap(name -> name, name -> new EndpointPool(1, 0, 1))),
          Optional.empty(),
          none,
          none,
          0,
          0,
          0,
          Map.of());
    }

    @Override
    public Response execute(Request request) {
      throw new UnsupportedOperationException();
    }

    @Override
    public CompletableFuture<Response> executeAsync(Request request) {
      throw new UnsupportedOperationException();
    }

    @Override
    public void close() {}
  }

  @Test
  void aServerHasAnAddressAndAPort() {
    PooledHttpClient client =
        new Waiting(Set.of("https://a", "http://my_service:81", "http://[::1]:82", "_OTHER"));
    new ClientMeters(client, "search", Naming.OPEN_TELEMETRY).bindTo(registry);
    assertThat(registry.find("http.client.active_requests").gauges())
        .allSatisfy(gauge -> assertThat(gauge.value()).isEqualTo(1))
        .extracting(gauge -> Set.copyOf(gauge.getId().getTags()))
        .containsExactlyInAnyOrder(
            tags("server.address", "a", "server.port", "443"),
            tags("server.address", "my_service", "server.port", "81"),
            tags("server.address", "::1", "server.port", "82"),
            tags("server.address", "_OTHER", "server.port", "-1"));
  }

  @Test
  void aMeterHasAThousandSeriesAtMost() {
    PooledHttpClient client =
        new Waiting(IntStream.range(0, 1100).mapToObj(i -> "http://a" + i).collect(toSet()));
    new ClientMeters(client, "search").bindTo(registry);
    assertThat(registry.find("httpclient.pool.calls.active").gauges()).hasSize(1000);
  }

  @Test
  void theRegistryDoesNotKeepAClientThatNobodyUses() {
    WeakReference<PooledHttpClient> client = new WeakReference<>(new Waiting(Set.of("http://a")));
    new ClientMeters(client.get(), "search").bindTo(registry);
    Clients.eventually("collected", () -> {
      System.gc();
      return client.get() == null;
    });
    assertThat(registry.get("httpclient.pool.pending").gauge().value()).isNaN();
  }

  // The table

  @Test
  void theReadmeListsTheMeters() throws Exception {
    ClientConfig config = ClientConfig.builder().sizing(Sizing.ADAPTIVE).build();
    SimpleMeterRegistry conventional = new SimpleMeterRegistry();
    try (StubServer server = StubServer.start(StubConfig.defaults());
        PooledHttpClient client = resilient(config)) {
      client.execute(Request.get(server.httpUri()));
      new ClientMeters(client, "search").bindTo(registry);
      new ClientMeters(client, "search", Naming.OPEN_TELEMETRY).bindTo(conventional);
      assertThat(names(registry)).isEqualTo(declared(Naming.MICROMETER));
      assertThat(names(conventional)).isEqualTo(declared(Naming.OPEN_TELEMETRY));
      String rows = ClientMeter.ALL.stream()
          .map(meter -> row(meter.label(), conventional))
          .collect(joining());
      ReadmeTable.check("meters", """
          | `metrics()` | ours, `httpclient.pool.` + | OpenTelemetry's | type, unit | what it shows |
          |---|---|---|---|---|
          """ + rows);
    }
  }

  private static Set<String> names(SimpleMeterRegistry registry) {
    return registry.getMeters().stream().map(meter -> meter.getId().getName()).collect(toSet());
  }

  private static Set<String> declared(Naming naming) {
    return ClientMeter.ALL.stream()
        .map(meter -> meter.label().name(naming))
        .filter(name -> !name.isEmpty())
        .collect(toSet());
  }

  private String row(ClientMeter.Label label, SimpleMeterRegistry conventional) {
    String ours = label.name(Naming.MICROMETER);
    String theirs = label.convention();
    Meter.Id id = ours.isEmpty() ? id(conventional, theirs) : id(registry, ours);
    assertThat(id.getDescription()).isEqualTo(label.description());
    return "| `%s` | %s | %s | %s%s | %s |\n"
        .formatted(
            label.figure(),
            ours.isEmpty() ? "" : "`" + label.name() + "`" + by(id),
            theirs.isEmpty() ? "" : "`" + theirs + "`" + by(id(conventional, theirs)),
            id.getType().name().toLowerCase(Locale.ROOT),
            "seconds".equals(id.getBaseUnit()) ? ", s" : "",
            label.description());
  }

  private static Meter.Id id(SimpleMeterRegistry registry, String name) {
    return registry.find(name).meters().iterator().next().getId();
  }

  private static String by(Meter.Id id) {
    String keys = id.getTags().stream()
        .map(Tag::getKey)
        .filter(key -> !key.equals("client"))
        .map(key -> "`" + key + "`")
        .collect(joining(", "));
    return keys.isEmpty() ? "" : ", by " + keys;
  }

  private double counter(String name) {
    return registry.get(name).functionCounter().count();
  }

  private double closed(String reason) {
    return registry
        .get("httpclient.pool.connections.closed")
        .tag("reason", reason)
        .functionCounter()
        .count();
  }

  private double gauge(String name, Set<Tag> tags) {
    return registry.get(name).tags(tags).gauge().value();
  }
}
