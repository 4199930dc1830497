package dev.poolmark.stub.network;

import java.util.concurrent.TimeUnit;

/**
 * The congestion window of one sender in slow start, on a network without loss. It starts at 10 segments (RFC 6928).
 * Each acknowledged byte widens it by one if the sender filled more than half of it in the last round trip, as in Linux
 * (tcp_is_cwnd_limited). After idling for a retransmission timeout it starts again (RFC 5681, 4.1). Time is a
 * parameter. Not thread-safe.
 */
final class Window {
  static final int SEGMENT_BYTES = 1460;
  static final int INITIAL_BYTES = 10 * SEGMENT_BYTES;

  /** The least variance that Linux adds to the round trip. */
  private static final long TIMEOUT_VARIANCE_NANOS = TimeUnit.MILLISECONDS.toNanos(200);

  private final long timeoutNanos;
  private final long maxBytes;
  private long bytes = INITIAL_BYTES;
  private long inFlight;
  private long peakInFlight;
  private long sentBytes;
  private long roundEndsAtBytes;
  private long lastSentNanos;

  /** A window that widens up to this size. */
  Window(long roundTripNanos, long maxBytes) {
    this.timeoutNanos = roundTripNanos + TIMEOUT_VARIANCE_NANOS;
    this.maxBytes = maxBytes;
  }

  /** The number of bytes that may be sent now. */
  long room(long nowNanos) {
    if (inFlight == 0 && nowNanos - lastSentNanos > timeoutNanos) {
      bytes = INITIAL_BYTES;
    }
    return Math.max(0, bytes - inFlight);
  }

  void sent(long nowNanos, int count) {
    inFlight += count;
    sentBytes += count;
    lastSentNanos = nowNanos;
    boolean newRound = sentBytes - inFlight >= roundEndsAtBytes;
    if (newRound || inFlight > peakInFlight) {
      peakInFlight = inFlight;
      roundEndsAtBytes = sentBytes;
    }
  }

  void acknowledged(int count) {
    if (bytes < 2 * peakInFlight) {
      bytes = Math.min(maxBytes, bytes + count);
    }
    inFlight -= count;
  }
}
