package dev.poolmark.jmh;

import dev.poolmark.clients.NameResolver;
import dev.poolmark.stub.StubServer;
import dev.poolmark.stub.config.StubConfig;
import dev.poolmark.stub.network.ListenAddresses;
import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.X509TrustManager;

/**
 * Servers behind one name, each at an address of its own on the loopback interface, which Linux has from 127.0.0.1 to
 * 127.255.255.254. Resolves the name. Thread-safe, except that one thread at a time may restart them.
 */
final class Backends implements NameResolver, AutoCloseable {
  /** The system property with the file in which the JVM looks names up, instead of asking the system. */
  static final String HOSTS_FILE = "jdk.net.hosts.file";

  private static final String NAME = "backends.test";
  private static final long DOWN_MILLIS = 500;
  private static final long LOOK_MILLIS = 5;

  private final StubConfig config;
  private final List<StubServer> servers;
  private final int port;
  private final Optional<Path> hosts;
  private volatile List<InetAddress> answer = List.of();

  private Backends(StubConfig config, List<StubServer> servers, int port, Optional<Path> hosts) {
    this.config = config;
    this.servers = servers;
    this.port = port;
    this.hosts = hosts;
  }

  /**
   * Starts the servers; the name resolves to none of them yet.
   *
   * @param hosts the JVM's hosts file, which is to have the name; empty if only {@link #resolve} is to know it
   */
  static Backends start(StubConfig config, int count, Optional<Path> hosts) throws IOException {
    List<StubServer> servers = new ArrayList<>();
    int port = 0;
    try {
      for (int i = 0; i < count; i++) {
        servers.add(StubServer.start(config, new ListenAddresses(address(i), port, 0)));
        port = servers.get(0).httpUri().getPort();
      }
      return new Backends(config, servers, port, hosts);
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

  /** What a library's TLS is to trust. */
  X509TrustManager trust() {
    return servers.get(0).trust();
  }

  /** From now on the name has the addresses of these servers. */
  void name(List<Integer> indices) throws IOException {
    List<InetAddress> addresses = new ArrayList<>();
    for (int index : indices) {
      addresses.add(address(index));
    }
    answer = List.copyOf(addresses);
    if (hosts.isPresent()) {
      List<String> lines =
          answer.stream().map(each -> each.getHostAddress() + " " + NAME).toList();
      Files.write(hosts.get(), lines);
    }
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
      servers.set(i, StubServer.start(config, new ListenAddresses(address(i), port, 0)));
    }
  }

  /** From now on the way to that server swallows everything. */
  void cut(int index) {
    servers.get(index).cutLink();
  }

  /** From now on each answer of that server takes this much longer. */
  void slowDown(int index, Duration added) {
    servers.get(index).slowDown(added);
  }

  /** How many requests each server has got. */
  List<Long> requests() {
    return servers.stream().map(server -> server.stats().requests()).toList();
  }

  /** The most connections that were opened within so many milliseconds until then, over all servers. */
  long mostOpenedWithin(long millis, long untilNanos) throws InterruptedException {
    Deque<long[]> window = new ArrayDeque<>(); // moments, and connections so far
    long most = 0;
    while (System.nanoTime() - untilNanos < 0) {
      long now = System.nanoTime();
      long opened =
          servers.stream().mapToLong(server -> server.stats().connections()).sum();
      window.add(new long[] {now, opened});
      while (now - window.peek()[0] > TimeUnit.MILLISECONDS.toNanos(millis)) {
        window.remove();
      }
      most = Math.max(most, opened - window.peek()[1]);
      Thread.sleep(LOOK_MILLIS);
    }
    return most;
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
  public void close() throws IOException {
    servers.forEach(StubServer::close);
    if (hosts.isPresent()) {
      Files.deleteIfExists(hosts.get());
    }
  }
}
