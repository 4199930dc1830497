package dev.poolmark.clients.resilience;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Answers request n with reply n of its script, whichever connection it comes on, and keeps what it was sent. */
final class ScriptedServer implements AutoCloseable {
  private static final Pattern LENGTH = Pattern.compile("(?i)\r\ncontent-length: *([0-9]+)");

  private final ServerSocket door;
  private final List<Reply> script;
  private final AtomicInteger next = new AtomicInteger();
  private final List<Socket> connections = new CopyOnWriteArrayList<>();
  private final List<Seen> requests = new CopyOnWriteArrayList<>();
  private final AtomicInteger hungUp = new AtomicInteger();

  /** A request, and when it was read. */
  record Seen(String head, String body, Instant at) {}

  /** What is done once a request has been read. */
  interface Reply {
    void send(Socket connection) throws IOException;
  }

  /** No answer; the connection stays open. */
  static final Reply SILENCE = connection -> {};

  /** Part of an answer, then the end of the connection. */
  static final Reply BROKEN_OFF = connection -> {
    write(connection, "HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\nonly a part");
    connection.close();
  };

  /** The last reply of the script is that to all later requests too. */
  ScriptedServer(Reply... script) throws IOException {
    this(0, script);
  }

  ScriptedServer(int port, Reply... script) throws IOException {
    this.script = List.of(script);
    this.door = new ServerSocket(port, 1000, InetAddress.getLoopbackAddress());
    daemon(this::accept);
  }

  /** This status, with these header lines. */
  static Reply status(int status, String... headers) {
    String lines = headers.length == 0 ? "" : String.join("\r\n", headers) + "\r\n";
    String text = "HTTP/1.1 " + status + " Said\r\nContent-Length: 0\r\n" + lines + "\r\n";
    return connection -> write(connection, text);
  }

  private static void write(Socket connection, String text) throws IOException {
    connection.getOutputStream().write(text.getBytes(StandardCharsets.ISO_8859_1));
  }

  private static void daemon(Runnable work) {
    Thread thread = new Thread(work, "stub-scripted");
    thread.setDaemon(true);
    thread.start();
  }

  private void accept() {
    while (!door.isClosed()) {
      try {
        Socket connection = door.accept();
        connections.add(connection);
        daemon(() -> serve(connection));
      } catch (IOException closed) {
        // the loop ends
      }
    }
  }

  private void serve(Socket connection) {
    try {
      InputStream in = connection.getInputStream();
      for (String head = head(in); !head.isEmpty(); head = head(in)) {
        Matcher length = LENGTH.matcher(head);
        byte[] body = in.readNBytes(length.find() ? Integer.parseInt(length.group(1)) : 0);
        Reply reply = script.get(Math.min(next.getAndIncrement(), script.size() - 1));
        requests.add(new Seen(head, new String(body, StandardCharsets.ISO_8859_1), Instant.now()));
        reply.send(connection);
      }
    } catch (IOException gone) {
      // the client, or this server, closed the connection
    }
    hungUp.incrementAndGet();
  }

  /** The head of a request; empty at the end of the connection. */
  private static String head(InputStream in) throws IOException {
    ByteArrayOutputStream head = new ByteArrayOutputStream();
    while (!head.toString(StandardCharsets.ISO_8859_1).endsWith("\r\n\r\n")) {
      int next = in.read();
      if (next < 0) {
        return "";
      }
      head.write(next);
    }
    return head.toString(StandardCharsets.ISO_8859_1);
  }

  URI uri() {
    return URI.create(String.format(Locale.ROOT, "http://127.0.0.1:%d/", door.getLocalPort()));
  }

  List<Seen> requests() {
    return requests;
  }

  /** Connections that have ended. */
  int hungUp() {
    return hungUp.get();
  }

  @Override
  public void close() throws IOException {
    door.close();
    for (Socket connection : connections) {
      connection.close();
    }
  }
}
