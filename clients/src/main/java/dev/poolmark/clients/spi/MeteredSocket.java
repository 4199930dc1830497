package dev.poolmark.clients.spi;

import java.io.IOException;
import java.net.Socket;
import java.net.SocketAddress;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * A socket that tells the meter when it is connected and when it is closed, and has TCP_NODELAY: a client that leaves
 * Nagle's algorithm on stalls a request on a fresh TLS connection for about 40 ms, because of delayed acknowledgements.
 */
public final class MeteredSocket extends Socket {
  private final ConnectionMeter meter;
  private final AtomicBoolean counted = new AtomicBoolean();

  /** An unconnected socket. */
  public MeteredSocket(ConnectionMeter meter) throws IOException {
    this.meter = meter;
    setTcpNoDelay(true);
  }

  @Override
  public void connect(SocketAddress endpoint, int timeoutMillis) throws IOException {
    super.connect(endpoint, timeoutMillis);
    meter.opened();
    counted.set(true);
    if (isClosed()) { // meanwhile
      countClosed();
    }
  }

  @Override
  public synchronized void close() throws IOException {
    countClosed();
    super.close();
    countClosed(); // should it have been connected meanwhile
  }

  private void countClosed() {
    if (counted.compareAndSet(true, false)) {
      meter.closed();
    }
  }
}
