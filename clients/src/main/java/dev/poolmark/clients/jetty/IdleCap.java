package dev.poolmark.clients.jetty;

import java.util.concurrent.atomic.AtomicInteger;

/** Counts the connections that lie idle in the pools of all endpoints. Safe for use by several threads. */
final class IdleCap {
  private final int maxIdle;
  private final AtomicInteger idle = new AtomicInteger();

  IdleCap(int maxIdle) {
    this.maxIdle = maxIdle;
  }

  /** Counts the connection, if it is not counted, unless there are as many as may be. */
  boolean keeps(MeteredEndPoint connection) {
    if (connection.idle().get()) {
      return true;
    }
    int now = idle.get();
    while (now < maxIdle) {
      int seen = idle.compareAndExchange(now, now + 1);
      if (seen == now) {
        if (!connection.idle().compareAndSet(false, true)) {
          idle.decrementAndGet();
        }
        return true;
      }
      now = seen;
    }
    return false;
  }

  /** Counts a connection that a call waits for, however many there are. */
  void created(MeteredEndPoint connection) {
    idle.incrementAndGet();
    connection.idle().set(true);
  }

  /** The connection is used, or closed. */
  void taken(MeteredEndPoint connection) {
    if (connection.idle().compareAndSet(true, false)) {
      idle.decrementAndGet();
    }
  }

  boolean isExceeded() {
    return idle.get() > maxIdle;
  }
}
