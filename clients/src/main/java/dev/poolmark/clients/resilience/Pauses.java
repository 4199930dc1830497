package dev.poolmark.clients.resilience;

import dev.failsafe.spi.Scheduler;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Delayed;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The timer of a client: it ends backoffs and enforces the deadlines of retries, so that no call needs a thread to wait.
 * It has one daemon thread, which the first wait starts. Thread-safe.
 */
final class Pauses implements Scheduler, AutoCloseable {
  private final ScheduledThreadPoolExecutor timer;
  private final Set<Pause> backoffs = ConcurrentHashMap.newKeySet();

  Pauses() {
    timer = new ScheduledThreadPoolExecutor(1, task -> {
      Thread thread = new Thread(task, "poolmark-retry");
      thread.setDaemon(true);
      return thread;
    });
    timer.setRemoveOnCancelPolicy(true);
  }

  /** Runs the task after the delay, or as soon as this is closed. */
  @Override
  public ScheduledFuture<?> schedule(Callable<?> task, long delay, TimeUnit unit) {
    Pause pause = new Pause(task, unit.toNanos(delay));
    if (delay <= 0) {
      pause.run();
      return pause;
    }
    backoffs.add(pause);
    try {
      pause.alarm = timer.schedule(pause, delay, unit);
    } catch (RejectedExecutionException closed) {
      pause.run();
    }
    return pause;
  }

  /** Runs the task after the delay, unless this is closed first. */
  Future<?> alarm(Runnable task, long delayNanos) {
    try {
      return timer.schedule(task, delayNanos, TimeUnit.NANOSECONDS);
    } catch (RejectedExecutionException closed) {
      FutureTask<?> never = new FutureTask<>(task, null);
      never.cancel(false);
      return never;
    }
  }

  /** Ends the thread, and every backoff. */
  @Override
  public void close() {
    timer.shutdownNow();
    backoffs.forEach(Pause::run);
  }

  /** One wait for the end of a backoff. */
  private final class Pause extends FutureTask<Object> implements ScheduledFuture<Object> {
    private final long endNanos;
    private volatile @Nullable Future<?> alarm;

    @SuppressWarnings("unchecked") // nobody reads the result
    Pause(Callable<?> task, long delayNanos) {
      super((Callable<Object>) task);
      this.endNanos = System.nanoTime() + delayNanos;
    }

    @Override
    protected void done() {
      backoffs.remove(this);
      Future<?> set = alarm;
      if (set != null) {
        set.cancel(false);
      }
    }

    @Override
    public long getDelay(TimeUnit unit) {
      return unit.convert(endNanos - System.nanoTime(), TimeUnit.NANOSECONDS);
    }

    @Override
    public int compareTo(Delayed other) {
      return Long.compare(getDelay(TimeUnit.NANOSECONDS), other.getDelay(TimeUnit.NANOSECONDS));
    }
  }
}
