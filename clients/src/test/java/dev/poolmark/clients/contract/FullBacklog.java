package dev.poolmark.clients.contract;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.util.ArrayList;
import java.util.List;

/** A port on which no connect completes: nobody accepts, and the system's queue is full. */
final class FullBacklog implements AutoCloseable {
  private final ServerSocket listener = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
  private final List<Socket> queue = new ArrayList<>();

  FullBacklog() throws IOException {
    for (int i = 0; i < 100; i++) {
      Socket waiting = new Socket();
      queue.add(waiting);
      try {
        waiting.connect(new InetSocketAddress(listener.getInetAddress(), port()), 100);
      } catch (SocketTimeoutException full) {
        return;
      }
    }
    close();
    throw new IOException("this system's backlog has no end");
  }

  int port() {
    return listener.getLocalPort();
  }

  @Override
  public void close() throws IOException {
    for (Socket waiting : queue) {
      waiting.close();
    }
    listener.close();
  }
}
