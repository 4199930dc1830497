package dev.poolmark.stub.network;

/** The bandwidth of one direction of a link, shared by all its connections. Thread-safe. */
final class BandwidthLimiter {
  private static final double NANOS_PER_SECOND = 1e9;

  private final long bitsPerSecond;
  private long freeAtNanos;
  private boolean used;

  /** A limiter of this bandwidth; 0 for no limit. */
  BandwidthLimiter(long bitsPerSecond) {
    this.bitsPerSecond = bitsPerSecond;
  }

  boolean limited() {
    return bitsPerSecond != 0;
  }

  /** When the last of these bytes departs if they are ready at that time; earlier calls depart first. */
  long departsAt(long readyNanos, int bytes) {
    if (!limited()) {
      return readyNanos;
    }
    synchronized (this) {
      long start = used && freeAtNanos - readyNanos > 0 ? freeAtNanos : readyNanos;
      used = true;
      freeAtNanos = start + Math.round(bytes * 8L * NANOS_PER_SECOND / bitsPerSecond);
      return freeAtNanos;
    }
  }
}
