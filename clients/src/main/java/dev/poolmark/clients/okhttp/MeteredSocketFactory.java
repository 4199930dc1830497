package dev.poolmark.clients.okhttp;

import dev.poolmark.clients.ClientConfig;
import dev.poolmark.clients.spi.ConnectionMeter;
import dev.poolmark.clients.spi.MeteredSocket;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import javax.net.SocketFactory;

/** Makes the sockets that OkHttp itself connects; it needs no others. Thread-safe. */
final class MeteredSocketFactory extends SocketFactory {
  private final ClientConfig config;
  private final ConnectionMeter meter;

  MeteredSocketFactory(ClientConfig config, ConnectionMeter meter) {
    this.config = config;
    this.meter = meter;
  }

  @Override
  public Socket createSocket() throws IOException {
    return new MeteredSocket(config, meter);
  }

  @Override
  public Socket createSocket(String host, int port) {
    throw unconnectedOnly();
  }

  @Override
  public Socket createSocket(String host, int port, InetAddress localHost, int localPort) {
    throw unconnectedOnly();
  }

  @Override
  public Socket createSocket(InetAddress host, int port) {
    throw unconnectedOnly();
  }

  @Override
  public Socket createSocket(InetAddress host, int port, InetAddress localHost, int localPort) {
    throw unconnectedOnly();
  }

  private static UnsupportedOperationException unconnectedOnly() {
    return new UnsupportedOperationException("OkHttp connects its sockets itself");
  }
}
