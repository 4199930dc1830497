package dev.poolmark.clients.contract;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** A server that plays a {@link Script} on each connection, and keeps the heads of the requests that it has read. */
final class RawServer implements AutoCloseable {
  private final Endpoint endpoint;
  private final Script script;
  private final ServerSocket listener;
  private final List<RawConnection> connections = new CopyOnWriteArrayList<>();
  private final List<String> heads = new CopyOnWriteArrayList<>();

  RawServer(Endpoint endpoint, Script script) throws IOException {
    this.endpoint = endpoint;
    this.script = script;
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
        RawConnection connection = new RawConnection(listener.accept(), heads);
        connections.add(connection);
        start(() -> serve(connection));
      }
    } catch (IOException closed) {
      // the server is closed
    }
  }

  private void serve(RawConnection connection) {
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
