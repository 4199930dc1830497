package dev.poolmark.clients.contract;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;

/** A connection that a {@link RawServer} has accepted. One thread uses it; any may close it. */
final class RawConnection implements AutoCloseable {
  private final Socket tcp;
  private final List<String> heads;
  private final AtomicInteger marks;
  private final CountDownLatch closed = new CountDownLatch(1);
  private volatile Socket socket;
  private String lastHead = "";
  private int stream;
  private boolean isRequestWhole;

  /** A connection without TLS, which adds to this list and this count. */
  RawConnection(Socket tcp, List<String> heads, AtomicInteger marks) {
    this.marks = marks;
    this.tcp = tcp;
    this.heads = heads;
    this.socket = tcp;
  }

  /** Makes the server's part of a TLS handshake. Everything later goes through TLS. */
  void handshake(Endpoint endpoint) throws IOException {
    SSLSocket tls = (SSLSocket)
        StubCertificate.context().getSocketFactory().createSocket(tcp, null, tcp.getPort(), true);
    tls.setUseClientMode(false);
    if (endpoint == Endpoint.H2) {
      SSLParameters parameters = tls.getSSLParameters();
      parameters.setApplicationProtocols(new String[] {"h2"});
      tls.setSSLParameters(parameters);
    }
    socket = tls;
    tls.startHandshake();
  }

  void readHead() throws IOException {
    InputStream in = socket.getInputStream();
    ByteArrayOutputStream head = new ByteArrayOutputStream();
    int matched = 0; // of CR LF CR LF
    while (matched < 4) {
      int next = in.read();
      if (next < 0) {
        throw new EOFException("the client closed the connection");
      }
      head.write(next);
      matched = next == (matched % 2 == 0 ? '\r' : '\n') ? matched + 1 : next == '\r' ? 1 : 0;
    }
    lastHead = head.toString(StandardCharsets.ISO_8859_1);
    heads.add(lastHead);
  }

  /** Reads that many bytes. */
  byte[] readNBytes(int count) throws IOException {
    byte[] bytes = socket.getInputStream().readNBytes(count);
    if (bytes.length < count) {
      throw new EOFException("the client closed the connection");
    }
    return bytes;
  }

  /** The HTTP/2 stream whose request was read last, and whether all of the request was. */
  void setStream(int stream, boolean isRequestWhole) {
    this.stream = stream;
    this.isRequestWhole = isRequestWhole;
  }

  int stream() {
    return stream;
  }

  boolean isRequestWhole() {
    return isRequestWhole;
  }

  /** The target of the request whose head was read last, such as {@code /a}. */
  String lastTarget() {
    return lastHead.split(" ", 3)[1];
  }

  void mark() {
    marks.incrementAndGet();
  }

  void readToEnd() throws IOException {
    socket.getInputStream().transferTo(OutputStream.nullOutputStream());
  }

  void send(byte[] bytes) throws IOException {
    socket.getOutputStream().write(bytes);
  }

  void pause(Duration time) throws IOException {
    try {
      if (closed.await(time.toNanos(), TimeUnit.NANOSECONDS)) {
        throw new EOFException("the server closed the connection");
      }
    } catch (InterruptedException e) {
      throw new InterruptedIOException();
    }
  }

  void awaitClose() throws IOException {
    pause(Duration.ofDays(1));
  }

  void closeAbruptly() throws IOException {
    closed.countDown();
    tcp.close();
  }

  void reset() throws IOException {
    tcp.setSoLinger(true, 0);
    closeAbruptly();
  }

  /** Whether this side has closed it, which it does as soon as it sees the client's close. */
  boolean isClosed() {
    return tcp.isClosed();
  }

  @Override
  public void close() throws IOException {
    try {
      socket.close();
    } finally {
      closeAbruptly();
    }
  }
}
