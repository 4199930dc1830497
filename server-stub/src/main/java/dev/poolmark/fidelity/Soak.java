package dev.poolmark.fidelity;

import com.sun.management.UnixOperatingSystemMXBean;
import dev.poolmark.stub.StubServer;
import dev.poolmark.stub.config.Fault;
import dev.poolmark.stub.config.KeepAlive;
import dev.poolmark.stub.config.KeyType;
import dev.poolmark.stub.config.Link;
import dev.poolmark.stub.config.ServiceTime;
import dev.poolmark.stub.config.SimulatedService;
import dev.poolmark.stub.config.StubConfig;
import dev.poolmark.stub.config.TlsSettings;
import dev.poolmark.stub.config.TlsVersion;
import dev.poolmark.stub.stats.StubStats;
import java.io.IOException;
import java.lang.management.BufferPoolMXBean;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import javax.net.ssl.SSLContext;

/**
 * Lets many badly behaved clients call a stub with every fault at once. Then checks what is left (threads, descriptors,
 * buffers, memory), and whether the stub's counts agree with each other and with the clients'.
 */
record Soak(int connections, Duration length) implements FidelityCheck {
  private static final String NAME = "soak";
  private static final int TIMEOUT_MILLIS = 1000;
  private static final double MAX_LEFT_BUFFER_MIB = 16;
  private static final double MAX_LEFT_HEAP_MIB = 32;
  private static final Duration SETTLE = Duration.ofSeconds(20);

  /** The responses that the clients saw; one without a status line does not count. */
  private record ClientCounts(long answers, long unavailable) {
    ClientCounts plus(ClientCounts other) {
      return new ClientCounts(answers + other.answers, unavailable + other.unavailable);
    }
  }

  private record HeldResources(int threads, long descriptors, double bufferMib, double heapMib) {
    static HeldResources now() throws InterruptedException {
      for (int i = 0; i < 3; i++) {
        System.gc(); // frees direct buffers whose owners are garbage
        Thread.sleep(100);
      }
      double bufferMib = ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class).stream()
              .mapToLong(BufferPoolMXBean::getMemoryUsed)
              .sum()
          / (double) (1 << 20);
      long descriptors =
          ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean unix
              ? unix.getOpenFileDescriptorCount()
              : 0;
      double heapMib =
          ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed() / (double) (1 << 20);
      return new HeldResources(stubThreads(), descriptors, bufferMib, heapMib);
    }

    private static int stubThreads() {
      return (int) Thread.getAllStackTraces().keySet().stream()
          .filter(thread -> thread.getName().startsWith("stub"))
          .count();
    }
  }

  private static StubConfig config() {
    Stream<String> faults = Stream.of(
        "503:0.02",
        "reset:0.02",
        "truncate:0.02",
        "stall:0.005",
        "drop:0.01",
        "handshake-stall:0.01",
        "refuse:0.02",
        "blackhole:0.01");
    return StubConfig.defaults()
        .withLink(new Link(Duration.ofMillis(2))
            .withJitter(Duration.ofMillis(1))
            .withBitsPerSecond(1_000_000_000)
            .withSlowStart(true)
            .withNatTimeout(Duration.ofMillis(400)))
        .withTls(new TlsSettings(TlsVersion.TLS_1_3, KeyType.P_256, true))
        .withKeepAlive(
            new KeepAlive(Duration.ofMillis(500), 30, KeepAlive.Ending.RST, Optional.empty()))
        .withService(
            new SimulatedService(new ServiceTime.LogNormal(Duration.ofMillis(3), 1), 64, 100))
        .withFaults(faults.map(Fault::of).toList());
  }

  @Override
  public List<Finding> measure() throws Exception {
    try (StubServer warm = StubServer.start(config())) {
      polite(warm, FidelityCheck.trusting(warm));
    }
    HeldResources before = HeldResources.now();
    StubStats stats;
    ClientCounts seen;
    boolean answers;
    try (StubServer stub = StubServer.start(config())) {
      seen = crowd(stub);
      long end = System.nanoTime() + SETTLE.toNanos();
      while (stub.stats().openConnections() + stub.stats().requestsInFlight() > 0
          && System.nanoTime() - end < 0) {
        Thread.sleep(50);
      }
      stats = stub.stats();
      answers = polite(stub, FidelityCheck.trusting(stub));
    }
    HeldResources after = HeldResources.now();
    long byConnection = stats.requestsPerConnection().entrySet().stream()
        .mapToLong(entry -> entry.getKey() * entry.getValue())
        .sum();
    long connections = stats.requestsPerConnection().values().stream()
        .mapToLong(Long::longValue)
        .sum();
    long refused =
        stats.rejectedRequests() + stats.faults().getOrDefault(Fault.Kind.UNAVAILABLE, 0L);
    return List.of(
        exact("threads left", after.threads, before.threads),
        atMost("descriptors left", (double) (after.descriptors - before.descriptors), 0, ""),
        atMost("buffers left", after.bufferMib - before.bufferMib, MAX_LEFT_BUFFER_MIB, "MiB"),
        atMost("heap left", after.heapMib - before.heapMib, MAX_LEFT_HEAP_MIB, "MiB"),
        exact("connections open at the end", stats.openConnections(), 0),
        exact("requests in flight at the end", stats.requestsInFlight(), 0),
        exact("requests, by connection", byConnection, stats.requests()),
        exact("connections, by their requests", connections, stats.connections()),
        exact("kinds of faults applied", stats.faults().size(), Fault.Kind.values().length),
        atLeast("requests, against the clients' answers", stats.requests(), seen.answers),
        atLeast("503s, against the clients'", refused, seen.unavailable),
        atLeast("answers to the clients", seen.answers, this.connections),
        exact("answers a polite client afterwards", answers ? 1 : 0, 1));
  }

  private static Finding exact(String what, long measured, long expected) {
    return new Finding(NAME, what, measured, expected, expected, "");
  }

  private static Finding atMost(String what, double measured, double max, String unit) {
    return new Finding(NAME, what, measured, Double.NEGATIVE_INFINITY, max, unit);
  }

  private static Finding atLeast(String what, long measured, long min) {
    return new Finding(NAME, what, measured, min, Double.POSITIVE_INFINITY, "");
  }

  /** Whether both ports answer a client that tries often enough. */
  private static boolean polite(StubServer stub, SSLContext context) {
    int answered = 0;
    for (boolean tls : new boolean[] {false, true}) {
      for (int attempt = 0; attempt < 20; attempt++) {
        try (Probe probe = open(stub, tls, context)) {
          if (probe.get("/").status() == 200) {
            answered++;
            break;
          }
        } catch (IOException fault) {
          // Some attempts hit a fault.
        }
      }
    }
    return answered == 2;
  }

  private static Probe open(StubServer stub, boolean tls, SSLContext context) throws IOException {
    return tls
        ? Probe.tls(stub.httpsUri(), context, TIMEOUT_MILLIS)
        : Probe.plain(stub.httpUri(), TIMEOUT_MILLIS);
  }

  private ClientCounts crowd(StubServer stub) throws Exception {
    SSLContext context = FidelityCheck.trusting(stub);
    long end = System.nanoTime() + length.toNanos();
    ExecutorService threads = Executors.newFixedThreadPool(connections);
    try {
      List<Future<ClientCounts>> all = new ArrayList<>();
      for (int i = 0; i < connections; i++) {
        int seed = i;
        all.add(threads.submit(() -> client(stub, context, new SplittableRandom(seed), end)));
      }
      ClientCounts sum = new ClientCounts(0, 0);
      for (Future<ClientCounts> one : all) {
        sum = sum.plus(one.get());
      }
      return sum;
    } finally {
      threads.shutdown();
      threads.awaitTermination(1, TimeUnit.MINUTES);
    }
  }

  private static ClientCounts client(
      StubServer stub, SSLContext context, SplittableRandom random, long end) {
    long answers = 0;
    long unavailable = 0;
    while (System.nanoTime() - end < 0) {
      boolean tls = random.nextInt(4) == 0;
      int behaviour = random.nextInt(20);
      try (Probe probe = behaviour < 3
          ? Probe.plain(random.nextBoolean() ? stub.httpUri() : stub.httpsUri(), TIMEOUT_MILLIS)
          : open(stub, tls, context)) {
        if (behaviour == 0) {
          continue; // connects and sends nothing
        }
        if (behaviour == 1) {
          probe.send(garbage(random));
          continue;
        }
        if (behaviour == 2) {
          probe.send("GET / HTTP/1.1\r\nHost: st");
          Thread.sleep(random.nextInt(700)); // half a request, which may outlast the idle timeout
          continue;
        }
        while (System.nanoTime() - end < 0) {
          Probe.ProbeResponse answer = probe.get("/bytes/" + (1 << random.nextInt(18)));
          answers++;
          unavailable += answer.status() == 503 ? 1 : 0;
          if (random.nextInt(50) == 0) {
            Thread.sleep(random.nextInt(700)); // may outlast the NAT timeout
          }
        }
      } catch (IOException fault) {
        // The faults are what this client is for.
      } catch (InterruptedException interrupted) {
        Thread.currentThread().interrupt();
        break;
      }
    }
    return new ClientCounts(answers, unavailable);
  }

  private static String garbage(SplittableRandom random) {
    StringBuilder garbage = new StringBuilder();
    for (int i = random.nextInt(2000); i >= 0; i--) {
      garbage.append((char) random.nextInt(256));
    }
    return garbage.toString();
  }
}
