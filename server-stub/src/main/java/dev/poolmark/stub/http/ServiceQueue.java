package dev.poolmark.stub.http;

import dev.poolmark.stub.config.SeededRandom;
import dev.poolmark.stub.config.ServiceTime;
import dev.poolmark.stub.config.SimulatedService;
import dev.poolmark.stub.network.Timer;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Runs the {@link SimulatedService}: each job ends after its service time, up to {@code maxConcurrent} run at once, and
 * the others queue in order. No thread waits meanwhile. Thread-safe.
 */
final class ServiceQueue {
  private final SimulatedService service;
  private final long seed;
  private final Timer timer;
  private final AtomicLong jobs = new AtomicLong();
  private final Queue<Job> queue = new ArrayDeque<>();
  private volatile long addedNanos;
  private int running;

  private record Job(long nanos, Runnable ended) {}

  ServiceQueue(SimulatedService service, long seed, Timer timer) {
    this.service = service;
    this.seed = seed;
    this.timer = timer;
  }

  /** Adds this to the time of every job that is submitted from now on. */
  void slowDown(Duration added) {
    addedNanos = added.toNanos();
  }

  /** Whether a job needs no time and no place. */
  boolean isInstant() {
    return service.isInstant() && addedNanos == 0;
  }

  /** Runs this on the timer's thread once the job has ended; if the queue is full, returns false and never runs it. */
  boolean submit(Runnable ended) {
    Job job = new Job(nextNanos() + addedNanos, ended);
    if (service.maxConcurrent() > 0) {
      synchronized (this) {
        if (running == service.maxConcurrent()) {
          return (service.maxQueued() == 0 || queue.size() < service.maxQueued()) && queue.add(job);
        }
        running++;
      }
    }
    start(job, System.nanoTime());
    return true;
  }

  private long nextNanos() {
    if (service.time() instanceof ServiceTime.Fixed fixed) {
      return fixed.time().toNanos();
    }
    long number = jobs.incrementAndGet();
    return service
        .time()
        .nextNanos(SeededRandom.of(seed, SeededRandom.Purpose.SERVICE_TIME, number));
  }

  private void start(Job job, long startNanos) {
    long due = startNanos + job.nanos;
    timer.at(due, () -> {
      job.ended.run();
      if (service.maxConcurrent() > 0) {
        startNext(due);
      }
    });
  }

  /** Starts the next job from when a place was due to be free, so that the timer's delays do not add up. */
  private void startNext(long freeNanos) {
    Job next;
    synchronized (this) {
      next = queue.poll();
      if (next == null) {
        running--;
        return;
      }
    }
    start(next, freeNanos);
  }
}
