package dev.poolmark.clients.apache;

import dev.poolmark.clients.ClientConfig;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.LockSupport;

/**
 * Cancels the calls that exceed their call timeout or write timeout, on one daemon thread. A call never has to wake
 * that thread: it sleeps no longer than the shorter timeout, and no call that begins meanwhile can expire before it
 * wakes up. Safe for use by several threads.
 */
final class CallWatch implements AutoCloseable {
  private final Set<WatchedCall> calls = ConcurrentHashMap.newKeySet();
  private final long writeNanos;
  private final long longestSleepNanos;
  private final Thread thread;
  private volatile boolean closed;

  CallWatch(ClientConfig config) {
    this.writeNanos = config.writeTimeout().toNanos();
    this.longestSleepNanos = Math.min(config.callTimeout().toNanos(), writeNanos);
    this.thread = new Thread(this::run, "poolmark-httpclient5-watch");
    thread.setDaemon(true);
    thread.start();
  }

  void add(WatchedCall call) {
    calls.add(call);
  }

  void remove(WatchedCall call) {
    calls.remove(call);
  }

  private void run() {
    while (!closed) {
      long now = System.nanoTime();
      long sleep = longestSleepNanos;
      for (WatchedCall call : calls) {
        sleep = Math.min(sleep, call.check(now, writeNanos));
      }
      LockSupport.parkNanos(this, sleep - (System.nanoTime() - now));
    }
  }

  @Override
  public void close() {
    closed = true;
    LockSupport.unpark(thread);
  }
}
