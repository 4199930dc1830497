package dev.poolmark.clients.apacheasync;

import dev.poolmark.clients.ConnectionMeter;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.hc.core5.reactor.IOSession;
import org.apache.hc.core5.reactor.IOSessionListener;

/** Tells the meter of each connection that is opened and closed. Safe for use by several threads. */
final class Sessions implements IOSessionListener {
  private final ConnectionMeter meter;
  private final Set<String> open = ConcurrentHashMap.newKeySet();
  private volatile boolean over;

  Sessions(ConnectionMeter meter) {
    this.meter = meter;
  }

  /** TCP is connected; the library's own event comes after the handshake. */
  void opened(IOSession session) {
    meter.opened();
    open.add(session.getId());
    if (over) {
      disconnected(session);
    }
  }

  /** The client is closed and with it every session, of which the library tells no more. */
  void over() {
    over = true;
    open.forEach(this::closed);
  }

  void ready(long sinceConnectBeganNanos) {
    meter.ready(sinceConnectBeganNanos);
  }

  @Override
  public void disconnected(IOSession session) {
    closed(session.getId());
  }

  private void closed(String id) {
    if (open.remove(id)) {
      meter.closed();
    }
  }

  @Override
  public void connected(IOSession session) {}

  @Override
  public void startTls(IOSession session) {}

  @Override
  public void inputReady(IOSession session) {}

  @Override
  public void outputReady(IOSession session) {}

  @Override
  public void timeout(IOSession session) {}

  @Override
  public void exception(IOSession session, Exception cause) {}
}
