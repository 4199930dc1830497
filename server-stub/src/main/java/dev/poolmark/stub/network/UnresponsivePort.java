package dev.poolmark.stub.network;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.channels.NetworkChannel;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.List;

/** A port that is taken but serves nobody: a connect to it is refused, or never completes. Not thread-safe. */
final class UnresponsivePort implements AutoCloseable {
  /** More than fit into the shortest accept queue that a kernel grants. */
  private static final int FILLERS = 4;

  private final List<NetworkChannel> channels = new ArrayList<>();

  private UnresponsivePort() {}

  /**
   * A port that nothing listens on.
   *
   * @throws IOException if the port cannot be opened
   */
  static UnresponsivePort refusing(InetSocketAddress address) throws IOException {
    UnresponsivePort port = new UnresponsivePort();
    SocketChannel bound = SocketChannel.open();
    port.channels.add(bound);
    bound.bind(address);
    return port;
  }

  /**
   * A port whose accept queue is full.
   *
   * @throws IOException if the port cannot be opened
   */
  static UnresponsivePort swallowing(InetSocketAddress address) throws IOException {
    UnresponsivePort port = new UnresponsivePort();
    ServerSocketChannel listening = ServerSocketChannel.open();
    port.channels.add(listening);
    listening.bind(address, 1);
    SocketAddress full = listening.getLocalAddress();
    for (int i = 0; i < FILLERS; i++) {
      SocketChannel filler = SocketChannel.open();
      port.channels.add(filler);
      filler.configureBlocking(false);
      filler.connect(full);
    }
    return port;
  }

  int number() throws IOException {
    return ((InetSocketAddress) channels.get(0).getLocalAddress()).getPort();
  }

  @Override
  public void close() {
    for (NetworkChannel channel : channels) {
      try {
        channel.close();
      } catch (IOException alreadyClosed) {
        // It is closed, which is all that is wanted.
      }
    }
  }
}
