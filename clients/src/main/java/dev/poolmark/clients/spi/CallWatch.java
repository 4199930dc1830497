package dev.poolmark.clients.spi;

import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Checks the calls under way against their limits, on one daemon thread that starts with the first call. A new call
 * seldom wakes that thread: it sleeps no longer than the shortest limit, which such a call cannot exceed before the
 * thread wakes by itself. Where threads are blocked in a library's calls, it looks every so often whether they were
 * interrupted, for many libraries do not notice that. Thread-safe.
 */
final class CallWatch implements AutoCloseable {
  private static final System.Logger LOG = System.getLogger(CallWatch.class.getName());

  private static final long INTERRUPT_CHECK_NANOS = TimeUnit.MILLISECONDS.toNanos(50);

  /** After that long without a call, it is looked for no interrupts until there is one. */
  private static final long REST_AFTER_NANOS = TimeUnit.SECONDS.toNanos(1);

  private final String name;
  private final Set<Call> calls = ConcurrentHashMap.newKeySet();
  private final long longestSleepNanos;
  private final boolean checksInterrupts;
  private volatile @Nullable Thread thread;
  private volatile boolean closed;
  private volatile boolean resting;

  /**
   * A watch for the client of that name, whose calls have no limit shorter than this one.
   *
   * @param checksInterrupts whether callers' threads are blocked in a library
   */
  CallWatch(String client, Duration shortestLimit, boolean checksInterrupts) {
    this.name = "poolmark-" + client + "-watch";
    this.checksInterrupts = checksInterrupts;
    this.longestSleepNanos = shortestLimit.toNanos();
  }

  /** From now on the call is checked. */
  void add(Call call) {
    calls.add(call);
    if (thread == null) {
      start();
    }
    if (resting || call.request().timeout().isPresent()) { // which may be the shortest limit of all
      wake();
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
    long lastCallNanos = System.nanoTime();
    while (!closed || !calls.isEmpty()) {
      long now = System.nanoTime();
      long sleep = longestSleepNanos;
      for (Call call : calls) {
        lastCallNanos = now;
        try {
          sleep = Math.min(sleep, call.check(now));
        } catch (Throwable e) { // one call's trouble must not end the watch over all others
          LOG.log(System.Logger.Level.WARNING, "a call could not be checked", e);
        }
      }
      if (checksInterrupts) {
        resting = now - lastCallNanos > REST_AFTER_NANOS;
        if (!resting || !calls.isEmpty()) {
          sleep = Math.min(sleep, INTERRUPT_CHECK_NANOS);
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
