package dev.poolmark.jmh;

import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.Callable;

/**
 * Runs work at full speed until it is warm. At 50 ms a request, JMH's warm-up iterations run the code a few dozen times,
 * which warms nothing; a TLS handshake needs thousands of runs. The work is warm when it has stopped getting faster, or
 * when it takes so little of the time that the delays will add that getting faster cannot matter.
 */
final class WarmUp {
  private static final Duration WINDOW = Duration.ofSeconds(1);

  /** The work has settled after this many windows in a row, none faster than the best so far by {@link #FASTER}. */
  private static final int CALM_WINDOWS = 5;

  private static final double FASTER = 1.03;

  /** The work is negligible after this many batches in a row that took less than {@link #NEGLIGIBLE} of the delays. */
  private static final int SHORT_BATCHES = 50;

  private static final double NEGLIGIBLE = 0.02;

  private final Callable<?> batch;
  private final long negligibleNanos;
  private long batches;
  private int shortBatches;

  private WarmUp(Callable<?> batch, Duration delays) {
    this.batch = batch;
    this.negligibleNanos = Math.round(delays.toNanos() * NEGLIGIBLE);
  }

  /**
   * Runs the work until it is warm or {@code atMost} is over, and prints which of the two ended it.
   *
   * @param batch the work, without delays
   * @param delays the least that the delays will add to a batch
   * @throws Exception what the work throws
   */
  static void drive(Callable<?> batch, Duration delays, Duration atMost) throws Exception {
    new WarmUp(batch, delays).drive(atMost.toNanos());
  }

  private void drive(long atMostNanos) throws Exception {
    long start = System.nanoTime();
    double best = 0;
    int calm = 0;
    while (calm < CALM_WINDOWS && !negligible() && nanosSince(start) < atMostNanos) {
      double rate = rate(Math.min(WINDOW.toNanos(), atMostNanos - nanosSince(start)));
      calm = rate > best * FASTER ? 0 : calm + 1;
      best = Math.max(best, rate);
    }
    System.out.printf(
        Locale.ROOT,
        "# Driven without delays for %.1f s: %d batches, at best %.1f/s, %s%n",
        nanosSince(start) / 1e9,
        batches,
        best,
        negligible()
            ? "negligible compared with the delays"
            : calm < CALM_WINDOWS ? "not settled" : "settled");
  }

  /** Runs batches for that time, or until they are negligible; how many per second. */
  private double rate(long nanos) throws Exception {
    long start = System.nanoTime();
    long before = batches;
    do {
      long batchStart = System.nanoTime();
      batch.call();
      batches++;
      shortBatches = nanosSince(batchStart) < negligibleNanos ? shortBatches + 1 : 0;
    } while (!negligible() && nanosSince(start) < nanos);
    return (batches - before) * 1e9 / nanosSince(start);
  }

  private boolean negligible() {
    return shortBatches >= SHORT_BATCHES;
  }

  private static long nanosSince(long startNanos) {
    return System.nanoTime() - startNanos;
  }
}
