package dev.poolmark.clients;

import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * Ends the calls that exceed a limit which their library does not watch, on one daemon thread. A new call need not wake
 * that thread: it sleeps no longer than the shortest limit, which such a call cannot exceed before it wakes up. Safe for use by several threads.
 */
public final class CallWatch implements AutoCloseable {
  /** So late may a call be ended, for the sake of not waking the thread. */
  private static final long LATE_NANOS = TimeUnit.MILLISECONDS.toNanos(1);

  private final Set<Watched> calls = ConcurrentHashMap.newKeySet();
  private final long longestSleepNanos;
  private final Thread thread;
  private volatile boolean closed;

  /** A call that is under way. */
  public interface Watched {
    /**
     * Ends the call if it has exceeded a limit.
     *
     * @param nowNanos {@link System#nanoTime()}
     * @return nanoseconds until it can exceed one, at the earliest
     */
    long check(long nowNanos);
  }

  /** A watch for the client of that name, whose calls have no limit shorter than this one. */
  public CallWatch(String client, Duration shortestLimit) {
    this.longestSleepNanos = shortestLimit.toNanos();
    this.thread = new Thread(this::run, "poolmark-" + client + "-watch");
    thread.setDaemon(true);
    thread.start();
  }

  /** From now on the call is checked. Wakes the thread only if the call has used up part of its time before. */
  public void add(Watched call) {
    calls.add(call);
    if (call.check(System.nanoTime()) < longestSleepNanos - LATE_NANOS) {
      LockSupport.unpark(thread);
    }
  }

  /** The call is over. */
  public void remove(Watched call) {
    calls.remove(call);
  }

  private void run() {
    while (!closed) {
      long now = System.nanoTime();
      long sleep = longestSleepNanos;
      for (Watched call : calls) {
        sleep = Math.min(sleep, call.check(now));
      }
      LockSupport.parkNanos(this, sleep - (System.nanoTime() - now));
    }
  }

  /** Ends the thread; calls that are under way are watched no longer. */
  @Override
  public void close() {
    closed = true;
    LockSupport.unpark(thread);
  }
}
