package dev.poolmark.jmh;

import static dev.poolmark.jmh.SmokeRun.figure;
import static dev.poolmark.jmh.SmokeRun.run;
import static dev.poolmark.jmh.SmokeRun.small;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.openjdk.jmh.results.RunResult;

/** As {@link SmokeTest}: the benchmark of outages. */
class OutageSmokeTest {
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
