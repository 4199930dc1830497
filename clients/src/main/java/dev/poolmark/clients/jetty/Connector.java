package dev.poolmark.clients.jetty;

import dev.poolmark.clients.ClientConfig;
import dev.poolmark.clients.ConnectionMeter;
import dev.poolmark.clients.Protocol;
import java.io.Closeable;
import java.io.IOException;
import java.net.SocketAddress;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.SelectableChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.eclipse.jetty.io.ClientConnector;
import org.eclipse.jetty.io.Connection;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.io.ManagedSelector;
import org.eclipse.jetty.io.ssl.SslConnection;
import org.eclipse.jetty.util.IO;

/**
 * Makes connections that are metered from the beginning of their TCP connect, and closes those that the library forgets
 * when it stops while they are made. Safe for use by several threads.
 */
final class Connector extends ClientConnector {
  private static final String BEGAN = Connector.class.getName() + ".began";

  private final ConnectionMeter meter;
  private final boolean http2;
  private final long readMillis;
  private final Map<SelectableChannel, Closeable> made = new ConcurrentHashMap<>();
  private volatile boolean over;

  Connector(ConnectionMeter meter, ClientConfig config) {
    this.meter = meter;
    this.http2 = config.protocol() == Protocol.HTTP_2;
    this.readMillis = config.readTimeout().toMillis();
  }

  @Override
  public void connect(SocketAddress address, Map<String, Object> context) {
    context.put(BEGAN, System.nanoTime());
    super.connect(address, context);
  }

  @Override
  protected void configure(SelectableChannel channel) throws IOException {
    super.configure(channel);
    made.keySet().removeIf(other -> !other.isOpen());
    keep(channel, channel);
  }

  private void keep(SelectableChannel channel, Closeable connection) throws IOException {
    made.put(channel, connection);
    if (over) {
      connection.close();
      throw new ClosedChannelException();
    }
  }

  /** The library has stopped: closes what is left, and from now on whatever is made. */
  void over() {
    over = true;
    made.values().forEach(IO::close);
  }

  @Override
  protected EndPoint newEndPoint(
      SelectableChannel channel, ManagedSelector selector, SelectionKey key) {
    long began = (Long) ((Map<?, ?>) key.attachment()).get(BEGAN);
    return new MeteredEndPoint(
        (SocketChannel) channel, selector, key, getScheduler(), meter, began);
  }

  @Override
  protected Connection newConnection(EndPoint endPoint, Map<String, Object> context)
      throws IOException {
    Connection connection = super.newConnection(endPoint, context);
    MeteredEndPoint metered = (MeteredEndPoint) endPoint;
    keep(metered.getChannel(), metered);
    if (http2) { // whose handshake no call watches, since no request has begun
      metered.setIdleTimeout(readMillis);
    }
    if (connection instanceof SslConnection tls) {
      tls.addHandshakeListener(metered);
    } else {
      metered.ready();
    }
    return connection;
  }
}
