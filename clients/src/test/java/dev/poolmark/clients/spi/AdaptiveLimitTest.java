package dev.poolmark.clients.spi;

import static dev.poolmark.clients.spi.PoolSimulator.MILLI;
import static org.assertj.core.api.Assertions.assertThat;

import dev.poolmark.clients.spi.LimitChange.Reason;
import dev.poolmark.clients.spi.PoolSimulator.Noise;
import dev.poolmark.clients.spi.PoolSimulator.Scenario;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The known traps of adaptive limits, in virtual time. {@link AdaptiveSizingTest} says how good the limit is. */
final class AdaptiveLimitTest {
  private static final int MAX = 100;
  private static final int SETTLED = 3_000;
  private static final int SERVERS = 20;
  private static final int AFTER_AN_HOUR = 3_600_000;

  /** The highest limit of a comparison, where 20 are best: a quarter more, of 5 % more. */
  private static final int HIGHEST = 27;

  private static final Scenario SATURATED = Scenario.of(SERVERS, 5_000, 60);

  private static PoolSimulator run(Scenario scenario, int millis) {
    return PoolSimulator.adaptive(scenario, 1, 1, MAX, millis);
  }

  private static int highest(List<Integer> limits) {
    return Collections.max(limits);
  }

  private static double mean(List<Integer> limits) {
    return limits.stream().mapToInt(limit -> limit).average().orElseThrow();
  }

  private static void assertIsBest(List<Integer> limits) {
    assertThat(mean(limits)).isBetween(0.9 * SERVERS, 1.1 * SERVERS);
    assertThat(highest(limits)).isLessThanOrEqualTo(HIGHEST);
  }

  /** Trap: a baseline that drifts up with a slow service. */
  @Test
  void aServiceThatSlowsDownDoesNotRaiseTheLimit() {
    Scenario slower = SATURATED.withServiceMicros(t -> (int) (5_000 * Math.pow(10, t / 20_000.0)));
    assertIsBest(run(slower, 20_000).limits(SETTLED, 20_000));
  }

  /** Trap: constant timeouts look healthy, for the latency does not change. */
  @Test
  void constantTimeoutsBringTheLimitToItsMinimum() {
    Scenario dead = SATURATED.withServers(t -> t < SETTLED ? SERVERS : 0).withTimeoutMillis(200);
    PoolSimulator pool = run(dead, 10_000);
    assertThat(pool.limits(SETTLED + 1_000, 10_000)).containsOnly(1);
    assertThat(pool.changes()).last().extracting(LimitChange::reason).isEqualTo(Reason.FAILURES);
  }

  @Test
  void aServiceThatComesBackFindsItsLimitAgain() {
    Scenario scenario = SATURATED
        .withServers(t -> t >= SETTLED && t < 2 * SETTLED ? 0 : SERVERS)
        .withTimeoutMillis(200);
    assertIsBest(run(scenario, 20_000).limits(3 * SETTLED, 20_000));
  }

  @Test
  void timeoutsThatTheLimitCausesLowerIt() {
    Scenario fewer = SATURATED
        .withServers(t -> t < SETTLED ? 60 : SERVERS)
        .withTimeoutMillis(8); // 32 at once are more than it can do
    assertThat(mean(run(fewer, 20_000).limits(2 * SETTLED, 20_000))).isBetween(12.0, 22.0);
  }

  /** Trap: the limit creeps up while a little more comes than the service can do. */
  @ParameterizedTest
  @EnumSource(Noise.class)
  void aSlightOverloadDoesNotMakeTheLimitCreep(Noise noise) {
    int arrivals = SERVERS * 200 * 105 / 100;
    Scenario scenario =
        Scenario.of(SERVERS, 5_000, 0).withArrivalsPerSecond(arrivals).withNoise(noise);
    assertThat(mean(run(scenario, 120_000).limits(60_000, 120_000)))
        .isBetween(0.9 * SERVERS, 1.1 * SERVERS);
  }

  /** Trap: an empty window is no throughput of zero. */
  @Test
  void withoutCallsTheLimitStaysAsItIs() {
    Scenario scenario = SATURATED.withCallers(t -> t < SETTLED || t >= 60_000 ? 60 : 0);
    PoolSimulator pool = run(scenario, 63_000);
    assertThat(pool.limits(SETTLED + 100, 60_000))
        .containsOnly(pool.limits(59_999, 60_000).get(0));
    assertIsBest(pool.limits(60_000, 63_000));
  }

  @Test
  void aCallAfterAnHourEndsAComparisonThatWasUnderWay() {
    List<LimitChange> changes = new ArrayList<>();
    AdaptiveLimit limit = new AdaptiveLimit(1, 5, () -> 0, changes::add);
    long now = Long.MAX_VALUE - AFTER_AN_HOUR * MILLI; // the clock may wrap around
    while (limit.limit() < 2) {
      now += 5 * MILLI;
      limit.released(now, 5 * MILLI, true, limit.limit(), 9);
    }
    now += 2 * AFTER_AN_HOUR * MILLI;
    limit.released(now, 5 * MILLI, false, 1, 0);
    assertThat(limit.limit()).isEqualTo(1);
    assertThat(changes).last().extracting(LimitChange::reason).isEqualTo(Reason.UNDECIDED);
  }

  /** Trap: probing that starves traffic. */
  @ParameterizedTest
  @ValueSource(ints = {2, 3, 5, SERVERS, 50})
  void comparisonsCostLittleThroughput(int servers) {
    Scenario scenario = Scenario.of(servers, 5_000, 2 * servers);
    double best = PoolSimulator.fixed(scenario, 1, servers, 30_000).throughput(SETTLED, 30_000);
    assertThat(run(scenario, 30_000).throughput(SETTLED, 30_000)).isGreaterThan(0.98 * best);
  }

  /** Trap: one knob that is the floor and the probe at once. */
  @ParameterizedTest
  @ValueSource(ints = {1, 10, 15})
  void theMinimumIsAFloorAndNotAProbe(int min) {
    PoolSimulator pool = PoolSimulator.adaptive(SATURATED, 1, min, MAX, 20_000);
    assertThat(Collections.min(pool.limits(0, 20_000))).isEqualTo(min);
    assertIsBest(pool.limits(SETTLED, 20_000));
  }

  @Test
  void aServiceThatCanDoLessThanTheMinimumDoesNotLowerIt() {
    Scenario scenario = SATURATED.withServers(t -> t < 5_000 ? 5 : 0).withTimeoutMillis(200);
    PoolSimulator pool = PoolSimulator.adaptive(scenario, 1, 10, MAX, 10_000);
    assertThat(Collections.min(pool.limits(0, 10_000))).isEqualTo(10);
    assertThat(mean(pool.limits(SETTLED, 10_000))).isLessThan(11);
  }

  /** Trap: oscillation on a square wave. */
  @ParameterizedTest
  @ValueSource(ints = {250, 4_000})
  void aLoadThatComesAndGoesDoesNotMakeTheLimitOscillate(int halfMillis) {
    Scenario wave = Scenario.of(200, 5_000, 0)
        .withCallers(t -> t < SETTLED || t / halfMillis % 2 == 0 ? 50 : 5);
    assertThat(run(wave, 20_000).limits(SETTLED, 20_000)).containsOnly(50);
    List<Integer> saturated = run(wave.withServers(t -> SERVERS), 20_000).limits(SETTLED, 20_000);
    assertThat(mean(saturated)).isBetween(0.9 * SERVERS, 1.15 * SERVERS);
  }

  /** Each burst ends while a limit is being tried; what was not judged must not stay. */
  @Test
  void shortBurstsDoNotMakeTheLimitCreep() {
    Scenario bursts = SATURATED.withCallers(t -> t < SETTLED || t / 100 % 20 == 0 ? 60 : 0);
    assertIsBest(run(bursts, 60_000).limits(SETTLED, 60_000));
  }

  @Test
  void aLimitThatHoldsNoCallUpDoesNotRise() {
    assertThat(run(Scenario.of(SERVERS, 5_000, 1), 10_000).changes()).isEmpty();
    PoolSimulator few = run(Scenario.of(SERVERS, 5_000, 7), 10_000);
    assertThat(highest(few.limits(0, 10_000))).isEqualTo(7);
    assertThat(few.limit()).isEqualTo(7);
  }

  /**
   * The spike of HikariCP's "Welcome to the jungle": 50 calls of 2 ms at once, five connections, and a connect of 150 ms.
   * Pools that connect for each waiter end with 45 connections or more.
   */
  @Test
  void aSpikeThatIsOverBeforeAConnectionIsOpenOpensNone() {
    Scenario spike = Scenario.of(MAX, 2_000, 0)
        .withConnectMillis(150)
        .withCallers(t -> t >= 1_000 && t < 1_002 ? 50 : 5);
    PoolSimulator pool = PoolSimulator.adaptive(spike, 1, 5, MAX, 5_000);
    assertThat(pool.connections()).isEqualTo(5);
    assertThat(PoolSimulator.fixed(spike, 1, MAX, 5_000).connections()).isEqualTo(50);
  }

  @Test
  void aLoadThatStaysIsWorthConnections() {
    Scenario load =
        Scenario.of(MAX, 2_000, 0).withConnectMillis(150).withCallers(t -> t < 1_000 ? 5 : 50);
    assertThat(PoolSimulator.adaptive(load, 1, 5, MAX, 5_000).limit()).isEqualTo(50);
  }

  @Test
  void theListenerIsToldEachChangeWithItsReason() {
    PoolSimulator pool = run(SATURATED, 10_000);
    int limit = 1;
    long nanos = 0;
    for (LimitChange change : pool.changes()) {
      assertThat(change.from()).isEqualTo(limit).isNotEqualTo(change.to());
      assertThat(change.nanos()).isGreaterThanOrEqualTo(nanos);
      limit = change.to();
      nanos = change.nanos();
    }
    assertThat(limit).isEqualTo(pool.limit());
    assertThat(pool.changes())
        .extracting(LimitChange::reason)
        .contains(Reason.CALLS_WAIT, Reason.NO_MORE_THROUGHPUT, Reason.TRY_FEWER);
  }

  @Test
  void boundsThatAreEqualFixTheLimit() {
    AdaptiveLimit limit = new AdaptiveLimit(3, 3, () -> 0, change -> {
      throw new AssertionError(change);
    });
    for (int i = 1; i < 10_000; i++) {
      limit.released(i * MILLI, MILLI, i % 3 == 0, 3, 9);
    }
    assertThat(limit.limit()).isEqualTo(3);
  }
}
