package dev.poolmark.clients.spi;

import dev.poolmark.clients.ClientMetrics;
import java.util.concurrent.atomic.AtomicLong;

/** Counts a transport's connections. Thread-safe; no method blocks. */
public final class ConnectionMeter {
  private final String client;
  private final AtomicLong opened = new AtomicLong();
  private final AtomicLong closed = new AtomicLong();
  private final TimeHistogram connectTime = new TimeHistogram();
  private volatile long lastConnectNanos;

  /** Counts the connections of the client with that name. */
  ConnectionMeter(String client) {
    this.client = client;
  }

  /** A TCP connection was made. */
  public void opened() {
    opened.incrementAndGet();
  }

  /**
   * A connection can take its first request: TCP is connected, and the TLS handshake, if there is one, is over.
   *
   * @param connectNanos since the TCP connect began
   */
  public void ready(long connectNanos) {
    connectTime.record(connectNanos);
    lastConnectNanos = connectNanos;
    FlightEvents.opened(client, connectNanos);
  }

  /** A connection that was {@link #opened()} is closed, by either side; to be called once for each. */
  public void closed() {
    closed.incrementAndGet();
    FlightEvents.closed(client);
  }

  /** How long the last connection took; zero if there was none. */
  long lastConnectNanos() {
    return lastConnectNanos;
  }

  ClientMetrics.Connections snapshot(int leased) {
    long ended = closed.get(); // first, so that no connection is closed before it is opened
    long made = opened.get();
    int open = (int) (made - ended);
    return new ClientMetrics.Connections(
        open, Math.max(0, open - leased), made, ended, connectTime.snapshot());
  }
}
