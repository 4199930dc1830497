package dev.poolmark.jmh;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.HdrHistogram.ConcurrentHistogram;
import org.HdrHistogram.Histogram;

/** Threads that make the same call, each again 10 ms after it was answered, and what they saw. Thread-safe. */
final class Load implements AutoCloseable {
  /** Threads that call. */
  static final int CALLERS = 8;

  private static final long PAUSE_MILLIS = 10;
  private static final long QUIET_MILLIS = 1;

  private final RepeatableGet get;
  private final long slowNanos;
  private final ExecutorService threads = Executors.newFixedThreadPool(CALLERS);
  private final List<Future<Void>> ends = new ArrayList<>();
  private final AtomicLong calls = new AtomicLong();
  private final AtomicLong failed = new AtomicLong();
  private final AtomicLong lastTroubleNanos;
  private final Histogram micros = new ConcurrentHistogram(3);
  private volatile boolean began;
  private volatile boolean quiet;
  private volatile boolean over;

  /**
   * Begins to call.
   *
   * @param slowNanos a call that takes longer is in trouble, as one that fails is
   */
  Load(RepeatableGet get, long slowNanos) {
    this.get = get;
    this.slowNanos = slowNanos;
    this.lastTroubleNanos = new AtomicLong(System.nanoTime());
    for (int i = 0; i < CALLERS; i++) {
      ends.add(threads.submit(this::call));
    }
  }

  private Void call() throws InterruptedException {
    while (!over) {
      if (quiet) {
        Thread.sleep(QUIET_MILLIS);
        continue;
      }
      boolean measured = began;
      long start = System.nanoTime();
      boolean answered = answered();
      long end = System.nanoTime();
      calls.incrementAndGet();
      if (!answered) {
        failed.incrementAndGet();
      }
      if (!answered || end - start > slowNanos) {
        lastTroubleNanos.accumulateAndGet(end, Math::max);
      }
      if (measured) {
        micros.recordValue(TimeUnit.NANOSECONDS.toMicros(end - start));
      }
      Thread.sleep(PAUSE_MILLIS);
    }
    return null;
  }

  private boolean answered() throws InterruptedException {
    try {
      get.call();
      return true;
    } catch (InterruptedException e) {
      throw e;
    } catch (Exception e) { // whatever a library throws
      return false;
    }
  }

  /** Calls no more for this long, as callers do at night. Calls under way go on. */
  void pause(long millis) throws InterruptedException {
    quiet = true;
    Thread.sleep(millis);
  }

  /** From now on calls are measured; a pause is over. Returns this moment, as a value of {@link System#nanoTime()}. */
  long begin() {
    long now = System.nanoTime();
    began = true;
    quiet = false;
    return now;
  }

  /** Makes no more calls, and waits for those under way. */
  void end() throws Exception {
    over = true;
    for (Future<Void> each : ends) {
      each.get();
    }
  }

  long calls() {
    return calls.get();
  }

  long failed() {
    return failed.get();
  }

  /** When the last call in trouble ended. */
  long lastTroubleNanos() {
    return lastTroubleNanos.get();
  }

  /** The times of the calls that began after {@link #begin}. */
  Histogram micros() {
    return micros;
  }

  @Override
  public void close() {
    threads.shutdownNow();
  }
}
