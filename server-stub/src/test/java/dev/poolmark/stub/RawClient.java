package dev.poolmark.stub;

import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.TrustManager;

/** One connection without a client library, so that a test knows what it carries. Not thread-safe. */
public final class RawClient implements AutoCloseable {
  @SuppressWarnings("ArrayRecordComponent") // read by its test and thrown away
  public record RawResponse(String head, byte[] body) {
    public int status() {
      return Integer.parseInt(head.substring("HTTP/1.1 ".length(), "HTTP/1.1 200".length()));
    }
  }

  private final Socket socket;

  private RawClient(Socket socket) throws IOException {
    this.socket = socket;
    socket.setTcpNoDelay(true);
    socket.setSoTimeout(20_000);
  }

  /** Connects to the plain port. */
  public static RawClient plain(Stub server) throws IOException {
    return new RawClient(
        new Socket(InetAddress.getLoopbackAddress(), server.httpUri().getPort()));
  }

  /** Connects to the TLS port; the first bytes make the handshake. */
  public static RawClient tls(Stub server, SSLContext context) throws IOException {
    URI uri = server.httpsUri();
    return new RawClient(context.getSocketFactory().createSocket(uri.getHost(), uri.getPort()));
  }

  /** A context that trusts the server and keeps sessions, so that clients resume them if the server allows it. */
  public static SSLContext trusting(Stub server) throws GeneralSecurityException {
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(null, new TrustManager[] {server.trust()}, null);
    return context;
  }

  /** The socket, for what a test does to it directly. */
  public Socket socket() {
    return socket;
  }

  public RawResponse get(String path) throws IOException {
    send("GET " + path + " HTTP/1.1\r\nHost: stub\r\n\r\n", new byte[0]);
    return receive();
  }

  public RawResponse post(String path, byte[] body) throws IOException {
    send(
        "POST " + path + " HTTP/1.1\r\nHost: stub\r\nContent-Length: " + body.length + "\r\n\r\n",
        body);
    return receive();
  }

  public void send(String head, byte[] body) throws IOException {
    byte[] headBytes = head.getBytes(StandardCharsets.US_ASCII);
    byte[] all = new byte[headBytes.length + body.length];
    System.arraycopy(headBytes, 0, all, 0, headBytes.length);
    System.arraycopy(body, 0, all, headBytes.length, body.length);
    socket.getOutputStream().write(all);
  }

  public RawResponse receive() throws IOException {
    DataInputStream in = new DataInputStream(socket.getInputStream());
    StringBuilder head = new StringBuilder();
    while (head.indexOf("\r\n\r\n") < 0) {
      head.append((char) in.readUnsignedByte());
    }
    int length = head.toString()
        .lines()
        .filter(line -> line.startsWith("Content-Length: "))
        .mapToInt(line -> Integer.parseInt(line.substring("Content-Length: ".length())))
        .findFirst()
        .orElse(0);
    byte[] body = new byte[length];
    in.readFully(body);
    return new RawResponse(head.toString(), body);
  }

  /** Whether the other side closes the connection without sending anything more. */
  public boolean readsEnd() throws IOException {
    try {
      return socket.getInputStream().read() < 0;
    } catch (SSLException noCloseNotify) {
      return noCloseNotify.getMessage().contains("closing inbound before receiving")
          || noCloseNotify.getMessage().contains("terminated the handshake")
          || noCloseNotify.getCause() instanceof EOFException;
    }
  }

  /** Everything that arrives until the other side closes, however it does. */
  public String receiveUntilEnd() throws IOException {
    StringBuilder all = new StringBuilder();
    try {
      for (int b = socket.getInputStream().read();
          b >= 0;
          b = socket.getInputStream().read()) {
        all.append((char) b);
      }
    } catch (SSLException noCloseNotify) {
      // FIN without a close_notify
    }
    return all.toString();
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
