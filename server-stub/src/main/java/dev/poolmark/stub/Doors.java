package dev.poolmark.stub;

import java.io.IOException;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.net.UnknownHostException;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.Set;

/**
 * Where a server listens. Immutable.
 *
 * @param bind the address; the wildcard for every address of this machine
 * @param port of the plain door; 0 for the system's choice
 * @param tlsPort of the TLS door; 0 for the system's choice
 */
record Doors(InetAddress bind, int port, int tlsPort) {
  private static final int MAX_PORT = 65_535;

  Doors {
    checkPort("port", port);
    checkPort("tlsPort", tlsPort);
  }

  private static void checkPort(String field, int value) {
    if (value < 0 || value > MAX_PORT) {
      throw new IllegalArgumentException(field + " must be from 0 to " + MAX_PORT + ": " + value);
    }
  }

  /** This machine only, and ports of the system's choice. */
  static Doors loopback() {
    try {
      // Not by name: that would bring its look-up, and ::1, into a connect.
      return on(InetAddress.getByAddress(new byte[] {127, 0, 0, 1}));
    } catch (UnknownHostException e) {
      throw new IllegalStateException("four bytes are an address", e);
    }
  }

  static Doors on(InetAddress bind) {
    return new Doors(bind, 0, 0);
  }

  InetSocketAddress plain() {
    return new InetSocketAddress(bind, port);
  }

  InetSocketAddress tls() {
    return new InetSocketAddress(bind, tlsPort);
  }

  boolean isOpenToOthers() {
    return !bind.isLoopbackAddress();
  }

  /** The addresses by which others can call, the likeliest first. */
  Set<InetAddress> reachable() throws IOException {
    if (!bind.isAnyLocalAddress()) {
      return Set.of(bind);
    }
    Set<InetAddress> addresses = new LinkedHashSet<>();
    try {
      NetworkInterface.networkInterfaces()
          .flatMap(NetworkInterface::inetAddresses)
          .filter(address -> !address.isLoopbackAddress() && !address.isLinkLocalAddress())
          .sorted(Comparator.comparing(Inet6Address.class::isInstance))
          .forEach(addresses::add);
    } catch (SocketException e) {
      throw new IOException("this machine does not tell its addresses: " + e.getMessage(), e);
    }
    addresses.add(loopback().bind);
    return addresses;
  }

  /** The address to put into a URI. */
  String host() throws IOException {
    InetAddress address = reachable().iterator().next();
    String text = address.getHostAddress();
    return address instanceof Inet6Address ? "[" + text.replaceFirst("%.*", "") + "]" : text;
  }
}
