package dev.poolmark.clients.spi;

import static org.assertj.core.api.Assertions.assertThat;

import com.netflix.concurrency.limits.limit.Gradient2Limit;
import com.netflix.concurrency.limits.limit.WindowedLimit;
import dev.poolmark.clients.ReadmeTable;
import dev.poolmark.clients.spi.PoolSimulator.Limit;
import dev.poolmark.clients.spi.PoolSimulator.Noise;
import dev.poolmark.clients.spi.PoolSimulator.Scenario;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * How close adaptive sizing comes to the best fixed limit, which a search in the same simulator finds, beside a limit of
 * 100 and Netflix's Gradient2. The seeds choose the service and the load; those from {@link #FIRST_SEED} on were not
 * looked at while the controller was made.
 */
final class AdaptiveSizingTest {
  private static final int MAX = 100;
  private static final int FIRST_SEED = 1_000_000;
  private static final int SEEDS = 40;
  private static final int SETTLE_MILLIS = 2_000;
  private static final double TOLERANCE = 0.1;
  private static final double MAX_LOSS = 0.02;
  private static final double SURE = 1.96;

  /** A kind of scenario, of which each seed makes one; judged from two seconds after the step on. */
  private enum Kind {
    SATURATES("saturates", 0, 6_000) {
      @Override
      Scenario scenario(Random random) {
        int servers = between(random, 1, 50);
        return Scenario.of(servers, between(random, 2_000, 10_000), 2 * servers + 5);
      }
    },
    LOAD("load: 1, then 50 callers", 2_000, 6_000) {
      @Override
      Scenario scenario(Random random) {
        return Scenario.of(between(random, 10, 80), 5_000, 0).withCallers(t -> t < 2_000 ? 1 : 50);
      }
    },
    LATENCY("latency: 5, then 50 ms", 4_000, 9_000) {
      @Override
      Scenario scenario(Random random) {
        return Scenario.of(between(random, 5, 40), 5_000, between(random, 20, 60))
            .withServiceMicros(t -> t < 4_000 ? 5_000 : 50_000);
      }
    },
    HALF("capacity: half of it goes", 4_000, 9_000) {
      @Override
      Scenario scenario(Random random) {
        int servers = between(random, 10, 50);
        return Scenario.of(servers, 5_000, 120).withServers(t -> t < 4_000 ? servers : servers / 2);
      }
    },
    DOUBLE("capacity: doubles", 4_000, 9_000) {
      @Override
      Scenario scenario(Random random) {
        int servers = between(random, 10, 40);
        return Scenario.of(servers, 5_000, 120).withServers(t -> t < 4_000 ? servers : 2 * servers);
      }
    },
    LONG("saturates, ten seconds on", 8_000, 14_000) {
      @Override
      Scenario scenario(Random random) {
        return SATURATES.scenario(random);
      }
    };

    private final String label;
    private final int fromMillis;
    private final int toMillis;

    Kind(String label, int fromMillis, int toMillis) {
      this.label = label;
      this.fromMillis = fromMillis;
      this.toMillis = toMillis;
    }

    abstract Scenario scenario(Random random);

    private static int between(Random random, int from, int to) {
      return from + random.nextInt(to - from + 1);
    }
  }

  /**
   * What the runs of a kind show.
   *
   * @param loss mean share of the best fixed limit's throughput that is missing
   * @param lossBound its upper bound, at 95 %
   * @param near share of the runs whose mean limit is within 10 % of the best, or within 1
   * @param size mean limit, as a multiple of the best
   */
  private record Finding(double loss, double lossBound, double near, double size) {}

  /** Without another limit, ours. */
  private static Finding find(Kind kind, Noise noise, Supplier<@Nullable Limit> limits) {
    List<Double> losses = new ArrayList<>();
    double near = 0;
    double size = 0;
    for (int seed = FIRST_SEED; seed < FIRST_SEED + SEEDS; seed++) {
      Scenario scenario = kind.scenario(new Random(seed)).withNoise(noise);
      int from = kind.fromMillis + SETTLE_MILLIS;
      int best = PoolSimulator.best(scenario.after(from), seed, MAX, 200, 1_200);
      double most =
          PoolSimulator.fixed(scenario, seed, best, kind.toMillis).throughput(from, kind.toMillis);
      PoolSimulator pool = PoolSimulator.run(limits.get(), scenario, seed, 1, MAX, kind.toMillis);
      double mean = pool.limits(from, kind.toMillis).stream()
          .mapToInt(limit -> limit)
          .average()
          .orElseThrow();
      losses.add(1 - pool.throughput(from, kind.toMillis) / most);
      near += Math.abs(mean - best) <= Math.max(1, TOLERANCE * best) ? 1 : 0;
      size += mean / best;
    }
    double mean = losses.stream().mapToDouble(loss -> loss).average().orElseThrow();
    double variance =
        losses.stream().mapToDouble(loss -> (loss - mean) * (loss - mean)).sum() / (SEEDS - 1);
    return new Finding(mean, mean + SURE * Math.sqrt(variance / SEEDS), near / SEEDS, size / SEEDS);
  }

  private static Finding ours(Kind kind, Noise noise) {
    return find(kind, noise, () -> null);
  }

  /** With ours as bounds and its defaults otherwise, of which one is to begin at 20, in its authors' window. */
  private static Limit gradient2() {
    com.netflix.concurrency.limits.Limit limit = WindowedLimit.newBuilder()
        .build(Gradient2Limit.newBuilder().minLimit(1).maxConcurrency(MAX).build());
    return new Limit() {
      @Override
      public int limit() {
        return limit.getLimit();
      }

      @Override
      public void released(long now, long service, boolean served, int inUse, int waiting) {
        limit.onSample(now - service, service, inUse, !served);
      }
    };
  }

  private static String row(Kind kind, Noise noise, Finding ours, Finding gradient) {
    return String.format(
        Locale.ROOT,
        "| %s | %s | %.1f %% (at most %.1f) | %.2f | %.0f %% | %.1f %% | %.2f |%n",
        kind.label,
        noise.words(),
        100 * ours.loss,
        100 * ours.lossBound,
        ours.size,
        100 * ours.near,
        100 * gradient.loss,
        gradient.size);
  }

  @Test
  void theReadmeSaysHowCloseItComes() throws Exception {
    StringBuilder table = new StringBuilder(
        "| service | its times | throughput lost | mean limit,"
            + " best = 1 | limit within 10 % | Gradient2: lost | its mean limit |\n|---|---|---|---|---|---|---|\n");
    for (Kind kind : Kind.values()) {
      for (Noise noise : List.of(Noise.UNIFORM, Noise.EXPONENTIAL)) {
        Finding ours = ours(kind, noise);
        table.append(row(kind, noise, ours, find(kind, noise, AdaptiveSizingTest::gradient2)));
        if (noise == Noise.UNIFORM) {
          assertThat(ours.lossBound).as("%s: throughput lost", kind.label).isLessThan(MAX_LOSS);
          assertThat(ours.near).as("%s: near the best limit", kind.label).isGreaterThan(0.9);
        }
      }
    }
    ReadmeTable.check("sizing", table.toString().replace("\r\n", "\n"));
  }
}
