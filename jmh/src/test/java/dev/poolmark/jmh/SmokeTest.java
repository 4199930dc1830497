package dev.poolmark.jmh;

import static dev.poolmark.jmh.SmokeRun.LIBRARIES;
import static dev.poolmark.jmh.SmokeRun.figure;
import static dev.poolmark.jmh.SmokeRun.parameter;
import static dev.poolmark.jmh.SmokeRun.run;
import static dev.poolmark.jmh.SmokeRun.small;
import static org.assertj.core.api.Assertions.assertThat;

import dev.poolmark.clients.ClientConfig;
import dev.poolmark.clients.PooledHttpClient;
import dev.poolmark.clients.spi.ClientProvider;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.options.TimeValue;

/**
 * Runs every benchmark through JMH with every client and both arms. Because they are many, the runs are small and have
 * no forks; {@link StubProcessTest} runs forks as a study does. The clients are all that are registered: ours, and the
 * example of a user's own client in the tests of the clients module.
 */
class SmokeTest {
  private static final Map<String, Integer> REQUESTS =
      Map.of("SequentialBenchmark", 5, "ConcurrentBenchmark", 4, "IndexingBenchmark", 6);

  /**
   * Connections that a pool may still open after the warm-up iteration: without delays a call may end before the others
   * begin, so that four calls at once may need all four connections only later.
   */
  private static final Map<String, Long> LATER = Map.of("ConcurrentBenchmark", 3L);

  /** Before the JDK client is used without its adapter, which sets system properties that are read once. */
  @BeforeAll
  static void openTheJdkClient() {
    PooledHttpClient.open("jdk", ClientConfig.builder().build()).close();
  }

  @Test
  void everyBenchmarkDoesWithEveryClientWhatItsArmSays() throws Exception {
    List<String> clients =
        ClientProvider.all().stream().map(ClientProvider::name).toList();
    assertThat(clients).contains("sockets");
    Collection<RunResult> results = run(small(
            "SequentialBenchmark|ConcurrentBenchmark|IndexingBenchmark",
            "rtt=0ms+tls=1.2",
            Map.of(
                "client",
                String.join(",", clients),
                "requests",
                "5",
                "concurrency",
                "4",
                "documents",
                "2"))
        .measurementIterations(2));

    TreeSet<String> seen = new TreeSet<>();
    for (RunResult result : results) {
      String benchmark = result.getParams().getBenchmark();
      String name =
          benchmark.substring(benchmark.lastIndexOf('.', benchmark.lastIndexOf('.') - 1) + 1);
      String type = name.substring(0, name.indexOf('.'));
      String reuse = parameter(result, "reuse");
      String cell = type + " " + parameter(result, "client") + " " + reuse;
      seen.add(cell);
      long requests = figure(result, "requests");
      long connections = figure(result, "connections");
      assertThat(requests).as(cell + ": requests").isEqualTo(2L * REQUESTS.get(type));
      if (reuse.equals("pooled")) {
        assertThat(connections)
            .as(cell + ": connections")
            .isBetween(0L, LATER.getOrDefault(type, 0L));
      } else {
        assertThat(connections).as(cell + ": connections").isEqualTo(requests);
      }
      // A pooled connection that no call waits for any more may still be in its handshake.
      assertThat(figure(result, "fullHandshakes"))
          .as(cell + ": full handshakes")
          .isBetween(reuse.equals("pooled") ? 0 : connections, connections);
      assertThat(figure(result, "resumedHandshakes")).as(cell + ": resumed").isZero();
      // A gauge: the larger of two iterations, not their sum.
      assertThat(figure(result, "peakRequestsInFlight"))
          .as(cell + ": requests in flight")
          .isBetween(1L, type.equals("SequentialBenchmark") ? 1L : 4L);
    }
    assertThat(seen).hasSize(REQUESTS.size() * clients.size() * 2);
  }

  @Test
  void theAdaptersTaxIsMeasuredForEveryClientAndBothWays() throws Exception {
    Collection<RunResult> results = run(small(
            "AdapterTax",
            "body-bytes=64",
            Map.of("client", LIBRARIES, "settings", "direct,tuned", "reuse", "pooled"))
        .warmupIterations(0)
        .measurementTime(TimeValue.milliseconds(300))
        .threads(2));
    assertThat(results).hasSize(12).allSatisfy(result -> {
      assertThat(figure(result, "requests")).isGreaterThan(figure(result, "connections"));
      assertThat(result.getSecondaryResults())
          .as("of the server in this JVM")
          .doesNotContainKey("serverBusyPercent");
      assertThat(figure(result, "normalizedMicros")).isPositive();
    });
    assertThat(results)
        .extracting(result -> parameter(result, "client") + " " + parameter(result, "settings"))
        .doesNotHaveDuplicates();
  }

  @ParameterizedTest
  @CsvSource({
    "client-per-request, 3, 3, 0",
    "connection-per-request, 3, 3, 0",
    "tls-resumption, 3, 0, 3",
    "pooled, 0, 0, 0"
  })
  void aReuseLevelDoesAtTheServerWhatItsNameSays(
      String level, long connections, long full, long resumed) throws Exception {
    Collection<RunResult> results = run(small(
        "SequentialBenchmark",
        "rtt=0ms+tls=1.2",
        Map.of("client", LIBRARIES, "reuse", level, "requests", "3")));
    assertThat(results).hasSize(6).allSatisfy(result -> {
      assertThat(figure(result, "requests")).isEqualTo(3);
      assertThat(figure(result, "connections")).isEqualTo(connections);
      assertThat(figure(result, "fullHandshakes")).isEqualTo(full);
      assertThat(figure(result, "resumedHandshakes")).isEqualTo(resumed);
    });
  }

  @Test
  void overHttp2OneConnectionCarriesConcurrentCalls() throws Exception {
    Collection<RunResult> results = run(small(
        "ConcurrentBenchmark",
        "service-time=50ms+tls=1.3",
        Map.of(
            "client",
            "okhttp,httpclient5-async,reactor-netty,jetty",
            "reuse",
            "h2",
            "concurrency",
            "6")));
    assertThat(results).hasSize(4).allSatisfy(result -> {
      assertThat(figure(result, "requests")).isEqualTo(6);
      assertThat(figure(result, "peakRequestsInFlight")).isEqualTo(6);
      assertThat(figure(result, "connections")).isZero();
    });
  }

  @Test
  void aLibraryWithItsOwnDefaultsDoesTheSameWork() throws Exception {
    Collection<RunResult> results = run(small(
        "ConcurrentBenchmark",
        "service-time=20ms+tls=1.3",
        Map.of("client", LIBRARIES, "reuse", "pooled", "settings", "library", "concurrency", "8")));
    assertThat(results).hasSize(6).allSatisfy(result -> {
      assertThat(figure(result, "requests")).isEqualTo(8);
      assertThat(figure(result, "peakRequestsInFlight")).isPositive();
    });
  }

  @ParameterizedTest
  @CsvSource({"tls=1.3", "body-bytes=100"})
  void aBareSocketDoesTheSameWork(String profile) throws Exception {
    Collection<RunResult> results = run(small(
        "SequentialBenchmark",
        profile,
        Map.of("client", "socket", "reuse", "pooled", "settings", "direct", "requests", "3")));
    assertThat(results).hasSize(1).allSatisfy(result -> {
      assertThat(figure(result, "requests")).isEqualTo(3);
      assertThat(figure(result, "connections")).isZero();
    });
  }

  @ParameterizedTest
  @CsvSource({"platform", "async"})
  void thePoolsSizeBoundsTheRequestsInFlight(String callers) throws Exception {
    Collection<RunResult> results = run(small(
        "ConcurrentBenchmark",
        "service-time=20ms",
        Map.of(
            "client",
            LIBRARIES,
            "reuse",
            "pooled",
            "pool",
            "3",
            "concurrency",
            "9",
            "callers",
            callers)));
    assertThat(results).hasSize(6).allSatisfy(result -> {
      assertThat(figure(result, "requests")).isEqualTo(9);
      assertThat(figure(result, "peakRequestsInFlight")).isEqualTo(3);
      assertThat(figure(result, "acquireMicros")).as("six calls waited").isPositive();
    });
  }
}
