package dev.poolmark.fidelity;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;

/**
 * Calls a server as fast as it answers, where wrk is not installed: one thread, many connections, one request at a time
 * on each. It learns the length of a response from the first one; all others must have the same. Prints the responses
 * per second. Runs in a process of its own: {@code LoadGenerator URI CONNECTIONS SECONDS}.
 */
final class LoadGenerator {
  private static final byte[] REQUEST =
      "GET / HTTP/1.1\r\nHost: stub\r\n\r\n".getBytes(StandardCharsets.US_ASCII);

  private final ByteBuffer buffer = ByteBuffer.allocateDirect(64 * 1024);
  private final int responseBytes;
  private long responses;

  private LoadGenerator(int responseBytes) {
    this.responseBytes = responseBytes;
  }

  /** The bytes that a connection still waits for. */
  private static final class Missing {
    int bytes;
  }

  public static void main(String[] arguments) throws IOException {
    URI uri = URI.create(arguments[0]);
    InetSocketAddress server = new InetSocketAddress(uri.getHost(), uri.getPort());
    LoadGenerator generator = new LoadGenerator(responseBytes(server));
    System.out.println(
        generator.run(server, Integer.parseInt(arguments[1]), Double.parseDouble(arguments[2])));
  }

  private static int responseBytes(InetSocketAddress server) throws IOException {
    try (SocketChannel channel = SocketChannel.open(server)) {
      channel.write(ByteBuffer.wrap(REQUEST));
      channel.shutdownOutput(); // the server closes after its response
      ByteBuffer all = ByteBuffer.allocate(1 << 20);
      while (channel.read(all) >= 0) {
        // until the server closes
      }
      return all.position();
    }
  }

  private double run(InetSocketAddress server, int connections, double seconds) throws IOException {
    try (Selector selector = Selector.open()) {
      for (int i = 0; i < connections; i++) {
        SocketChannel channel = SocketChannel.open(server);
        channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
        channel.configureBlocking(false);
        Missing missing = new Missing();
        channel.register(selector, SelectionKey.OP_READ, missing);
        request(channel, missing);
      }
      long start = System.nanoTime();
      long end = start + Math.round(seconds * 1e9);
      while (System.nanoTime() - end < 0) {
        selector.select(this::ready, 100);
      }
      double rate = responses / ((System.nanoTime() - start) / 1e9);
      for (SelectionKey key : selector.keys()) {
        key.channel().close();
      }
      return rate;
    }
  }

  private void request(SocketChannel channel, Missing missing) throws IOException {
    missing.bytes = responseBytes;
    if (channel.write(ByteBuffer.wrap(REQUEST)) != REQUEST.length) {
      throw new IOException("a socket did not take a request");
    }
  }

  private void ready(SelectionKey key) {
    SocketChannel channel = (SocketChannel) key.channel();
    Missing missing = (Missing) key.attachment();
    try {
      missing.bytes -= channel.read(buffer.clear());
      if (missing.bytes < 0 || buffer.position() == 0) {
        throw new IOException("a response differs in length from the first");
      }
      if (missing.bytes == 0) {
        responses++;
        request(channel, missing);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
