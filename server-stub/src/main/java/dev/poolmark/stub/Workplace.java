package dev.poolmark.stub;

import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Where the {@link Service} works: each piece of work ends after its drawn time, so many at once, the others queue in
 * order. No thread waits meanwhile. Safe for several threads.
 */
final class Workplace {
  private final Service service;
  private final long seed;
  private final Timer timer;
  private final AtomicLong numbers = new AtomicLong();
  private final Queue<Work> queue = new ArrayDeque<>();
  private int working;

  private record Work(long nanos, Runnable ended) {}

  Workplace(StubConfig config, Timer timer) {
    this.service = config.service();
    this.seed = config.seed();
    this.timer = timer;
  }

  /** Whether work takes no time, and needs no place. */
  boolean idle() {
    return service.maxConcurrent() == 0 && service.time().mean().isZero();
  }

  /** Runs this on the timer's thread when the work is done; false, and never, if the queue is full. */
  boolean work(Runnable ended) {
    Work work = new Work(nextNanos(), ended);
    if (service.maxConcurrent() > 0) {
      synchronized (this) {
        if (working == service.maxConcurrent()) {
          return (service.maxQueued() == 0 || queue.size() < service.maxQueued())
              && queue.add(work);
        }
        working++;
      }
    }
    start(work, System.nanoTime());
    return true;
  }

  private long nextNanos() {
    if (service.time() instanceof ServiceTime.Fixed fixed) {
      return fixed.time().toNanos();
    }
    long number = numbers.incrementAndGet();
    return service.time().nextNanos(Draws.of(seed, Draws.Purpose.SERVICE_TIME, number));
  }

  private void start(Work work, long startNanos) {
    long due = startNanos + work.nanos;
    timer.at(due, () -> {
      work.ended.run();
      if (service.maxConcurrent() > 0) {
        next(due);
      }
    });
  }

  /** The place is taken by the next one when it was due to be free, not when the timer came to it. */
  private void next(long freeNanos) {
    Work next;
    synchronized (this) {
      next = queue.poll();
      if (next == null) {
        working--;
        return;
      }
    }
    start(next, freeNanos);
  }
}
