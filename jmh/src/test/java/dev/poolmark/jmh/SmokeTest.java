package dev.poolmark.jmh;

import static org.assertj.core.api.Assertions.assertThat;

import dev.poolmark.clients.ClientConfig;
import dev.poolmark.clients.ClientProvider;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.options.ChainedOptionsBuilder;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;

/**
 * Runs every benchmark through JMH with every client and both arms, small and undelayed, in this JVM, for they are many;
 * {@link StubProcessTest} has a fork as in a study. The clients are those that are registered: ours, and the example of
 * one's own that the clients' tests bring along.
 */
class SmokeTest {
  private static final String LIBRARIES =
      "okhttp,httpclient5,httpclient5-async,reactor-netty,jdk,jetty";

  private static final Map<String, Integer> REQUESTS =
      Map.of("SequentialBenchmark", 5, "ConcurrentBenchmark", 4, "IndexingBenchmark", 6);

  /**
   * Connections that a pool may still open after the warm-up iteration: without delays a call may be over before the
   * others begin, so that the first four at once come later.
   */
  private static final Map<String, Long> LATER = Map.of("ConcurrentBenchmark", 3L);

  @Test
  void everyBenchmarkDoesWithEveryClientWhatItsArmSays() throws Exception {
    List<String> clients =
        ClientProvider.all().stream().map(ClientProvider::name).toList();
    assertThat(clients).contains("sockets");
    Collection<RunResult> results = new Runner(new OptionsBuilder()
            .include("SequentialBenchmark|ConcurrentBenchmark|IndexingBenchmark")
            .param("client", clients.toArray(String[]::new))
            .param("profile", "rtt=0ms+tls=1.2")
            .param("warmUpSeconds", "0")
            .param("requests", "5")
            .param("concurrency", "4")
            .param("documents", "2")
            .warmupIterations(1)
            .measurementIterations(2)
            .forks(0)
            .shouldFailOnError(true)
            .verbosity(VerboseMode.SILENT)
            .build())
        .run();

    TreeSet<String> seen = new TreeSet<>();
    for (RunResult result : results) {
      String benchmark = result.getParams().getBenchmark();
      String name =
          benchmark.substring(benchmark.lastIndexOf('.', benchmark.lastIndexOf('.') - 1) + 1);
      String type = name.substring(0, name.indexOf('.'));
      String reuse = result.getParams().getParam("reuse");
      String cell = type + " " + result.getParams().getParam("client") + " " + reuse;
      seen.add(cell);
      long requests = count(result, "requests");
      long connections = count(result, "connections");
      assertThat(requests).as(cell + ": requests").isEqualTo(2L * REQUESTS.get(type));
      if (reuse.equals("pooled")) {
        assertThat(connections)
            .as(cell + ": connections")
            .isBetween(0L, LATER.getOrDefault(type, 0L));
      } else {
        assertThat(connections).as(cell + ": connections").isEqualTo(requests);
      }
      assertThat(count(result, "fullHandshakes"))
          .as(cell + ": full handshakes")
          .isEqualTo(connections);
      assertThat(count(result, "resumedHandshakes")).as(cell + ": resumed").isZero();
    }
    assertThat(seen).hasSize(REQUESTS.size() * clients.size() * 2);
  }

  @Test
  void theAdaptersTaxIsMeasuredForEveryClientAndBothWays() throws Exception {
    Collection<RunResult> results = new Runner(new OptionsBuilder()
            .include("AdapterTax")
            .param("client", LIBRARIES.split(","))
            .param("settings", "direct", "tuned")
            .param("reuse", "pooled")
            .param("profile", "body-bytes=64")
            .param("warmUpSeconds", "0")
            .warmupIterations(0)
            .measurementIterations(1)
            .measurementTime(TimeValue.milliseconds(300))
            .forks(0)
            .threads(2)
            .shouldFailOnError(true)
            .verbosity(VerboseMode.SILENT)
            .build())
        .run();
    assertThat(results).allSatisfy(result -> {
      assertThat(count(result, "requests")).isGreaterThan(count(result, "connections"));
      assertThat(count(result, "serverBusyPercent")).as("in this JVM").isZero();
      assertThat(count(result, "normalizedMicros")).isPositive();
    });
    assertThat(results)
        .extracting(result ->
            result.getParams().getParam("client") + " " + result.getParams().getParam("settings"))
        .containsExactlyInAnyOrder(
            "okhttp direct",
            "okhttp tuned",
            "httpclient5 direct",
            "httpclient5 tuned",
            "httpclient5-async direct",
            "httpclient5-async tuned",
            "reactor-netty direct",
            "reactor-netty tuned",
            "jdk direct",
            "jdk tuned",
            "jetty direct",
            "jetty tuned");
  }

  /** Before the JDK's client is used without its adapter, which sets the properties that it reads once. */
  @BeforeAll
  static void openTheClientOfTheJdk() {
    ClientProvider.open("jdk", ClientConfig.builder().build()).close();
  }

  private static Collection<RunResult> small(
      String benchmark, String profile, Map<String, String> parameters) throws Exception {
    ChainedOptionsBuilder options = new OptionsBuilder()
        .include(benchmark)
        .param("profile", profile)
        .param("warmUpSeconds", "0")
        .warmupIterations(1)
        .measurementIterations(1)
        .forks(0)
        .shouldFailOnError(true)
        .verbosity(VerboseMode.SILENT);
    parameters.forEach((name, values) -> options.param(name, values.split(",")));
    return new Runner(options.build()).run();
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
    for (RunResult result : small(
        "SequentialBenchmark",
        "rtt=0ms+tls=1.2",
        Map.of("client", LIBRARIES, "reuse", level, "requests", "3"))) {
      String client = result.getParams().getParam("client");
      assertThat(count(result, "requests")).as(client).isEqualTo(3);
      assertThat(count(result, "connections")).as(client).isEqualTo(connections);
      assertThat(count(result, "fullHandshakes")).as(client).isEqualTo(full);
      assertThat(count(result, "resumedHandshakes")).as(client).isEqualTo(resumed);
    }
  }

  @Test
  void overHttp2OneConnectionCarriesCallsAtOnce() throws Exception {
    Collection<RunResult> results = small(
        "ConcurrentBenchmark",
        "service-time=50ms+tls=1.3",
        Map.of(
            "client",
            "okhttp,httpclient5-async,reactor-netty,jetty",
            "reuse",
            "h2",
            "concurrency",
            "6"));
    assertThat(results).hasSize(4).allSatisfy(result -> {
      assertThat(count(result, "requests")).isEqualTo(6);
      assertThat(count(result, "peakRequestsInFlight")).isEqualTo(6);
      assertThat(count(result, "connections")).isZero();
    });
  }

  @Test
  void aLibraryWithItsOwnDefaultsDoesTheSameWork() throws Exception {
    Collection<RunResult> results = small(
        "ConcurrentBenchmark",
        "service-time=20ms+tls=1.3",
        Map.of("client", LIBRARIES, "reuse", "pooled", "settings", "library", "concurrency", "8"));
    assertThat(results).hasSize(6).allSatisfy(result -> {
      assertThat(count(result, "requests")).isEqualTo(8);
      assertThat(count(result, "peakRequestsInFlight")).isPositive();
    });
  }

  /** What they hold, only a fork with the server elsewhere can tell: {@link StubProcessTest}. */
  @Test
  void whatIsCountedOfCallsIsCountedWhileAllAreUnderWay() throws Exception {
    Collection<RunResult> results = small(
        "FootprintBenchmark",
        "service-time=400ms+tls=1.3",
        Map.of("client", LIBRARIES, "concurrency", "3", "settleMillis", "0"));
    assertThat(results).hasSize(12).allSatisfy(result -> {
      assertThat(count(result, "peakRequestsInFlight")).isEqualTo(3);
      assertThat(count(result, "connections"))
          .isEqualTo(result.getParams().getParam("reuse").equals("pooled") ? 0 : 3);
    });
  }

  @ParameterizedTest
  @CsvSource({"tls=1.3", "body-bytes=100"})
  void aBareSocketDoesTheSameWork(String profile) throws Exception {
    Collection<RunResult> results = small(
        "SequentialBenchmark",
        profile,
        Map.of("client", "socket", "reuse", "pooled", "settings", "direct", "requests", "3"));
    assertThat(results).hasSize(1).allSatisfy(result -> {
      assertThat(count(result, "requests")).isEqualTo(3);
      assertThat(count(result, "connections")).isZero();
    });
  }

  @ParameterizedTest
  @CsvSource({"platform", "async"})
  void thePoolsSizeBoundsWhatIsInFlight(String callers) throws Exception {
    Collection<RunResult> results = small(
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
            callers));
    assertThat(results).hasSize(6).allSatisfy(result -> {
      assertThat(count(result, "requests")).isEqualTo(9);
      assertThat(count(result, "peakRequestsInFlight")).isEqualTo(3);
      assertThat(count(result, "acquireMicros")).as("six have waited").isPositive();
    });
  }

  @Test
  void aSpikeOpensTheConnectionsThatThePoolDoesNotHave() throws Exception {
    Collection<RunResult> results = small(
        "SpikeBenchmark",
        "service-time=100ms",
        Map.of("client", LIBRARIES, "reuse", "pooled", "before", "1,6", "burst", "6"));
    assertThat(results).hasSize(12).allSatisfy(result -> {
      assertThat(count(result, "requests")).isEqualTo(6);
      assertThat(count(result, "connections"))
          .isEqualTo(result.getParams().getParam("before").equals("1") ? 5 : 0);
    });
  }

  @Test
  void anOpenLoopMakesItsCallsAndTimesThem() throws Exception {
    Collection<RunResult> results = small(
        "OpenLoopBenchmark",
        "service-time=20ms",
        Map.of("client", LIBRARIES, "reuse", "pooled", "rate", "50", "seconds", "1"));
    assertThat(results).hasSize(6).allSatisfy(result -> {
      assertThat(count(result, "requests")).isEqualTo(50);
      assertThat(count(result, "p50Micros")).isBetween(20_000L, count(result, "p99Micros"));
      assertThat(count(result, "maxMicros")).isGreaterThanOrEqualTo(count(result, "p99Micros"));
    });
  }

  @ParameterizedTest
  @CsvSource({
    "idle-timeout=60ms+ending=fin, 0",
    "idle-timeout=60ms+ending=rst, 0",
    "nat-timeout=60ms, 1"
  })
  void aStaleConnectionFailsACallWhereNobodyTells(String profile, long failed) throws Exception {
    Collection<RunResult> results = small(
        "StaleBenchmark",
        profile,
        Map.of(
            "client",
            LIBRARIES,
            "reuse",
            "pooled",
            "calls",
            "2",
            "pauseMillis",
            "150",
            "patienceMillis",
            failed == 0 ? "5000" : "300"));
    assertThat(results).hasSize(6).allSatisfy(result -> {
      assertThat(count(result, "calls")).isEqualTo(2);
      assertThat(count(result, "failedCalls")).isBetween(failed, 2 * failed);
      assertThat(count(result, "meanMicros")).isPositive();
    });
  }

  private static long count(RunResult result, String counter) {
    return (long) result.getSecondaryResults().get(counter).getScore();
  }
}
