package dev.poolmark.stub;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;

/**
 * The emulated {@link Link}: accepts connections, opens one to the server for each, and passes bytes, half-closes and
 * resets on in both directions after their delay. One thread reads; the timer's thread delivers.
 */
final class DelayLine implements AutoCloseable {
  private static final int BACKLOG = 4096;

  private final Path path;
  private final InetSocketAddress server;
  private final Timer timer;
  private final Selector selector;
  private final ServerSocketChannel door;
  private final Thread reader;
  private volatile boolean closed;

  /**
   * Starts to accept connections.
   *
   * @throws IOException if no port can be had
   */
  DelayLine(Path path, InetSocketAddress address, int serverPort, Timer timer) throws IOException {
    this.path = path;
    this.server = new InetSocketAddress(InetAddress.getLoopbackAddress(), serverPort);
    this.timer = timer;
    this.selector = Selector.open();
    this.door = ServerSocketChannel.open();
    try {
      door.bind(address, BACKLOG);
      door.configureBlocking(false);
    } catch (IOException e) {
      door.close();
      selector.close();
      throw e;
    }
    door.register(selector, SelectionKey.OP_ACCEPT);
    this.reader = new Thread(this::read, "stub-link-" + port());
    reader.setDaemon(true);
    reader.start();
  }

  int port() {
    return door.socket().getLocalPort();
  }

  private void read() {
    ByteBuffer buffer = ByteBuffer.allocateDirect(Flow.READ_BYTES);
    try {
      while (!closed) {
        selector.select(key -> ready(key, buffer));
      }
      for (SelectionKey key : selector.keys()) {
        key.channel().close();
      }
      selector.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void ready(SelectionKey key, ByteBuffer buffer) {
    if (key.channel() == door) {
      accept();
    } else {
      ((Flow) key.attachment()).ready(buffer);
    }
  }

  private void accept() {
    try {
      for (SocketChannel client = door.accept(); client != null; client = door.accept()) {
        connect(client);
      }
    } catch (IOException e) {
      // The client has gone already, or this door is being shut.
    }
  }

  private void connect(SocketChannel client) throws IOException {
    try {
      Flow.between(client, SocketChannel.open(server), selector, timer, path);
    } catch (IOException refused) {
      client.close();
    }
  }

  /** Shuts the door, drops every connection and waits for the thread to end. */
  @Override
  public void close() {
    closed = true;
    selector.wakeup();
    try {
      reader.join();
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
