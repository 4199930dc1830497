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

/** As {@link SmokeTest}: the benchmarks of spikes, rates, saturation and stale connections. */
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
}
