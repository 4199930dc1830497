package dev.poolmark.stub;

import java.io.DataInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;

/** One connection, by hand, so that a test knows what goes over it. */
final class RawClient implements AutoCloseable {
  @SuppressWarnings("ArrayRecordComponent") // read by its test and thrown away
  record Answer(String head, byte[] body) {
    int status() {
      return Integer.parseInt(head.substring("HTTP/1.1 ".length(), "HTTP/1.1 200".length()));
    }
  }

  final Socket socket;

  private RawClient(Socket socket) throws IOException {
    this.socket = socket;
    socket.setTcpNoDelay(true);
    socket.setSoTimeout(20_000);
  }

  static RawClient plain(Stub server) throws IOException {
    return new RawClient(
        new Socket(InetAddress.getLoopbackAddress(), server.httpUri().getPort()));
  }

  static RawClient tls(Stub server, SSLContext context) throws IOException {
    URI uri = server.httpsUri();
    return new RawClient(context.getSocketFactory().createSocket(uri.getHost(), uri.getPort()));
  }

  /** Keeps sessions, so that it resumes wherever the server lets it. */
  static SSLContext trusting(Stub server) throws GeneralSecurityException {
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(null, new TrustManager[] {server.trust()}, null);
    return context;
  }

  Answer get(String path) throws IOException {
    send("GET " + path + " HTTP/1.1\r\nHost: stub\r\n\r\n", new byte[0]);
    return receive();
  }

  Answer post(String path, byte[] body) throws IOException {
    send(
        "POST " + path + " HTTP/1.1\r\nHost: stub\r\nContent-Length: " + body.length + "\r\n\r\n",
        body);
    return receive();
  }

  void send(String head, byte[] body) throws IOException {
    byte[] headBytes = head.getBytes(StandardCharsets.US_ASCII);
    byte[] all = new byte[headBytes.length + body.length];
    System.arraycopy(headBytes, 0, all, 0, headBytes.length);
    System.arraycopy(body, 0, all, headBytes.length, body.length);
    socket.getOutputStream().write(all);
  }

  Answer receive() throws IOException {
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
    return new Answer(head.toString(), body);
  }

  /** Whether the other side has closed, and said nothing more. */
  boolean readsEnd() throws IOException {
    try {
      return socket.getInputStream().read() < 0;
    } catch (javax.net.ssl.SSLException noCloseNotify) {
      return noCloseNotify.getMessage().contains("closing inbound before receiving")
          || noCloseNotify.getMessage().contains("terminated the handshake")
          || noCloseNotify.getCause() instanceof java.io.EOFException;
    }
  }

  /** All that comes until the other side closes, in whichever way. */
  String receiveUntilEnd() throws IOException {
    StringBuilder all = new StringBuilder();
    try {
      for (int b = socket.getInputStream().read();
          b >= 0;
          b = socket.getInputStream().read()) {
        all.append((char) b);
      }
    } catch (javax.net.ssl.SSLException noCloseNotify) {
      // a FIN without TLS's own close
    }
    return all.toString();
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
