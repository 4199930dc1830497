package dev.poolmark.clients.spi;

import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Keeps {@code maxIdleConnections}, over all endpoints, for a library whose pool has no such limit. Thread-safe; no method
 * blocks.
 */
public final class IdleLimit {
  private final int max;
  private final AtomicInteger idle = new AtomicInteger();

  /** Allows at most {@code max} idle connections. */
  public IdleLimit(int max) {
    this.max = max;
  }

  /** One connection's place among the idle ones. Each connection needs its own. */
  public final class Place {
    private final AtomicBoolean counted = new AtomicBoolean();

    /** Counts the connection as idle if the limit allows it. Returns whether it is counted, also if it was before. */
    public boolean keep() {
      if (counted.get()) {
        return true;
      }
      int now = idle.get();
      while (now < max) {
        int seen = idle.compareAndExchange(now, now + 1);
        if (seen == now) {
          if (!counted.compareAndSet(false, true)) {
            idle.decrementAndGet();
          }
          return true;
        }
        now = seen;
      }
      return false;
    }

    /** Counts the connection, whatever the limit: a call waits for it. */
    public void force() {
      if (counted.compareAndSet(false, true)) {
        idle.incrementAndGet();
      }
    }

    /** The connection is in use, or closed. */
    public void free() {
      if (counted.compareAndSet(true, false)) {
        idle.decrementAndGet();
      }
    }
  }

  /** Whether more connections are idle than may be. */
  public boolean isExceeded() {
    return idle.get() > max;
  }
}
