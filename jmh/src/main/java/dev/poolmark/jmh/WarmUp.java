package dev.poolmark.jmh;

import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.Callable;

/**
 * Drives work at full speed until it stops getting faster. At 50 ms a request JMH's warm-up iterations run the code a
 * few dozen times, which warms nothing; a TLS handshake needs thousands of runs to reach its speed.
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
    long start = System.nanoTime();
    long runs = 0;
    double best = 0;
    int calm = 0;
    while (calm < CALM_WINDOWS && nanosSince(start) < atMost.toNanos()) {
      long windowStart = System.nanoTime();
      long windowEnd = Math.min(WINDOW.toNanos(), atMost.toNanos() - nanosSince(start));
      long windowRuns = 0;
      do {
        work.call();
        windowRuns++;
      } while (nanosSince(windowStart) < windowEnd);
      double rate = windowRuns * 1e9 / nanosSince(windowStart);
      calm = rate > best * FASTER ? 0 : calm + 1;
      best = Math.max(best, rate);
      runs += windowRuns;
    }
    System.out.printf(
        Locale.ROOT,
        "# Driven without delays for %.1f s: %d batches, at best %.1f/s, %s%n",
        nanosSince(start) / 1e9,
        runs,
        best,
        calm < CALM_WINDOWS ? "not settled" : "settled");
  }

  private static long nanosSince(long startNanos) {
    return System.nanoTime() - startNanos;
  }
}
