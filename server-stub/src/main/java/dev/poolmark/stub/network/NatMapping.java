package dev.poolmark.stub.network;

import java.time.Duration;
import java.util.Optional;

/** A NAT's memory of one connection. Used only by the delay line's reading thread. */
final class NatMapping {
  private final long timeoutNanos;
  private long lastPassedNanos = System.nanoTime();
  private boolean expired;

  NatMapping(Optional<Duration> timeout) {
    timeoutNanos = timeout.map(Duration::toNanos).orElse(Long.MAX_VALUE);
  }

  /** Whether what arrives now still passes; once something does not, nothing ever will. */
  boolean passes() {
    if (timeoutNanos == Long.MAX_VALUE) {
      return true;
    }
    long now = System.nanoTime();
    expired |= now - lastPassedNanos > timeoutNanos;
    lastPassedNanos = now;
    return !expired;
  }
}
