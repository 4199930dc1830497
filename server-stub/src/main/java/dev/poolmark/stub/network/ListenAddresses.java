package dev.poolmark.stub.network;

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
 * The address and the ports that a server listens on. Immutable.
 *
 * @param bind the address; the wildcard for every address of this machine
 * @param port the plain port; 0 to let the system choose
 * @param tlsPort the TLS port; 0 to let the system choose
 */
public record ListenAddresses(InetAddress bind, int port, int tlsPort) {
  private static final int MAX_PORT = 65_535;

  /**
   * Checks the values.
   *
   * @throws IllegalArgumentException that names the field, the rule and the value
   */
  public ListenAddresses {
    checkPort("port", port);
    checkPort("tlsPort", tlsPort);
  }

  private static void checkPort(String field, int value) {
    if (value < 0 || value > MAX_PORT) {
      throw new IllegalArgumentException(field + " must be from 0 to " + MAX_PORT + ": " + value);
    }
  }

  /** Loopback, on ports that the system chooses. */
  public static ListenAddresses loopback() {
    try {
      // Not by name: a connect would then look it up, and might find ::1.
      return on(InetAddress.getByAddress(new byte[] {127, 0, 0, 1}));
    } catch (UnknownHostException e) {
      throw new IllegalStateException("four bytes must be an address", e);
    }
  }

  /** This address, on ports that the system chooses. */
  public static ListenAddresses on(InetAddress bind) {
    return new ListenAddresses(bind, 0, 0);
  }

  InetSocketAddress plain() {
    return new InetSocketAddress(bind, port);
  }

  InetSocketAddress tls() {
    return new InetSocketAddress(bind, tlsPort);
  }

  InetSocketAddress of(boolean tls) {
    return tls ? tls() : plain();
  }

  /** Whether other machines can connect. */
  public boolean isOpenToOthers() {
    return !bind.isLoopbackAddress();
  }

  /**
   * The addresses that others can connect to, the likeliest first.
   *
   * @throws IOException if the system does not list its addresses
   */
  public Set<InetAddress> reachable() throws IOException {
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
      throw new IOException("this machine's addresses cannot be listed: " + e.getMessage(), e);
    }
    addresses.add(loopback().bind);
    return addresses;
  }

  /**
   * The address to put into a URI.
   *
   * @throws IOException if the system does not list its addresses
   */
  public String host() throws IOException {
    InetAddress address = reachable().iterator().next();
    String text = address.getHostAddress();
    return address instanceof Inet6Address ? "[" + text.replaceFirst("%.*", "") + "]" : text;
  }
}
