package dev.poolmark.clients.okhttp;

import dev.poolmark.clients.ConnectionMeter;
import dev.poolmark.clients.MeteredSocket;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import javax.net.SocketFactory;

/** Makes the sockets on which OkHttp connects itself; it needs no others. Safe for use by several threads. */
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
