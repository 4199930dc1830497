package dev.poolmark.clients.jetty;

import dev.poolmark.clients.ClientConfig;
import dev.poolmark.clients.ConnectionMeter;
import dev.poolmark.clients.Protocol;
import java.io.IOException;
import java.net.SocketAddress;
import java.nio.channels.SelectableChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import java.util.Map;
import org.eclipse.jetty.io.ClientConnector;
import org.eclipse.jetty.io.Connection;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.io.ManagedSelector;
import org.eclipse.jetty.io.ssl.SslConnection;

/** Makes connections that are metered from the beginning of their TCP connect. Safe for use by several threads. */
final class Connector extends ClientConnector {
  private static final String BEGAN = Connector.class.getName() + ".began";

  private final ConnectionMeter meter;
  private final boolean http2;
  private final long readMillis;

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
