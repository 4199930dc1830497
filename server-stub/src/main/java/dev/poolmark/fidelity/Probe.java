package dev.poolmark.fidelity;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;

/**
 * One connection to a server without a client library: a socket, and as much HTTP/1.1 as the stub's answers need. Not
 * thread-safe.
 */
public final class Probe implements AutoCloseable {
  private static final int TIMEOUT_MILLIS = 10_000;
  private static final String LENGTH = "Content-Length: ";

  private final Socket socket;
  private final InputStream in;
  private final OutputStream out;
  private final byte[] buffer = new byte[64 * 1024];

  /** A response; its body is not kept. */
  public record ProbeResponse(int status, int bodyBytes) {}

  private Probe(Socket socket) throws IOException {
    this.socket = socket;
    in = socket.getInputStream();
    out = socket.getOutputStream();
  }

  /** Connects to a plain port. */
  public static Probe plain(URI uri) throws IOException {
    return plain(uri, TIMEOUT_MILLIS);
  }

  static Probe plain(URI uri, int timeoutMillis) throws IOException {
    return new Probe(connected(new Socket(), uri, timeoutMillis));
  }

  /** The same, watching the socket instead of sleeping. */
  static Probe watchedPlain(URI uri) throws IOException {
    return new Probe(connected(new WatchedSocket(), uri, TIMEOUT_MILLIS));
  }

  /** Connects to a TLS port and makes the handshake. */
  public static Probe tls(URI uri, SSLContext context) throws IOException {
    return tls(uri, context, TIMEOUT_MILLIS);
  }

  static Probe tls(URI uri, SSLContext context, int timeoutMillis) throws IOException {
    return secured(connected(new Socket(), uri, timeoutMillis), uri, context);
  }

  /** The same, watching the socket instead of sleeping. */
  static Probe watchedTls(URI uri, SSLContext context) throws IOException {
    return secured(connected(new WatchedSocket(), uri, TIMEOUT_MILLIS), uri, context);
  }

  private static Socket connected(Socket socket, URI uri, int timeoutMillis) throws IOException {
    try {
      socket.setTcpNoDelay(true);
      socket.setSoTimeout(timeoutMillis);
      socket.connect(new InetSocketAddress(uri.getHost(), uri.getPort()), timeoutMillis);
      return socket;
    } catch (IOException e) {
      socket.close();
      throw e;
    }
  }

  private static Probe secured(Socket tcp, URI uri, SSLContext context) throws IOException {
    try {
      SSLSocket tls = (SSLSocket)
          context.getSocketFactory().createSocket(tcp, uri.getHost(), uri.getPort(), true);
      tls.startHandshake();
      return new Probe(tls);
    } catch (IOException e) {
      tcp.close();
      throw e;
    }
  }

  /** Sends a GET and reads the whole response. */
  public ProbeResponse get(String path) throws IOException {
    send("GET " + path + " HTTP/1.1\r\nHost: stub\r\n\r\n");
    return receive();
  }

  void send(String text) throws IOException {
    out.write(text.getBytes(StandardCharsets.ISO_8859_1));
  }

  private ProbeResponse receive() throws IOException {
    int count = 0;
    int bodyStart = -1;
    while (bodyStart < 0) {
      count += read(count);
      bodyStart = bodyStart(count);
    }
    String head = new String(buffer, 0, bodyStart, StandardCharsets.ISO_8859_1);
    int at = head.indexOf(LENGTH);
    int length =
        at < 0 ? 0 : Integer.parseInt(head.substring(at + LENGTH.length(), head.indexOf('\r', at)));
    for (int left = length - (count - bodyStart); left > 0; ) {
      left -= read(0);
    }
    return new ProbeResponse(Integer.parseInt(head.substring(9, 12)), length);
  }

  private int read(int offset) throws IOException {
    int count = in.read(buffer, offset, buffer.length - offset);
    if (count <= 0) {
      throw new EOFException("the connection ended within a response");
    }
    return count;
  }

  private int bodyStart(int count) {
    for (int i = 3; i < count; i++) {
      if (buffer[i] == '\n' && buffer[i - 1] == '\r' && buffer[i - 2] == '\n') {
        return i + 1;
      }
    }
    return -1;
  }

  /** The time of a GET, in milliseconds. */
  double millis(String path) throws IOException {
    long start = System.nanoTime();
    get(path);
    return (System.nanoTime() - start) / 1e6;
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
