package dev.poolmark.stub;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.channels.NetworkChannel;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.List;

/** A port that is taken but serves nobody: a connect to it is refused, or never completes. */
final class DeadDoor implements AutoCloseable {
  /** More than the shortest queue of a listening socket takes. */
  private static final int FILLERS = 4;

  private final List<NetworkChannel> channels = new ArrayList<>();

  private DeadDoor() {}

  /**
   * A port on which nobody listens.
   *
   * @throws IOException if the port cannot be had
   */
  static DeadDoor refusing(InetSocketAddress address) throws IOException {
    DeadDoor door = new DeadDoor();
    SocketChannel bound = SocketChannel.open();
    door.channels.add(bound);
    bound.bind(address);
    return door;
  }

  /**
   * A port whose queue is full.
   *
   * @throws IOException if the port cannot be had
   */
  static DeadDoor swallowing(InetSocketAddress address) throws IOException {
    DeadDoor door = new DeadDoor();
    ServerSocketChannel listening = ServerSocketChannel.open();
    door.channels.add(listening);
    listening.bind(address, 1);
    SocketAddress full = listening.getLocalAddress();
    for (int i = 0; i < FILLERS; i++) {
      SocketChannel filler = SocketChannel.open();
      door.channels.add(filler);
      filler.configureBlocking(false);
      filler.connect(full);
    }
    return door;
  }

  int port() throws IOException {
    return ((InetSocketAddress) channels.get(0).getLocalAddress()).getPort();
  }

  @Override
  public void close() {
    for (NetworkChannel channel : channels) {
      try {
        channel.close();
      } catch (IOException gone) {
        // it is closed then
      }
    }
  }
}
