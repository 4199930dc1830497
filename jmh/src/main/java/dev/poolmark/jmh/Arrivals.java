package dev.poolmark.jmh;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import org.HdrHistogram.ConcurrentHistogram;
import org.HdrHistogram.Histogram;

/**
 * An open loop: calls start at fixed times, whether or not earlier ones have ended, and each is timed from its intended
 * start. A closed loop would wait for a slow response and miss the calls that queue behind it (coordinated omission; G.
 * Tene, "How NOT to measure latency").
 */
final class Arrivals {
  private static final int DIGITS = 3;

  private Arrivals() {}

  /** The time, which a test can replace. */
  interface Clock {
    /** The clock of this machine. */
    Clock SYSTEM = new Clock() {
      @Override
      public long nanos() {
        return System.nanoTime();
      }

      @Override
      public void sleepUntil(long nanos) {
        for (long left = nanos - nanos(); left > 0; left = nanos - nanos()) {
          LockSupport.parkNanos(left);
        }
      }
    };

    /** Now. */
    long nanos();

    /** Returns at that time, or at once if it is past. */
    void sleepUntil(long nanos);
  }

  /**
   * Makes the calls and waits for the last response.
   *
   * @param intervalNanos time between the starts of two calls
   * @return times in microseconds, from a call's intended start to its response
   * @throws Exception if a call fails; its cause is what the first such call failed with
   */
  static Histogram run(
      int calls, long intervalNanos, Clock clock, Supplier<? extends CompletableFuture<?>> call)
      throws Exception {
    Histogram micros = new ConcurrentHistogram(DIGITS);
    micros.setAutoResize(true);
    CountDownLatch unanswered = new CountDownLatch(calls);
    AtomicReference<Throwable> problem = new AtomicReference<>();
    long start = clock.nanos();
    for (int i = 0; i < calls; i++) {
      long intended = start + i * intervalNanos;
      clock.sleepUntil(intended);
      call.get().whenComplete((response, failure) -> {
        micros.recordValue((clock.nanos() - intended) / 1000);
        if (failure != null) {
          problem.compareAndSet(null, failure);
        }
        unanswered.countDown();
      });
    }
    unanswered.await();
    if (problem.get() != null) {
      throw new CompletionException(problem.get());
    }
    return micros;
  }
}
