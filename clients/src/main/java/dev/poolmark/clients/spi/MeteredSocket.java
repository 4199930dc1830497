package dev.poolmark.clients.spi;

import dev.poolmark.clients.ClientConfig;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.SocketAddress;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * A socket that tells the meter when it is connected and when it is closed, and has {@code tcpKeepAlive} and
 * TCP_NODELAY: a client that leaves Nagle's algorithm on stalls a request on a fresh TLS connection for about 40 ms,
 * because of delayed acknowledgements.
 * With {@link #NO_WAIT} it can be asked, through a library's buffers and TLS, whether bytes have come that nobody asked
 * for.
 */
public final class MeteredSocket extends Socket {
  /** A timeout for reads with which they do not wait: they return what has come, or throw at once. */
  public static final int NO_WAIT = Integer.MAX_VALUE - 1;

  private final ConnectionMeter meter;
  private volatile @Nullable MeteredConnection connection;
  private volatile boolean waits = true;

  /** An unconnected socket. */
  public MeteredSocket(ClientConfig config, ConnectionMeter meter) throws IOException {
    this.meter = meter;
    setTcpNoDelay(true);
    TcpKeepAlive.of(config).setOn(this);
  }

  @Override
  public void connect(SocketAddress endpoint, int timeoutMillis) throws IOException {
    super.connect(endpoint, timeoutMillis);
    connection = meter.opened(getLocalSocketAddress(), getRemoteSocketAddress());
    if (isClosed()) { // meanwhile
      countClosed();
    }
  }

  /** Whether bytes have come that nobody has read yet. Without TLS, this costs less than a read that does not wait. */
  public boolean holdsBytes() throws IOException {
    return super.getInputStream().available() > 0;
  }

  @Override
  public synchronized void setSoTimeout(int millis) throws SocketException {
    waits = millis != NO_WAIT;
    super.setSoTimeout(millis);
  }

  @Override
  public InputStream getInputStream() throws IOException {
    return new FilterInputStream(super.getInputStream()) {
      @Override
      public int read() throws IOException {
        check();
        return in.read();
      }

      @Override
      public int read(byte[] bytes, int offset, int length) throws IOException {
        check();
        return in.read(bytes, offset, length);
      }

      private void check() throws IOException {
        if (!waits && in.available() == 0) {
          throw new NothingCameException();
        }
      }
    };
  }

  /** Without a stack trace, because it is thrown at each call and never seen. */
  private static final class NothingCameException extends SocketTimeoutException {
    private static final long serialVersionUID = 1;

    @Override
    public synchronized Throwable fillInStackTrace() {
      return this;
    }
  }

  @Override
  public synchronized void close() throws IOException {
    countClosed();
    super.close();
    countClosed(); // should it have been connected meanwhile
  }

  private void countClosed() {
    MeteredConnection made = connection;
    if (made != null) {
      made.closed();
    }
  }
}
