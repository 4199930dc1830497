package dev.poolmark.stub.network;

import java.time.Duration;

/** What the network remembers of one connection. Used only by the delay line's reading thread. */
final class NatMapping {
  private final SharedLink link;
  private final long timeoutNanos;
  private long lastPassedNanos = System.nanoTime();
  private boolean expired;

  NatMapping(SharedLink link) {
    this.link = link;
    this.timeoutNanos = link.link().natTimeout().map(Duration::toNanos).orElse(Long.MAX_VALUE);
  }

  /** Whether what arrives now still passes; once something does not, nothing ever will. */
  boolean passes() {
    if (link.isCut()) {
      return false;
    }
    if (timeoutNanos == Long.MAX_VALUE) {
      return true;
    }
    long now = System.nanoTime();
    expired |= now - lastPassedNanos > timeoutNanos;
    lastPassedNanos = now;
    return !expired;
  }
}
