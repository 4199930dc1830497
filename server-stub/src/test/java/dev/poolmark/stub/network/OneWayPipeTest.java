package dev.poolmark.stub.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.poolmark.stub.config.Link;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A connection through a delay line; the test holds both ends. */
@Timeout(60)
class OneWayPipeTest {
  private final Timer timer = new Timer("pipe-test");
  private DelayLine line;

  static List<Link> links() {
    Link link = new Link(Duration.ofMillis(2));
    return List.of(
        new Link(Duration.ZERO),
        link,
        link.withJitter(Duration.ofMillis(2)),
        link.withSlowStart(true),
        link.withBitsPerSecond(400_000_000),
        link.withJitter(Duration.ofMillis(1)).withSlowStart(true).withBitsPerSecond(800_000_000));
  }

  private Socket connect(Link link, int serverPort) throws IOException {
    line = new DelayLine(
        new SharedLink(link, 1), ListenAddresses.loopback().plain(), serverPort, timer);
    Socket client = new Socket(InetAddress.getLoopbackAddress(), line.port());
    client.setSoTimeout(20_000);
    return client;
  }

  @AfterEach
  void close() {
    line.close();
    timer.close();
  }

  private static ServerSocket server() throws IOException {
    return new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
  }

  @ParameterizedTest
  @MethodSource("links")
  void keepsBytesAndTheirOrderInBothDirectionsAndPassesEachHalfCloseOn(Link link) throws Exception {
    byte[] request = bytes(1, 3_000_000);
    byte[] response = bytes(2, 5_000_000);
    try (ServerSocket listener = server();
        Socket client = connect(link, listener.getLocalPort());
        Socket server = listener.accept()) {
      Thread sender = new Thread(() -> send(client, request));
      Thread answerer = new Thread(() -> send(server, response));
      sender.start();
      answerer.start();
      Thread reader = new Thread(() -> assertThat(received(server)).isEqualTo(request));
      Throwable[] failure = new Throwable[1];
      reader.setUncaughtExceptionHandler((thread, e) -> failure[0] = e);
      reader.start();
      assertThat(received(client)).isEqualTo(response);
      reader.join();
      assertThat(failure[0]).isNull();
    }
  }

  private static byte[] bytes(long seed, int count) {
    byte[] bytes = new byte[count];
    new Random(seed).nextBytes(bytes);
    return bytes;
  }

  private static void send(Socket socket, byte[] bytes) {
    try {
      socket.getOutputStream().write(bytes);
      socket.shutdownOutput();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Until the other side's half-close. */
  private static byte[] received(Socket socket) {
    try {
      return socket.getInputStream().readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @ParameterizedTest
  @MethodSource("links")
  void passesAResetOnInEitherDirection(Link link) throws Exception {
    for (boolean byClient : new boolean[] {true, false}) {
      try (ServerSocket listener = server();
          Socket client = connect(link, listener.getLocalPort());
          Socket server = listener.accept()) {
        client.getOutputStream().write(1);
        assertThat(server.getInputStream().read()).isEqualTo(1);
        Socket resetting = byClient ? client : server;
        Socket other = byClient ? server : client;
        resetting.setSoLinger(true, 0);
        resetting.close();
        assertThatThrownBy(() -> other.getInputStream().read())
            .isInstanceOf(SocketException.class)
            .hasMessageContaining("reset");
      }
      line.close();
    }
  }

  /** A receiver that does not read stops the sender, since the line holds a bounded number of bytes. */
  @ParameterizedTest
  @MethodSource("links")
  void keepsBackPressure(Link link) throws Exception {
    int total = 256 << 20;
    try (ServerSocketChannel listener =
        ServerSocketChannel.open().bind(ListenAddresses.loopback().plain())) {
      try (Socket client = connect(link, listener.socket().getLocalPort());
          SocketChannel server = listener.accept()) {
        server.configureBlocking(false);
        ByteBuffer bytes = ByteBuffer.wrap(bytes(3, 1 << 20));
        int sent = 0;
        for (int refused = 0; refused < 20 && sent < total; ) {
          int count = server.write(bytes.rewind());
          sent += count;
          refused = count == 0 ? refused + 1 : 0;
          if (count == 0) {
            Thread.sleep(20); // real time: nothing tells whether the line is still reading
          }
        }
        // The line holds 4 MiB; the rest is in the kernel's buffers.
        assertThat(sent).isLessThan(64 << 20);
        server.shutdownOutput();
        assertThat(received(client)).hasSize(sent);
      }
    }
  }

  @Test
  void aNatForgetsAnIdleConnectionSilently() throws Exception {
    Link link = new Link(Duration.ZERO).withNatTimeout(Duration.ofMillis(200));
    try (ServerSocket listener = server();
        Socket client = connect(link, listener.getLocalPort());
        Socket server = listener.accept()) {
      client.getOutputStream().write(1);
      assertThat(server.getInputStream().read()).isEqualTo(1);
      Thread.sleep(400); // real time: the connection must idle for longer than the timeout
      client.getOutputStream().write(2);
      server.setSoTimeout(200);
      assertThatThrownBy(() -> server.getInputStream().read())
          .isInstanceOf(SocketTimeoutException.class);
      server.shutdownOutput();
      client.setSoTimeout(200);
      assertThatThrownBy(() -> client.getInputStream().read())
          .isInstanceOf(SocketTimeoutException.class);
      server.setSoTimeout(20_000);
      client.shutdownOutput(); // both sides have closed, so the line drops its sockets
      assertThat(server.getInputStream().read()).isEqualTo(-1);
    }
  }
}
