package dev.poolmark.stub;

/** The bandwidth of one direction of a {@link Link}, shared by all its connections. Safe for several threads. */
final class Lane {
  private static final double NANOS_PER_SECOND = 1e9;

  private final long bitsPerSecond;
  private long freeAtNanos;
  private boolean used;

  /** A lane of this bandwidth; 0 for no limit. */
  Lane(long bitsPerSecond) {
    this.bitsPerSecond = bitsPerSecond;
  }

  boolean limited() {
    return bitsPerSecond != 0;
  }

  /** When the last of these bytes has left, if they are ready at that time; what came first leaves first. */
  long leaves(long readyNanos, int bytes) {
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
