package dev.poolmark.clients;

import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;

/** Counts the connections that an adapter reports. Safe for several threads; no method waits. */
public final class ConnectionMeter {
  private final AtomicLong opened = new AtomicLong();
  private final Map<CloseReason, AtomicLong> closed = new EnumMap<>(CloseReason.class);
  private final TimeHistogram connectTime = new TimeHistogram();
  private volatile boolean shutdown;

  /** A meter at zero. */
  public ConnectionMeter() {
    for (CloseReason reason : CloseReason.values()) {
      closed.put(reason, new AtomicLong());
    }
  }

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
    closed.get(shutdown ? CloseReason.SHUTDOWN : CloseReason.TURNOVER).incrementAndGet();
  }

  /** The client is about to close its connections; those that it closes from now on are its {@code SHUTDOWN}. */
  void shutdown() {
    shutdown = true;
  }

  ClientMetrics.Connections snapshot(int leased) {
    // First, so that no connection is closed before it is opened.
    Map<CloseReason, Long> closedSoFar = new EnumMap<>(CloseReason.class);
    long ended = 0;
    for (Map.Entry<CloseReason, AtomicLong> entry : closed.entrySet()) {
      long count = entry.getValue().get();
      if (count > 0) {
        closedSoFar.put(entry.getKey(), count);
        ended += count;
      }
    }
    long openedSoFar = opened.get();
    int open = (int) (openedSoFar - ended);
    return new ClientMetrics.Connections(
        open, Math.max(0, open - leased), openedSoFar, closedSoFar, connectTime.snapshot());
  }
}
