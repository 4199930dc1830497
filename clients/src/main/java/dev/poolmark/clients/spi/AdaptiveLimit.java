package dev.poolmark.clients.spi;

import dev.poolmark.clients.spi.LimitChange.Reason;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/**
 * Finds how many connections calls to one endpoint should lease: as many as the service can work on at once, and a
 * little more.
 *
 * <p>While calls wait, every lease is in use, and Little's law gives the throughput from what a call costs: {@code
 * throughput = limit / cost}. A service that can work on {@code k} calls at once lets the others wait inside, so that
 * from {@code k} on the cost rises with the limit: {@code cost(limit) = cost(k) * limit / k}. So two limits are compared,
 * {@code high} and {@code low}, one right after the other. If their costs have the ratio 1, {@code k} is at least {@code
 * high}; otherwise {@code k = high / ratio}, or {@code low} at most. The time that a call waits for its lease, and the
 * time that opens a connection, are no part of the cost.
 *
 * <ul>
 *   <li>While calls wait and nothing says that the service is saturated, the limit doubles, as long as that pays.
 *   <li>Then it is kept at {@link #TARGET} times {@code k}: from time to time it is compared with a lower one. Corrections
 *       become smaller, so that errors of single comparisons cancel out. Comparisons are so seldom that they cost little
 *       throughput.
 *   <li>If nothing says any more that the limit is too high, or if the times scatter so much that it cannot be seen, a
 *       limit a quarter higher is tried.
 *   <li>If more calls fail than succeed, the limit is halved; if all fail, it falls to {@code min}. Then it doubles to
 *       half of what failed, and grows little by little from there.
 *   <li>If no call waits, or not for as long as a new connection would take to open, nothing changes.
 * </ul>
 *
 * <p>No baseline is kept that could drift, nor a latency that counts as good: a service that has become slow for
 * everybody is as slow at both limits, and one that is slow because of us is not.
 *
 * <p>Sources: Fuentes, <i>Throttling Concurrency in the CLR 4.0 ThreadPool</i> (MSDN Magazine, September 2010) compares
 * throughput at limits that it tries; Chiu and Jain, <i>Analysis of the Increase and Decrease Algorithms for Congestion
 * Avoidance</i> (1989) is why failures halve. TCP Vegas, Netflix's Gradient2 and Envoy's gradient controller compare
 * latency with a baseline instead, which drifts (Netflix/concurrency-limits, pull request 88), takes constant timeouts
 * for health (issue 137) and creeps up under slight overload (pull request 134).
 *
 * <p>It has no clock and no thread. Not thread-safe: the bulkhead calls it under its lock.
 */
final class AdaptiveLimit {
  /** At exactly k, a limit that is too low would look the same. */
  private static final double TARGET = 1.05;

  private static final double LOG_TARGET = Math.log(TARGET);

  /** The lower limit of a comparison, as a share of the limit. */
  private static final double LOWER = 0.85;

  /** The same if the last comparison said that the limit is much too high. */
  private static final double MUCH_LOWER = 0.5;

  /** A raise pays if the cost rises by less than this share of the raise, both as logarithms. */
  private static final double PAYS = 0.4;

  /** A comparison says that the limit is much too high if the ratio is more than this share of the largest possible. */
  private static final double MUCH_TOO_HIGH = 0.6;

  private static final double MAX_GROWTH = 2;

  /** The growth of a limit that was right before. */
  private static final double SMALL_GROWTH = 1.25;

  /** After as many comparisons that do not say that the limit is too high, a higher one is tried. */
  private static final int MAX_SPARE = 2;

  /** Corrections are at least this share of the difference, so that they follow a service that changes. */
  private static final double MIN_GAIN = 0.25;

  /** The service has changed if a difference exceeds this many standard errors, and {@link #MIN_CHANGE}. */
  private static final double SURE = 2.5;

  private static final double MIN_CHANGE = 0.06;

  /** Rest after a comparison, in multiples of the throughput that it cost: at most 1.4 % are lost. */
  private static final double REST = 70;

  /** As much as a comparison that costs no throughput: its connections are not for nothing. */
  private static final double COST_OF_RAISE = 0.1;

  /** From this comparison on rests have their full length. */
  private static final int SETTLED_AFTER = 4;

  /** Without an end of a call for so long, a comparison is given up. */
  private static final long GAP_NANOS = TimeUnit.SECONDS.toNanos(1);

  /** How long the limit stays low after failures. */
  private static final long BACKOFF_NANOS = TimeUnit.SECONDS.toNanos(1);

  private static final int MIN_CALLS = 8;

  private enum Phase {
    REST,
    /** The costs at the limit are measured. */
    BEFORE,
    /** The costs at another limit are measured. */
    AFTER
  }

  private final int min;
  private final int max;
  private final LongSupplier connectNanos;
  private final Consumer<LimitChange> listener;

  private int limit;
  private boolean begun;
  private long lastNanos;

  // The comparison
  private Phase phase = Phase.REST;
  private CostSample before = new CostSample();
  private CostSample after = new CostSample();
  private int base;
  private boolean draining;
  private long beganNanos;
  private long nextNanos;

  // What comparisons have shown
  private boolean saturated;
  private boolean muchTooHigh;
  /** The limit before it is rounded. */
  private double exact;

  private double growth;
  /** From here on the limit grows little by little, for at twice this calls failed. */
  private int carefulFrom = Integer.MAX_VALUE;

  private int comparisons;
  private int spare;

  // The calls of late
  private boolean waits;
  private long waitsSinceNanos;
  private int ended;
  private int failed;

  /**
   * A limit that begins at {@code min}.
   *
   * @param connectNanos how long it takes to open a connection
   * @param listener is told each change at once
   */
  AdaptiveLimit(int min, int max, LongSupplier connectNanos, Consumer<LimitChange> listener) {
    this.min = min;
    this.max = max;
    this.connectNanos = connectNanos;
    this.listener = listener;
    this.limit = min;
    forget();
  }

  int limit() {
    return limit;
  }

  /** Nothing is known of the service, or no longer. */
  private void forget() {
    exact = limit;
    saturated = false;
    muchTooHigh = true;
    growth = MAX_GROWTH;
    comparisons = 0;
    spare = 0;
  }

  /**
   * A lease ends.
   *
   * @param nowNanos {@link System#nanoTime()}
   * @param serviceNanos since the call had its connection
   * @param served whether the service answered the call, other than with an error of its own
   * @param inUse leases in use, with this one
   * @param waiting calls that wait for a lease
   */
  void released(long nowNanos, long serviceNanos, boolean served, int inUse, int waiting) {
    if (!begun || nowNanos - lastNanos > GAP_NANOS + serviceNanos) {
      beginAnew(nowNanos);
    }
    lastNanos = nowNanos;
    if (waiting == 0) {
      waits = false;
    } else if (!waits) {
      waits = true;
      waitsSinceNanos = nowNanos;
    }
    if (failsMostly(served)) {
      backOff(nowNanos);
      return;
    }
    if (draining && inUse - 1 <= limit) {
      draining = false;
      measureAfter(nowNanos);
    } else if (!draining) {
      (phase == Phase.AFTER ? after : before).add(nowNanos - serviceNanos, serviceNanos, served);
    }
    switch (phase) {
      case REST -> {
        if (nowNanos - nextNanos >= 0
            && waits
            && nowNanos - waitsSinceNanos >= connectNanos.getAsLong()) {
          before.reset(nowNanos);
          phase = Phase.BEFORE;
        }
      }
      case BEFORE -> {
        if (!waits) {
          phase = Phase.REST;
        } else if (before.isEnough(nowNanos, limit)) {
          compare(nowNanos, inUse + waiting);
        }
      }
      case AFTER -> {
        if (!draining && after.isEnough(nowNanos, Math.min(limit, inUse))) {
          judge(nowNanos, inUse + waiting);
        }
      }
    }
  }

  private void beginAnew(long nowNanos) {
    if (!begun) {
      nextNanos = nowNanos;
    }
    begun = true;
    waits = false;
    ended = 0;
    failed = 0;
    draining = false;
    if (phase == Phase.AFTER) {
      change(nowNanos, base, Reason.UNDECIDED);
    }
    phase = Phase.REST;
  }

  private boolean failsMostly(boolean served) {
    ended++;
    failed += served ? 0 : 1;
    int enough = Math.max(MIN_CALLS, limit);
    if (ended < enough && failed < Math.max(MIN_CALLS, enough / 2)) {
      return false;
    }
    if (2 * failed > ended) {
      return true;
    }
    ended = 0;
    failed = 0;
    return false;
  }

  private void backOff(long nowNanos) {
    if (limit > min) {
      carefulFrom = Math.max(min, limit / 2);
    }
    change(nowNanos, failed == ended ? min : Math.max(min, limit / 2), Reason.FAILURES);
    ended = 0;
    failed = 0;
    draining = false;
    phase = Phase.REST;
    nextNanos = nowNanos + BACKOFF_NANOS;
    forget();
  }

  /** Begins to measure another limit, which is not above what callers could use. */
  private void compare(long nowNanos, int demand) {
    int other;
    if (saturated && limit > min && spare < MAX_SPARE) {
      long lower = Math.round(limit * (muchTooHigh ? MUCH_LOWER : LOWER));
      other = (int) Math.max(min, Math.min(limit - 1, lower));
    } else {
      if (limit >= carefulFrom) {
        carefulFrom = Integer.MAX_VALUE;
        growth = SMALL_GROWTH;
      }
      long higher = Math.max(limit + 1, Math.round(limit * growth));
      other = (int) Math.min(Math.min(max, Math.min(demand, carefulFrom)), higher);
    }
    if (other == limit) {
      phase = Phase.REST;
      return;
    }
    base = limit;
    beganNanos = nowNanos;
    phase = Phase.AFTER;
    draining = other < limit;
    measureAfter(nowNanos);
    change(nowNanos, other, draining ? Reason.TRY_FEWER : Reason.CALLS_WAIT);
  }

  /** The calls of the first moment still find the service as the other limit has left it. */
  private void measureAfter(long nowNanos) {
    after.reset(nowNanos + (long) before.costNanos());
  }

  private void judge(long nowNanos, int demand) {
    phase = Phase.REST;
    double error = Math.hypot(before.error(), after.error());
    double ratio = Math.log(after.costNanos() / before.costNanos());
    if (limit > base) {
      judgeHigher(nowNanos, demand, ratio);
    } else {
      judgeLower(nowNanos, demand, -ratio, error);
    }
  }

  private void judgeHigher(long nowNanos, int demand, double ratio) {
    double largest = Math.log((double) limit / base);
    spare = 0;
    if (ratio <= PAYS * largest) {
      saturated = false;
      exact = limit;
      growth = Math.min(MAX_GROWTH, growth * SMALL_GROWTH);
      CostSample known = after;
      after = before;
      before = known;
      nextNanos = nowNanos;
      if (waits) {
        compare(nowNanos, demand);
      }
      return;
    }
    growth = SMALL_GROWTH;
    if (saturated) { // as was known before
      exact = base;
      rest(nowNanos, COST_OF_RAISE);
    } else {
      saturated = true;
      comparisons = 0;
      double known = Math.min(ratio, largest);
      muchTooHigh = known > MUCH_TOO_HIGH * largest;
      exact = Math.max(base, Math.min(limit, limit * TARGET / Math.exp(known)));
      spare = muchTooHigh ? 0 : MAX_SPARE; // it may have been chance
      nextNanos = nowNanos;
    }
    change(nowNanos, rounded(), Reason.NO_MORE_THROUGHPUT);
  }

  private void judgeLower(long nowNanos, int demand, double ratio, double error) {
    double largest = Math.log((double) base / limit);
    double known = Math.max(0, Math.min(ratio, largest));
    double difference = LOG_TARGET - known;
    boolean changed = Math.abs(difference) > Math.max(MIN_CHANGE, SURE * error);
    comparisons = changed ? 1 : comparisons + 1;
    double step = difference * Math.max(MIN_GAIN, 1.0 / comparisons);
    exact = Math.min(exact * Math.exp(step), Math.max(base, demand));
    muchTooHigh = known > MUCH_TOO_HIGH * largest && known > LOG_TARGET + error;
    boolean isSpare = known < LOG_TARGET / 2 || error > LOG_TARGET / 2;
    spare = isSpare && !muchTooHigh ? spare + 1 : 0;
    if (muchTooHigh) {
      nextNanos = nowNanos;
    } else {
      rest(nowNanos, (double) (base - limit) / base);
    }
    change(nowNanos, rounded(), step < 0 ? Reason.SAME_THROUGHPUT : Reason.LESS_THROUGHPUT);
  }

  private void rest(long nowNanos, double lost) {
    double share = Math.min(1, Math.pow((double) comparisons / SETTLED_AFTER, 2));
    nextNanos = nowNanos + (long) (REST * lost * share * (nowNanos - beganNanos));
  }

  private int rounded() {
    exact = Math.max(min, Math.min(max, exact));
    return (int) Math.round(exact);
  }

  private void change(long nowNanos, int to, Reason reason) {
    if (to != limit) {
      LimitChange change = new LimitChange(nowNanos, limit, to, reason);
      limit = to;
      listener.accept(change);
    }
  }
}
