package dev.poolmark.clients.spi;

import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Checks the calls under way against their limits, on one daemon thread that starts with the first call. A new call
 * seldom wakes that thread: it sleeps no longer than the shortest limit, which such a call cannot exceed before the
 * thread wakes by itself. Thread-safe.
 */
final class CallWatch implements AutoCloseable {
  private static final System.Logger LOG = System.getLogger(CallWatch.class.getName());

  private final String name;
  private final Set<Call> calls = ConcurrentHashMap.newKeySet();
  private final long longestSleepNanos;
  private volatile @Nullable Thread thread;
  private volatile boolean closed;

  /** A watch for the client of that name, whose calls have no limit shorter than this one. */
  CallWatch(String client, Duration shortestLimit) {
    this.name = "poolmark-" + client + "-watch";
    this.longestSleepNanos = shortestLimit.toNanos();
  }

  /** From now on the call is checked. */
  void add(Call call) {
    calls.add(call);
    if (thread == null) {
      start();
    }
    if (call.request().timeout().isPresent()) {
      wake(); // it may be shorter than any limit of the client
    }
  }

  private synchronized void start() {
    if (thread == null) {
      Thread started = new Thread(this::run, name);
      started.setDaemon(true);
      started.start();
      thread = started;
    }
  }

  /** The call is over. */
  void remove(Call call) {
    calls.remove(call);
  }

  /** Has all calls checked soon. */
  void wake() {
    LockSupport.unpark(thread);
  }

  /** All calls under way. */
  Iterable<Call> calls() {
    return calls;
  }

  private void run() {
    while (!closed || !calls.isEmpty()) {
      long now = System.nanoTime();
      long sleep = longestSleepNanos;
      for (Call call : calls) {
        try {
          sleep = Math.min(sleep, call.check(now));
        } catch (Throwable e) { // one call's trouble must not end the watch over all others
          LOG.log(System.Logger.Level.WARNING, "a call could not be checked", e);
        }
      }
      LockSupport.parkNanos(this, sleep - (System.nanoTime() - now));
    }
  }

  /** Ends the thread when the last call is over. */
  @Override
  public void close() {
    closed = true;
    wake();
  }
}
