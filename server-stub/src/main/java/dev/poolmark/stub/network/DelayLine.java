package dev.poolmark.stub.network;

import dev.poolmark.stub.config.Link;
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
 * Emulates a {@link Link}: accepts connections, opens one to the server for each, and passes bytes, half-closes and
 * resets on in both directions after a delay. One thread reads; the timer's thread delivers. Thread-safe.
 */
final class DelayLine implements AutoCloseable {
  private static final int BACKLOG = 4096;

  private final SharedLink link;
  private final InetSocketAddress server;
  private final Timer timer;
  private final Selector selector;
  private final ServerSocketChannel listener;
  private final Thread reader;
  private volatile boolean closed;

  /**
   * Starts to accept connections.
   *
   * @throws IOException if the port cannot be opened
   */
  DelayLine(SharedLink link, InetSocketAddress address, int serverPort, Timer timer)
      throws IOException {
    this.link = link;
    this.server = new InetSocketAddress(InetAddress.getLoopbackAddress(), serverPort);
    this.timer = timer;
    this.selector = Selector.open();
    this.listener = ServerSocketChannel.open();
    try {
      listener.bind(address, BACKLOG);
      listener.configureBlocking(false);
    } catch (IOException e) {
      listener.close();
      selector.close();
      throw e;
    }
    listener.register(selector, SelectionKey.OP_ACCEPT);
    this.reader = new Thread(this::read, "stub-link-" + port());
    reader.setDaemon(true);
    reader.start();
  }

  int port() {
    return listener.socket().getLocalPort();
  }

  private void read() {
    ByteBuffer buffer = ByteBuffer.allocateDirect(OneWayPipe.READ_BYTES);
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
    if (key.channel() == listener) {
      accept();
    } else {
      ((OneWayPipe) key.attachment()).ready(buffer);
    }
  }

  private void accept() {
    try {
      for (SocketChannel client = listener.accept(); client != null; client = listener.accept()) {
        connect(client);
      }
    } catch (IOException e) {
      // The client has gone already, or this listener is closing.
    }
  }

  private void connect(SocketChannel client) throws IOException {
    try {
      OneWayPipe.between(client, SocketChannel.open(server), selector, timer, link);
    } catch (IOException refused) {
      client.close();
    }
  }

  /** Closes the listener and every connection, and waits for the thread to end. */
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
