package dev.poolmark.jmh;

import dev.poolmark.clients.NameResolver;
import dev.poolmark.stub.StubServer;
import dev.poolmark.stub.config.StubConfig;
import dev.poolmark.stub.network.ListenAddresses;
import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;

/**
 * Servers behind one name, each at an address of its own on the loopback interface, which Linux has from 127.0.0.1 to
 * 127.255.255.254. Resolves the name. Thread-safe, except that one thread at a time may restart them.
 */
final class Backends implements NameResolver, AutoCloseable {
  private static final String NAME = "backends.test";
  private static final StubConfig CONFIG = StubConfig.of(List.of("service-time=5ms"));
  private static final long DOWN_MILLIS = 500;
  private static final long LOOK_MILLIS = 5;

  private final List<StubServer> servers;
  private final int port;
  private volatile List<InetAddress> answer = List.of();

  private Backends(List<StubServer> servers, int port) {
    this.servers = servers;
    this.port = port;
  }

  /** Starts the servers; the name resolves to none of them yet. */
  static Backends start(int count) throws IOException {
    List<StubServer> servers = new ArrayList<>();
    int port = 0;
    try {
      for (int i = 0; i < count; i++) {
        servers.add(StubServer.start(CONFIG, new ListenAddresses(address(i), port, 0)));
        port = servers.get(0).httpUri().getPort();
      }
      return new Backends(servers, port);
    } catch (IOException | RuntimeException e) {
      servers.forEach(StubServer::close);
      throw e;
    }
  }

  private static InetAddress address(int index) throws IOException {
    return InetAddress.getByAddress(new byte[] {127, 0, 0, (byte) (index + 2)});
  }

  URI uri() {
    return URI.create("http://" + NAME + ":" + port + "/");
  }

  /** From now on the name has the addresses of these servers. */
  void name(List<Integer> indices) throws IOException {
    List<InetAddress> addresses = new ArrayList<>();
    for (int index : indices) {
      addresses.add(address(index));
    }
    answer = List.copyOf(addresses);
  }

  @Override
  public List<InetAddress> resolve(String host) {
    return answer;
  }

  /** Closes one after another, and starts it again at its address. */
  void restartEach() throws Exception {
    for (int i = 0; i < servers.size(); i++) {
      servers.get(i).close();
      Thread.sleep(DOWN_MILLIS);
      servers.set(i, StubServer.start(CONFIG, new ListenAddresses(address(i), port, 0)));
    }
  }

  /** When that server got its last request, as a value of {@link System#nanoTime()}, watched until then. */
  long lastRequestNanos(int index, long untilNanos) throws InterruptedException {
    StubServer server = servers.get(index);
    long requests = server.stats().requests();
    long last = System.nanoTime();
    while (System.nanoTime() - untilNanos < 0) {
      Thread.sleep(LOOK_MILLIS);
      long now = server.stats().requests();
      if (now > requests) {
        requests = now;
        last = System.nanoTime();
      }
    }
    return last;
  }

  @Override
  public void close() {
    servers.forEach(StubServer::close);
  }
}
