package dev.poolmark.jmh;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.LongAdder;

/**
 * Drives work at full speed, on all cores, until it stops getting faster. At 50 ms a request JMH's warm-up iterations
 * run the code a few dozen times, which warms nothing; a TLS handshake needs thousands of runs to reach its speed.
 */
final class WarmUp {
  private static final Duration WINDOW = Duration.ofSeconds(1);

  /** Settled: so many windows in a row were no faster than the best one before them, but for this factor. */
  private static final int CALM_WINDOWS = 3;

  private static final double FASTER = 1.03;

  private WarmUp() {}

  /**
   * Runs the work until its rate has settled, or for that long at most; says on standard output which of the two.
   *
   * @throws Exception whatever the work throws
   */
  static void drive(Callable<?> work, Duration atMost) throws Exception {
    int drivers = 2 * Runtime.getRuntime().availableProcessors();
    LongAdder runs = new LongAdder();
    AtomicBoolean enough = new AtomicBoolean(atMost.isZero());
    ExecutorService threads = Executors.newFixedThreadPool(drivers);
    try {
      List<Future<?>> loops = new ArrayList<>();
      for (int i = 0; i < drivers; i++) {
        loops.add(threads.submit(() -> {
          while (!enough.get()) {
            work.call();
            runs.increment();
          }
          return null;
        }));
      }
      watch(runs, loops, atMost);
      enough.set(true);
      for (Future<?> loop : loops) {
        loop.get(); // throws what the work has thrown
      }
    } finally {
      enough.set(true);
      threads.shutdown();
    }
  }

  private static void watch(LongAdder runs, List<Future<?>> loops, Duration atMost)
      throws InterruptedException {
    long start = System.nanoTime();
    long left = atMost.toNanos();
    double best = 0;
    int calm = 0;
    while (left > 0 && calm < CALM_WINDOWS && loops.stream().noneMatch(Future::isDone)) {
      long windowStart = System.nanoTime();
      long runsBefore = runs.sum();
      Thread.sleep(Duration.ofNanos(Math.min(left, WINDOW.toNanos())).toMillis());
      double rate = (runs.sum() - runsBefore) * 1e9 / (System.nanoTime() - windowStart);
      calm = rate > best * FASTER ? 0 : calm + 1;
      best = Math.max(best, rate);
      left = atMost.toNanos() - (System.nanoTime() - start);
    }
    System.out.printf(
        Locale.ROOT,
        "# Driven without delays for %.1f s: %d batches, at best %.1f/s, %s%n",
        (System.nanoTime() - start) / 1e9,
        runs.sum(),
        best,
        calm < CALM_WINDOWS ? "not settled" : "settled");
  }
}
