package dev.poolmark.clients;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;

/**
 * A port of loopback that is taken, but on which nobody listens: each connect to it is refused. A port that is merely
 * free may become that of a server in another test's JVM, which would then count calls that are not meant for it.
 */
public final class RefusingPort implements AutoCloseable {
  private final Socket bound = new Socket();

  /** Takes a port. */
  public RefusingPort() throws IOException {
    bound.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
  }

  /** Its number. */
  public int number() {
    return bound.getLocalPort();
  }

  /** Gives the port up. */
  @Override
  public void close() throws IOException {
    bound.close();
  }
}
