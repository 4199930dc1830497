package dev.poolmark.stub.fidelity;

import com.sun.management.UnixOperatingSystemMXBean;
import dev.poolmark.stub.Fault;
import dev.poolmark.stub.KeepAlive;
import dev.poolmark.stub.Link;
import dev.poolmark.stub.Service;
import dev.poolmark.stub.ServiceTime;
import dev.poolmark.stub.StubConfig;
import dev.poolmark.stub.StubServer;
import dev.poolmark.stub.StubStats;
import dev.poolmark.stub.Tls;
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
 * Many clients with bad manners against a stub with every fault at once, and then a count of what is left: threads,
 * descriptors, buffers, memory, and whether the stub's numbers agree with each other and with the clients'.
 */
record Soak(int connections, Duration length) implements Study {
  private static final String NAME = "soak";
  private static final int TIMEOUT_MILLIS = 1000;
  private static final double MAX_LEFT_BUFFER_MIB = 16;
  private static final double MAX_LEFT_HEAP_MIB = 32;
  private static final Duration SETTLE = Duration.ofSeconds(20);

  /** What the clients saw; only a response with a status line counts as one. */
  private record Seen(long answers, long unavailable) {
    Seen plus(Seen other) {
      return new Seen(answers + other.answers, unavailable + other.unavailable);
    }
  }

  private record Held(int threads, long descriptors, double bufferMib, double heapMib) {
    static Held now() throws InterruptedException {
      for (int i = 0; i < 3; i++) {
        System.gc(); // direct buffers go with the objects that hold them
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
      return new Held(stubThreads(), descriptors, bufferMib, heapMib);
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
        .withTls(new Tls(Tls.Version.TLS_1_3, Tls.Key.P_256, true))
        .withKeepAlive(
            new KeepAlive(Duration.ofMillis(500), 30, KeepAlive.Ending.RST, Optional.empty()))
        .withService(new Service(new ServiceTime.LogNormal(Duration.ofMillis(3), 1), 64, 100))
        .withFaults(faults.map(Fault::of).toList());
  }

  @Override
  public List<Finding> measure() throws Exception {
    try (StubServer warm = StubServer.start(config())) {
      polite(warm, Study.trusting(warm));
    }
    Held before = Held.now();
    StubStats stats;
    Seen seen;
    boolean answers;
    try (StubServer stub = StubServer.start(config())) {
      seen = crowd(stub);
      long end = System.nanoTime() + SETTLE.toNanos();
      while (stub.stats().openConnections() + stub.stats().requestsInFlight() > 0
          && System.nanoTime() - end < 0) {
        Thread.sleep(50);
      }
      stats = stub.stats();
      answers = polite(stub, Study.trusting(stub));
    }
    Held after = Held.now();
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

  private static Finding atMost(String what, double measured, double most, String unit) {
    return new Finding(NAME, what, measured, Double.NEGATIVE_INFINITY, most, unit);
  }

  private static Finding atLeast(String what, long measured, long least) {
    return new Finding(NAME, what, measured, least, Double.POSITIVE_INFINITY, "");
  }

  /** Whether both doors answer somebody who tries often enough. */
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
          // it has many
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

  private Seen crowd(StubServer stub) throws Exception {
    SSLContext context = Study.trusting(stub);
    long end = System.nanoTime() + length.toNanos();
    ExecutorService threads = Executors.newFixedThreadPool(connections);
    try {
      List<Future<Seen>> all = new ArrayList<>();
      for (int i = 0; i < connections; i++) {
        int seed = i;
        all.add(threads.submit(() -> client(stub, context, new SplittableRandom(seed), end)));
      }
      Seen sum = new Seen(0, 0);
      for (Future<Seen> one : all) {
        sum = sum.plus(one.get());
      }
      return sum;
    } finally {
      threads.shutdown();
      threads.awaitTermination(1, TimeUnit.MINUTES);
    }
  }

  private static Seen client(
      StubServer stub, SSLContext context, SplittableRandom random, long end) {
    long answers = 0;
    long unavailable = 0;
    while (System.nanoTime() - end < 0) {
      boolean tls = random.nextInt(4) == 0;
      int manners = random.nextInt(20);
      try (Probe probe = manners < 3
          ? Probe.plain(random.nextBoolean() ? stub.httpUri() : stub.httpsUri(), TIMEOUT_MILLIS)
          : open(stub, tls, context)) {
        if (manners == 0) {
          continue; // a connect without a request
        }
        if (manners == 1) {
          probe.send(garbage(random));
          continue;
        }
        if (manners == 2) {
          probe.send("GET / HTTP/1.1\r\nHost: st");
          Thread.sleep(random.nextInt(700)); // half a request, and perhaps beyond the idle timeout
          continue;
        }
        while (System.nanoTime() - end < 0) {
          Probe.Answer answer = probe.get("/bytes/" + (1 << random.nextInt(18)));
          answers++;
          unavailable += answer.status() == 503 ? 1 : 0;
          if (random.nextInt(50) == 0) {
            Thread.sleep(random.nextInt(700)); // and perhaps the NAT forgets
          }
        }
      } catch (IOException fault) {
        // what the stub is there for
      } catch (InterruptedException interrupted) {
        Thread.currentThread().interrupt();
        break;
      }
    }
    return new Seen(answers, unavailable);
  }

  private static String garbage(SplittableRandom random) {
    StringBuilder garbage = new StringBuilder();
    for (int i = random.nextInt(2000); i >= 0; i--) {
      garbage.append((char) random.nextInt(256));
    }
    return garbage.toString();
  }
}
