package dev.poolmark.stub.stats;

import java.util.OptionalInt;
import java.util.concurrent.atomic.AtomicInteger;

/** The requests of one connection. {@link Counters} counts them. Thread-safe. */
public final class ConnectionCount {
  private final AtomicInteger carried = new AtomicInteger();
  private final AtomicInteger sinceReset = new AtomicInteger();
  private volatile boolean openedSinceReset = true;

  /** A connection that has carried no request yet. */
  public ConnectionCount() {}

  /** Counts a request, and returns its number on this connection. */
  int add() {
    sinceReset.incrementAndGet();
    return carried.incrementAndGet();
  }

  /** Requests since the last reset; empty if the connection is older than that and has carried none since. */
  OptionalInt sinceReset() {
    int requests = sinceReset.get();
    return requests > 0 || openedSinceReset ? OptionalInt.of(requests) : OptionalInt.empty();
  }

  void reset() {
    sinceReset.set(0);
    openedSinceReset = false;
  }
}
