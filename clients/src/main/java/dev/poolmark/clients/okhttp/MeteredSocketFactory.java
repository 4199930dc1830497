package dev.poolmark.clients.okhttp;

import dev.poolmark.clients.spi.ConnectionMeter;
import dev.poolmark.clients.spi.MeteredSocket;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import javax.net.SocketFactory;

/** Makes the sockets that OkHttp itself connects; it needs no others. Thread-safe. */
final class MeteredSocketFactory extends SocketFactory {
  private final ConnectionMeter meter;

  MeteredSocketFactory(ConnectionMeter meter) {
    this.meter = meter;
  }

  @Override
  public Socket createSocket() throws IOException {
    return new MeteredSocket(meter);
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
