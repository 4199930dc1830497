package dev.poolmark.clients.micrometer;

import static java.util.stream.Collectors.toSet;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.sun.net.httpserver.HttpServer;
import dev.poolmark.clients.ClientConfig;
import dev.poolmark.clients.Clients;
import dev.poolmark.clients.PooledHttpClient;
import dev.poolmark.clients.Request;
import dev.poolmark.clients.Reuse;
import dev.poolmark.stub.StubServer;
import dev.poolmark.stub.config.StubConfig;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A real Prometheus scrapes clients in trouble: every query of the dashboard has data, and every alert fires. Skipped
 * where there is no {@code prometheus} on the path.
 */
final class MonitoringTest {
  private static final Path DASHBOARD = Path.of("monitoring/grafana-dashboard.json");
  private static final Path ALERTS = Path.of("monitoring/alerts.yml");
  private static final Pattern QUERY = Pattern.compile("\"expr\": \"((?:[^\"\\\\]|\\\\.)*)\"");
  private static final Pattern ALERT = Pattern.compile("- alert: (\\w+)");

  /** OpenTelemetry's names and attributes as Prometheus writes them. */
  private static final List<String> CONVENTIONAL = List.of("""
      http_client_request_duration_seconds_sum{client="exhausted",http_request_method="GET",
      http_response_status_code="200",error_type="none",server_address="127.0.0.1",server_port!=""}""", """
      http_client_request_duration_seconds_count{client="stale",http_request_method="POST",
      http_response_status_code="0",error_type="connection_closed"}""", """
      http_client_active_requests{client="exhausted",server_address="127.0.0.1",server_port!=""} > 2""", """
      http_client_open_connections{client="exhausted",http_connection_state="active"} > 0""", """
      http_client_open_connections{client="exhausted",http_connection_state="idle"}""");

  private static final Duration PATIENCE = Duration.ofSeconds(90);
  private static final String LOOPBACK = "127.0.0.1";
  private static final int CALLERS = 6;

  @TempDir
  private Path dir;

  private final PrometheusMeterRegistry registry =
      new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private volatile boolean over;
  private HttpServer metrics;

  @BeforeEach
  void serveTheMetrics() throws IOException {
    metrics = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    metrics.createContext("/metrics", exchange -> {
      byte[] text = registry.scrape().getBytes(StandardCharsets.UTF_8);
      exchange.getResponseHeaders().set("Content-Type", "text/plain; version=0.0.4");
      exchange.sendResponseHeaders(200, text.length);
      exchange.getResponseBody().write(text);
      exchange.close();
    });
    metrics.start();
  }

  @AfterEach
  void close() {
    over = true;
    threads.shutdown();
    metrics.stop(0);
  }

  @Test
  void everyQueryHasDataAndEveryAlertFires() throws Exception {
    assumeTrue(isInstalled(), "skipped: there is no prometheus on the path");
    int port = freePort();
    Process prometheus = prometheus(port);
    try (StubServer slow =
            StubServer.start(StubConfig.defaults().withServiceTime(Duration.ofMillis(200)));
        ServerSocket closing = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        PooledHttpClient exhausted = client("exhausted", ClientConfig.builder().maxConnections(2));
        PooledHttpClient stale = client("stale", ClientConfig.builder());
        PooledHttpClient wasteful =
            client("wasteful", ClientConfig.builder().reuse(Reuse.CONNECTION_PER_REQUEST))) {
      for (int i = 0; i < CALLERS; i++) {
        keepCalling(exhausted, Request.get(slow.httpUri()));
      }
      keepCalling(wasteful, Request.get(slow.httpUri()));
      threads.execute(() -> closeAll(closing));
      URI closed = URI.create("http://" + LOOPBACK + ":" + closing.getLocalPort() + "/");
      keepCalling(stale, Request.post(closed, new byte[] {1}));

      Set<String> alerts = matches(ALERT, Files.readString(ALERTS)).collect(toSet());
      assertThat(alerts).hasSize(3);
      assertThat(Clients.within(PATIENCE, () -> firing(port).equals(alerts)))
          .as("alerts that fire: %s", firing(port))
          .isTrue();
      List<String> queries = matches(QUERY, Files.readString(DASHBOARD))
          .map(query -> query.replace("\\\"", "\"").replace("$client", ".*"))
          .toList();
      assertThat(Stream.concat(queries.stream(), CONVENTIONAL.stream()))
          .hasSizeGreaterThan(15)
          .allSatisfy(query -> assertThat(get(port, "query?query=" + encoded(query)))
              .as(query)
              .contains("\"status\":\"success\"", "\"value\":["));
    } finally {
      over = true;
      prometheus.destroyForcibly().waitFor();
    }
  }

  private PooledHttpClient client(String name, ClientConfig.Builder config) {
    PooledHttpClient client = PooledHttpClient.open("okhttp", config.build());
    new ClientMeters(client, name).bindTo(registry);
    new ClientMeters(client, name, Naming.OPEN_TELEMETRY).bindTo(registry);
    return client;
  }

  private void keepCalling(PooledHttpClient client, Request request) {
    threads.execute(() -> {
      while (!over) {
        try {
          client.execute(request);
        } catch (IOException | IllegalStateException wanted) {
          Clients.within(Duration.ofMillis(100), () -> over);
        }
      }
    });
  }

  private static void closeAll(ServerSocket server) {
    try {
      while (true) {
        server.accept().close();
      }
    } catch (IOException e) { // the test is over
    }
  }

  /** With intervals and delays of seconds, which are minutes in the rules. */
  private Process prometheus(int port) throws IOException {
    Files.writeString(
        dir.resolve("alerts.yml"),
        Files.readString(ALERTS)
            .replaceAll("\\[\\d+m\\]", "[10s]")
            .replaceAll("for: \\d+m", "for: 1s"));
    Files.writeString(dir.resolve("prometheus.yml"), """
        global: {scrape_interval: 1s, evaluation_interval: 1s}
        rule_files: [alerts.yml]
        scrape_configs:
          - job_name: clients
            static_configs: [{targets: ["%s:%d"]}]
        """.formatted(
            LOOPBACK, metrics.getAddress().getPort()));
    return new ProcessBuilder(
            "prometheus",
            "--config.file=" + dir.resolve("prometheus.yml"),
            "--storage.tsdb.path=" + dir.resolve("data"),
            "--web.listen-address=" + LOOPBACK + ":" + port)
        .redirectErrorStream(true)
        .redirectOutput(dir.resolve("output.txt").toFile())
        .start();
  }

  private static Set<String> firing(int port) {
    return matches(
            Pattern.compile("\"alertname\":\"(\\w+)\"[^{}]*\\}[^}]*\\}[^}]*\"state\":\"firing\""),
            get(port, "alerts"))
        .collect(toSet());
  }

  /** What Prometheus answers; empty while it does not. */
  private static String get(int port, String path) {
    URI uri = URI.create("http://" + LOOPBACK + ":" + port + "/api/v1/" + path);
    try (var in = uri.toURL().openStream()) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException notYet) {
      return "";
    }
  }

  private static String encoded(String query) {
    return URLEncoder.encode(query.replace("$__rate_interval", "10s"), StandardCharsets.UTF_8);
  }

  private static Stream<String> matches(Pattern pattern, String text) {
    return pattern.matcher(text).results().map((MatchResult match) -> match.group(1));
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    }
  }

  private static boolean isInstalled() {
    try {
      return new ProcessBuilder("prometheus", "--version")
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .redirectError(ProcessBuilder.Redirect.DISCARD)
              .start()
              .waitFor()
          == 0;
    } catch (IOException e) {
      return false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new UncheckedIOException(new IOException(e));
    }
  }
}
