package dev.poolmark.clients.spi;

import java.util.ArrayList;
import java.util.List;
import java.util.PriorityQueue;
import java.util.Random;
import java.util.function.IntUnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * A pool, its callers and a service in virtual time. The pool's limit is fixed, or the {@link AdaptiveLimit} of the
 * product, or another's. Equal scenarios with equal seeds have equal results. Not thread-safe.
 */
final class PoolSimulator {
  static final long MILLI = 1_000_000;
  private static final long STOP = Long.MAX_VALUE;

  /**
   * What is simulated. A function of time takes milliseconds since the start.
   *
   * @param servers how many calls the service works on at once; others wait inside it, first come first served
   * @param serviceMicros mean time that it works on a call
   * @param noise how its times vary
   * @param timeoutMillis when a call fails; the service finishes its work all the same
   * @param callers threads that call, one call after the other, without a pause
   * @param arrivalsPerSecond calls that come at random times in addition, whether or not others have been answered
   * @param connectMillis how long a connection takes to open; those that are open stay so
   */
  record Scenario(
      IntUnaryOperator servers,
      IntUnaryOperator serviceMicros,
      Noise noise,
      int timeoutMillis,
      IntUnaryOperator callers,
      int arrivalsPerSecond,
      int connectMillis) {
    /** A service that works on that many calls at once, and calls on that many threads. */
    static Scenario of(int servers, int serviceMicros, int callers) {
      return new Scenario(
          t -> servers, t -> serviceMicros, Noise.UNIFORM, 60_000, t -> callers, 0, 1);
    }

    Scenario withServers(IntUnaryOperator value) {
      return new Scenario(
          value, serviceMicros, noise, timeoutMillis, callers, arrivalsPerSecond, connectMillis);
    }

    Scenario withServiceMicros(IntUnaryOperator value) {
      return new Scenario(
          servers, value, noise, timeoutMillis, callers, arrivalsPerSecond, connectMillis);
    }

    Scenario withNoise(Noise value) {
      return new Scenario(
          servers, serviceMicros, value, timeoutMillis, callers, arrivalsPerSecond, connectMillis);
    }

    Scenario withTimeoutMillis(int value) {
      return new Scenario(
          servers, serviceMicros, noise, value, callers, arrivalsPerSecond, connectMillis);
    }

    Scenario withCallers(IntUnaryOperator value) {
      return new Scenario(
          servers, serviceMicros, noise, timeoutMillis, value, arrivalsPerSecond, connectMillis);
    }

    Scenario withArrivalsPerSecond(int value) {
      return new Scenario(
          servers, serviceMicros, noise, timeoutMillis, callers, value, connectMillis);
    }

    Scenario withConnectMillis(int value) {
      return new Scenario(
          servers, serviceMicros, noise, timeoutMillis, callers, arrivalsPerSecond, value);
    }

    /** The scenario from that time on. */
    Scenario after(int millis) {
      return new Scenario(
          t -> servers.applyAsInt(millis + t),
          t -> serviceMicros.applyAsInt(millis + t),
          noise,
          timeoutMillis,
          t -> callers.applyAsInt(millis + t),
          arrivalsPerSecond,
          connectMillis);
    }
  }

  /** How service times vary around their mean. */
  enum Noise {
    NONE,
    /** Within a fifth of the mean; the coefficient of variation is 0.12. */
    UNIFORM,
    /** The coefficient of variation is 1. */
    EXPONENTIAL;

    String words() {
      return this == EXPONENTIAL ? "exponential" : "within a fifth";
    }

    private double factor(Random random) {
      return switch (this) {
        case NONE -> 1;
        case UNIFORM -> 0.8 + 0.4 * random.nextDouble();
        case EXPONENTIAL -> -Math.log(1 - random.nextDouble());
      };
    }
  }

  /** What says how many leases there may be. */
  interface Limit {
    int limit();

    /** As {@link AdaptiveLimit#released}. */
    void released(long nowNanos, long serviceNanos, boolean served, int inUse, int waiting);
  }

  private static Limit fixed(int limit) {
    return new Limit() {
      @Override
      public int limit() {
        return limit;
      }

      @Override
      public void released(long now, long service, boolean served, int inUse, int waiting) {}
    };
  }

  /** The product's limit. */
  private Limit adaptive(int min, int max) {
    AdaptiveLimit adaptive =
        new AdaptiveLimit(min, max, () -> scenario.connectMillis() * MILLI, changes::add);
    return new Limit() {
      @Override
      public int limit() {
        return adaptive.limit();
      }

      @Override
      public void released(long now, long service, boolean served, int inUse, int waiting) {
        adaptive.released(now, service, served, inUse, waiting);
      }
    };
  }

  private record Lease(long sentNanos, long endNanos, boolean success) {}

  private final Scenario scenario;
  private final Random random;
  /** Of its own, so that the same calls come whatever the limit. */
  private final Random arrivals;

  private final Limit leasesMax;
  private final List<LimitChange> changes = new ArrayList<>();
  private final PriorityQueue<Lease> leases =
      new PriorityQueue<>((a, b) -> Long.compare(a.endNanos, b.endNanos));
  private final PriorityQueue<Long> serversFreeNanos = new PriorityQueue<>();
  /** By millisecond. */
  private final List<Integer> succeeded = new ArrayList<>();

  private final List<Integer> limits = new ArrayList<>();
  private int limit;
  private int connections;
  private int calling;
  private int waiting;
  private long now;

  private PoolSimulator(Scenario scenario, long seed, @Nullable Limit limit, int min, int max) {
    this.scenario = scenario;
    this.random = new Random(seed);
    this.arrivals = new Random(~seed);
    this.leasesMax = limit == null ? adaptive(min, max) : limit;
    this.limit = leasesMax.limit();
  }

  /** What happens in that many milliseconds with that limit; with the product's if there is none. */
  static PoolSimulator run(
      @Nullable Limit limit, Scenario scenario, long seed, int min, int max, int millis) {
    PoolSimulator simulator = new PoolSimulator(scenario, seed, limit, min, max);
    simulator.run(millis);
    return simulator;
  }

  /** The same with the product's limit. */
  static PoolSimulator adaptive(Scenario scenario, long seed, int min, int max, int millis) {
    return run(null, scenario, seed, min, max, millis);
  }

  /** The same with a limit that does not change. */
  static PoolSimulator fixed(Scenario scenario, long seed, int limit, int millis) {
    return run(fixed(limit), scenario, seed, limit, limit, millis);
  }

  /**
   * The best fixed limit: the smallest whose throughput between these times is at least 99 % of the highest. Throughput
   * must not fall before it is highest.
   */
  static int best(Scenario scenario, long seed, int max, int fromMillis, int toMillis) {
    double enough = 0.99 * throughput(scenario, seed, max, fromMillis, toMillis);
    int below = 0;
    int best = max;
    while (best - below > 1) {
      int middle = (below + best) / 2;
      if (throughput(scenario, seed, middle, fromMillis, toMillis) >= enough) {
        best = middle;
      } else {
        below = middle;
      }
    }
    return best;
  }

  private static double throughput(Scenario scenario, long seed, int limit, int from, int to) {
    return fixed(scenario, seed, limit, to).throughput(from, to);
  }

  /** Calls that succeeded in each second between these times. */
  double throughput(int fromMillis, int toMillis) {
    return succeeded.subList(fromMillis, toMillis).stream()
            .mapToInt(count -> count)
            .sum()
        * 1000.0
        / (toMillis - fromMillis);
  }

  /** The limit in each millisecond, at its end. */
  List<Integer> limits(int fromMillis, int toMillis) {
    return limits.subList(fromMillis, toMillis);
  }

  int limit() {
    return limit;
  }

  /** How many connections have been opened. */
  int connections() {
    return connections;
  }

  List<LimitChange> changes() {
    return changes;
  }

  private void run(int millis) {
    long nextArrival = arrivalAfter(0);
    for (int t = 0; t < millis; t++) {
      long end = (t + 1) * MILLI;
      now = t * MILLI;
      succeeded.add(0);
      callUpTo(scenario.callers().applyAsInt(t));
      while (true) {
        long leaseEnd = leases.isEmpty() ? STOP : leases.peek().endNanos;
        if (Math.min(leaseEnd, nextArrival) >= end) {
          break;
        }
        if (nextArrival < leaseEnd) {
          now = nextArrival;
          arrive();
          nextArrival = arrivalAfter(now);
        } else {
          now = leaseEnd;
          end(leases.remove(), t);
        }
      }
      limits.add(limit);
    }
  }

  private long arrivalAfter(long nanos) {
    if (scenario.arrivalsPerSecond() == 0) {
      return STOP;
    }
    return nanos
        + Math.round(Noise.EXPONENTIAL.factor(arrivals) * 1e9 / scenario.arrivalsPerSecond());
  }

  /** Threads come, or go: those that wait at once, the others after their calls. */
  private void callUpTo(int callers) {
    while (calling < callers) {
      calling++;
      arrive();
    }
    while (calling > callers && waiting > 0) {
      calling--;
      waiting--;
    }
  }

  private void arrive() {
    if (leases.size() < limit) {
      grant();
    } else {
      waiting++;
    }
  }

  private void grant() {
    int millis = (int) (now / MILLI);
    int servers = scenario.servers().applyAsInt(millis);
    while (serversFreeNanos.size() < servers) {
      serversFreeNanos.add(now);
    }
    while (serversFreeNanos.size() > servers) {
      serversFreeNanos.remove();
    }
    long sent = now;
    if (leases.size() == connections) {
      connections++;
      sent += scenario.connectMillis() * MILLI;
    }
    long timeout = sent + scenario.timeoutMillis() * MILLI;
    long done = STOP; // the service is dead
    if (servers > 0) {
      double micros =
          scenario.serviceMicros().applyAsInt(millis) * scenario.noise().factor(random);
      done = Math.max(sent, serversFreeNanos.remove()) + Math.round(micros * 1000);
      serversFreeNanos.add(done);
    }
    leases.add(new Lease(sent, Math.min(done, timeout), done < timeout));
  }

  private void end(Lease lease, int millis) {
    if (lease.success) {
      succeeded.set(millis, succeeded.get(millis) + 1);
    }
    leasesMax.released(now, now - lease.sentNanos, lease.success, leases.size() + 1, waiting);
    limit = leasesMax.limit();
    while (waiting > 0 && leases.size() < limit) {
      waiting--;
      grant();
    }
    if (calling > 0) {
      calling--; // its thread calls again, or goes
      callUpTo(scenario.callers().applyAsInt(millis));
    }
  }
}
