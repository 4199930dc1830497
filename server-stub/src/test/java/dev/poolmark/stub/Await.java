package dev.poolmark.stub;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;

/** Waits in tests for what other threads do. */
public final class Await {
  private static final Duration LIMIT = Duration.ofSeconds(20);
  private static final long PAUSE_NANOS = Duration.ofMillis(1).toNanos();

  private Await() {}

  /** What a test waits for. */
  public interface Condition {
    boolean holds() throws Exception;
  }

  /** Returns once the condition holds; fails if it does not within 20 seconds. */
  public static void until(String what, Condition condition) throws Exception {
    long end = System.nanoTime() + LIMIT.toNanos();
    while (!condition.holds()) {
      if (System.nanoTime() - end > 0) {
        throw new AssertionError("not within " + LIMIT.toSeconds() + " s: " + what);
      }
      LockSupport.parkNanos(PAUSE_NANOS);
    }
  }

  /** Waits until the server has no open connection. */
  public static void untilAllClosed(Stub server) throws Exception {
    until("every connection is closed", () -> server.stats().openConnections() == 0);
  }
}
