package dev.poolmark.stub;

import java.time.Duration;
import java.util.Optional;

/** What a NAT remembers of one connection. For the reading thread only. */
final class Nat {
  private final long timeoutNanos;
  private long lastPassedNanos = System.nanoTime();
  private boolean forgotten;

  Nat(Optional<Duration> timeout) {
    timeoutNanos = timeout.map(Duration::toNanos).orElse(Long.MAX_VALUE);
  }

  /** Whether what comes now still passes; once it does not, nothing ever will. */
  boolean passes() {
    if (timeoutNanos == Long.MAX_VALUE) {
      return true;
    }
    long now = System.nanoTime();
    forgotten |= now - lastPassedNanos > timeoutNanos;
    lastPassedNanos = now;
    return !forgotten;
  }
}
