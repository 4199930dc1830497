package dev.poolmark.clients.contract;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A server that plays a {@link Script} on each connection, the last of several on all further ones, and keeps the heads of
 * the requests that it has read.
 */
final class RawServer implements AutoCloseable {
  private final Endpoint endpoint;
  private final List<Script> scripts;
  private final ServerSocket listener;
  private final List<RawConnection> connections = new CopyOnWriteArrayList<>();
  private final List<String> heads = new CopyOnWriteArrayList<>();
  private final AtomicInteger marks = new AtomicInteger();

  RawServer(Endpoint endpoint, List<Script> scripts) throws IOException {
    this.endpoint = endpoint;
    this.scripts = scripts;
    listener = new ServerSocket(0, 1000, InetAddress.getLoopbackAddress());
    start(this::accept);
  }

  /** The name keeps it apart from the clients' threads. */
  private static void start(Runnable work) {
    Thread thread = new Thread(work, "stub-raw");
    thread.setDaemon(true);
    thread.start();
  }

  private void accept() {
    try {
      while (true) {
        RawConnection connection = new RawConnection(listener.accept(), heads, marks);
        Script script = scripts.get(Math.min(connections.size(), scripts.size() - 1));
        connections.add(connection);
        start(() -> serve(connection, script));
      }
    } catch (IOException closed) {
      // the server is closed
    }
  }

  private void serve(RawConnection connection, Script script) {
    try {
      if (endpoint.isSecure() && !script.beforeTls()) {
        connection.handshake(endpoint);
      }
      script.run(connection);
      connection.readToEnd();
    } catch (IOException e) {
      // one side has closed the connection
    }
    try {
      connection.close();
    } catch (IOException e) {
      // the client has closed it already
    }
  }

  URI uri() {
    return endpoint.uri(listener.getLocalPort());
  }

  /** Connections that no side has closed, as far as the script reads what the client sends. */
  long openConnections() {
    return connections.stream().filter(connection -> !connection.isClosed()).count();
  }

  long connections() {
    return connections.size();
  }

  /** How often a script has come to a {@link Script#mark()}. */
  int marks() {
    return marks.get();
  }

  List<String> heads() {
    return heads;
  }

  @Override
  public void close() throws IOException {
    listener.close();
    for (RawConnection connection : connections) {
      connection.closeAbruptly();
    }
  }
}
