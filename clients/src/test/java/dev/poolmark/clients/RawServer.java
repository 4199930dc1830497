package dev.poolmark.clients;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** A server that misbehaves on purpose, and keeps the heads of the requests that it has read. Plain HTTP. */
final class RawServer implements AutoCloseable {
  /** What is done with a connection; it stays open until the server is closed unless this closes it. */
  interface Behaviour {
    void serve(RawServer server, Socket connection) throws IOException;
  }

  /** Reads nothing and says nothing. */
  static final Behaviour SILENT = (server, connection) -> {};

  /** Reads whatever comes until the client closes, and says nothing. */
  static final Behaviour MUTE = (server, connection) -> {
    connection.getInputStream().transferTo(OutputStream.nullOutputStream());
    connection.close();
  };

  /** Closes at once. */
  static final Behaviour CLOSING = (server, connection) -> connection.close();

  private final ServerSocket door;
  private final List<Socket> connections = new CopyOnWriteArrayList<>();
  private final List<String> heads = new CopyOnWriteArrayList<>();

  RawServer(Behaviour behaviour) throws IOException {
    door = new ServerSocket(0, 1000, InetAddress.getLoopbackAddress());
    Thread thread = new Thread(() -> accept(behaviour), "stub-raw");
    thread.setDaemon(true);
    thread.start();
  }

  /** Answers every request, of which it reads the head only, with this text; its lines may end in LF alone. */
  static Behaviour answering(String text) {
    String response = text.replace("\r", "").replace("\n", "\r\n");
    return (server, connection) -> {
      while (server.readHead(connection.getInputStream())) {
        connection.getOutputStream().write(response.getBytes(StandardCharsets.ISO_8859_1));
      }
    };
  }

  /** Answers the first request on a connection with this text, and closes. */
  static Behaviour breakingOff(String text) {
    return (server, connection) -> {
      if (server.readHead(connection.getInputStream())) {
        connection.getOutputStream().write(text.getBytes(StandardCharsets.ISO_8859_1));
      }
      connection.close();
    };
  }

  private void accept(Behaviour behaviour) {
    while (!door.isClosed()) {
      try {
        Socket connection = door.accept();
        connections.add(connection);
        Thread thread = new Thread(() -> serve(behaviour, connection), "stub-raw");
        thread.setDaemon(true);
        thread.start();
      } catch (IOException closed) {
        // the loop ends
      }
    }
  }

  private void serve(Behaviour behaviour, Socket connection) {
    try {
      behaviour.serve(this, connection);
    } catch (IOException gone) {
      // the client, or this server, closed the connection
      closeQuietly(connection);
    }
  }

  private static void closeQuietly(Socket connection) {
    try {
      connection.close();
    } catch (IOException e) {
      // it is of no use any more
    }
  }

  /** Connections that this server has not closed; {@link #MUTE} closes one as soon as the client does. */
  long openConnections() {
    return connections.stream().filter(connection -> !connection.isClosed()).count();
  }

  private boolean readHead(InputStream in) throws IOException {
    ByteArrayOutputStream head = new ByteArrayOutputStream();
    while (!head.toString(StandardCharsets.ISO_8859_1).endsWith("\r\n\r\n")) {
      int next = in.read();
      if (next < 0) {
        return false;
      }
      head.write(next);
    }
    heads.add(head.toString(StandardCharsets.ISO_8859_1));
    return true;
  }

  int port() {
    return door.getLocalPort();
  }

  URI uri() {
    return Door.PLAIN.ofPort(port());
  }

  List<String> heads() {
    return heads;
  }

  @Override
  public void close() throws IOException {
    door.close();
    for (Socket connection : connections) {
      connection.close();
    }
  }
}
