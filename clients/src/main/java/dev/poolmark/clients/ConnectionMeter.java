package dev.poolmark.clients;

import java.util.concurrent.atomic.AtomicLong;

/** Counts the connections that an adapter reports. Safe for several threads; no method waits. */
public final class ConnectionMeter {
  private final AtomicLong opened = new AtomicLong();
  private final AtomicLong closed = new AtomicLong();
  private final TimeHistogram connectTime = new TimeHistogram();

  /** A meter at zero. */
  public ConnectionMeter() {}

  /** A TCP connection was made. */
  public void opened() {
    opened.incrementAndGet();
  }

  /** A connection can take its first request: after the TLS handshake if there is one. */
  public void ready(long sinceConnectBeganNanos) {
    connectTime.record(sinceConnectBeganNanos);
  }

  /** A connection that was {@link #opened()} is closed; to be called once for each. */
  public void closed() {
    closed.incrementAndGet();
  }

  ClientMetrics.Connections snapshot(int leased) {
    long closedSoFar = closed.get(); // first, so that no connection is closed before it is opened
    long openedSoFar = opened.get();
    int open = (int) (openedSoFar - closedSoFar);
    return new ClientMetrics.Connections(
        open, Math.max(0, open - leased), openedSoFar, closedSoFar, connectTime.snapshot());
  }
}
