package dev.poolmark.jmh;

import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.Callable;

/**
 * Drives work at full speed until it stops getting faster. At 50 ms a request JMH's warm-up iterations run the code a
 * few dozen times, which warms nothing; a TLS handshake needs thousands of runs to reach its speed.
 */
final class WarmUp {
  private static final Duration WINDOW = Duration.ofMillis(250);

  /** Settled: this many windows in a row are no faster than the best window before them by more than 3 %. */
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
    while (calm < CALM_WINDOWS && System.nanoTime() - start < atMost.toNanos()) {
      long windowStart = System.nanoTime();
      long windowRuns = 0;
      long elapsed;
      do {
        work.call();
        windowRuns++;
        elapsed = System.nanoTime() - windowStart;
      } while (elapsed < WINDOW.toNanos());
      double rate = windowRuns / (elapsed / 1e9);
      calm = rate > best * FASTER ? 0 : calm + 1;
      best = Math.max(best, rate);
      runs += windowRuns;
    }
    System.out.printf(
        Locale.ROOT,
        "# Driven without delays for %.1f s: %d runs, at best %.1f/s, %s%n",
        (System.nanoTime() - start) / 1e9,
        runs,
        best,
        calm < CALM_WINDOWS ? "still getting faster" : "settled");
  }
}
