package dev.poolmark.jmh;

import static dev.poolmark.jmh.SmokeRun.LIBRARIES;
import static dev.poolmark.jmh.SmokeRun.figure;
import static dev.poolmark.jmh.SmokeRun.parameter;
import static dev.poolmark.jmh.SmokeRun.run;
import static dev.poolmark.jmh.SmokeRun.small;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Collection;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.openjdk.jmh.results.RunResult;

/** As {@link SmokeTest}: the benchmarks of spikes, rates, saturation, stale connections and outages. */
class TrafficSmokeTest {
  /** Only a fork with the server elsewhere shows what the client holds: {@link StubProcessTest}. */
  @Test
  void theFootprintIsTakenWhileAllCallsAreInFlight() throws Exception {
    Collection<RunResult> results = run(small(
        "FootprintBenchmark",
        "service-time=400ms+tls=1.3",
        Map.of("client", LIBRARIES, "concurrency", "3", "settleMillis", "0")));
    assertThat(results).hasSize(12).allSatisfy(result -> {
      assertThat(figure(result, "peakRequestsInFlight")).isEqualTo(3);
      assertThat(figure(result, "connections"))
          .isEqualTo(parameter(result, "reuse").equals("pooled") ? 0 : 3);
    });
  }

  @Test
  void aSpikeOpensTheConnectionsThatThePoolDoesNotHave() throws Exception {
    Collection<RunResult> results = run(small(
        "SpikeBenchmark",
        "service-time=100ms",
        Map.of("client", LIBRARIES, "reuse", "pooled", "before", "1,6", "burst", "6")));
    assertThat(results).hasSize(12).allSatisfy(result -> {
      assertThat(figure(result, "requests")).isEqualTo(6);
      assertThat(figure(result, "connections"))
          .isEqualTo(parameter(result, "before").equals("1") ? 5 : 0);
    });
  }

  @Test
  void aSaturatedServiceSeesAsManyCallsAtOnceAsTheLimitAllows() throws Exception {
    Collection<RunResult> results = run(small(
            "SaturationBenchmark",
            "service-time=5ms+max-concurrent=2",
            Map.of(
                "client",
                LIBRARIES,
                "reuse",
                "pooled",
                "callers",
                "8",
                "calls",
                "50",
                "settleMillis",
                "100"))
        .warmupIterations(0));
    assertThat(results).hasSize(18).allSatisfy(result -> {
      assertThat(figure(result, "requests")).isEqualTo(50);
      long most = parameter(result, "limit").equals("best") ? 2 : 8;
      assertThat(figure(result, "peakRequestsInFlight")).isBetween(1L, most);
    });
  }

  @Test
  void anOpenLoopMakesItsCallsAndTimesThem() throws Exception {
    Collection<RunResult> results = run(small(
            "OpenLoopBenchmark",
            "service-time=20ms",
            Map.of("client", LIBRARIES, "reuse", "pooled", "rate", "50", "seconds", "1"))
        .warmupIterations(0));
    assertThat(results).hasSize(6).allSatisfy(result -> {
      assertThat(figure(result, "requests")).isEqualTo(50);
      assertThat(figure(result, "p50Micros")).isBetween(20_000L, figure(result, "p99Micros"));
      assertThat(figure(result, "maxMicros")).isGreaterThanOrEqualTo(figure(result, "p99Micros"));
    });
  }

  @ParameterizedTest
  @CsvSource({
    "idle-timeout=60ms+ending=fin, 0",
    "idle-timeout=60ms+ending=rst, 0",
    "nat-timeout=60ms, 1"
  })
  void aStaleConnectionFailsACallOnlyIfItsEndIsSilent(String profile, long failed)
      throws Exception {
    Collection<RunResult> results = run(small(
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
            failed == 0 ? "5000" : "300")));
    assertThat(results).hasSize(6).allSatisfy(result -> {
      assertThat(figure(result, "calls")).isEqualTo(2);
      assertThat(figure(result, "failedCalls")).isBetween(failed, 2 * failed);
      assertThat(figure(result, "meanMicros")).isPositive();
    });
  }

  @Test
  void aNameThatIsLookedUpOnceLeadsToItsOldAddressForAsLongAsTheLoadLasts() throws Exception {
    RunResult result = outage("okhttp", "address-switch", "off", "1000", "600", 0);
    assertThat(figure(result, "failedCalls")).isZero();
    assertThat(figure(result, "recoveryMillis")).isGreaterThan(300);
  }

  /** In a fork, as the JVM must be told at its start where to look names up. */
  @Test
  void aLibraryWithItsDefaultsFindsTheServers() throws Exception {
    RunResult result = outage("okhttp", "address-switch", "library", "200", "600", 1);
    assertThat(figure(result, "calls")).isPositive();
    assertThat(figure(result, "failedCalls")).isZero();
  }

  /** The load of the first lasts longer than the traffic may take to move. */
  @ParameterizedTest
  @CsvSource({
    "okhttp, address-switch, 5300",
    "okhttp, rolling-restart, 2800",
    "okhttp, silent-drop, 600",
    "okhttp, black-hole, 1200"
  })
  void aClientWithTheSettingsForAnOutageFailsNoCallAndMovesItsTraffic(
      String client, String outage, String afterMillis) throws Exception {
    RunResult result = outage(client, outage, "on", "200", afterMillis, 0);
    assertThat(figure(result, "calls")).isPositive();
    assertThat(figure(result, "failedCalls")).isZero();
    assertThat(figure(result, "recoveryMillis")).isLessThanOrEqualTo(100 + 5000);
  }

  @Test
  void connectionsThatReachTheirLifetimeAreReplacedAndFailNoCall() throws Exception {
    RunResult result = outage("okhttp", "lifetimes", "on", "200", "1300", 0);
    assertThat(figure(result, "failedCalls")).isZero();
    assertThat(figure(result, "connectionsIn100Millis")).isBetween(1L, 8L);
    assertThat(result.getSecondaryResults()).doesNotContainKey("recoveryMillis");
  }

  @Test
  void aServerThatWasSlowGetsItsShareBackFirstInFirstOut() throws Exception {
    RunResult result = outage("httpclient5", "slow-backend", "on", "200", "1000", 0);
    assertThat(figure(result, "failedCalls")).isZero();
    assertThat(figure(result, "slowSharePercent")).isLessThan(figure(result, "laterSharePercent"));
    assertThat(result.getSecondaryResults()).doesNotContainKey("recoveryMillis");
  }

  private static RunResult outage(
      String client,
      String outage,
      String health,
      String beforeMillis,
      String afterMillis,
      int forks)
      throws Exception {
    return run(small(
                "OutageBenchmark",
                Map.of(
                    "client",
                    client,
                    "outage",
                    outage,
                    "health",
                    health,
                    "addressTtlMillis",
                    "100",
                    "beforeMillis",
                    beforeMillis,
                    "afterMillis",
                    afterMillis))
            .warmupIterations(0)
            .forks(forks))
        .iterator()
        .next();
  }
}
