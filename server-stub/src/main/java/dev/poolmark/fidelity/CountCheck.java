package dev.poolmark.fidelity;

import dev.poolmark.stub.StubServer;
import dev.poolmark.stub.config.KeyType;
import dev.poolmark.stub.config.StubConfig;
import dev.poolmark.stub.config.TlsSettings;
import dev.poolmark.stub.config.TlsVersion;
import dev.poolmark.stub.stats.StubStats;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import javax.net.ssl.SSLContext;

/**
 * Compares the stub's counts with independent ones: connections with the kernel's counter ({@code PassiveOpens} of
 * Linux, which covers the whole machine, so nothing else may accept connections meanwhile), the rest with the clients'
 * own counts. The calls use both ports, new and kept connections, and many sizes.
 */
record CountCheck(boolean quick) implements FidelityCheck {
  private static final String NAME = "counts over mixed calls";
  private static final Path KERNEL = Path.of("/proc/net/snmp");
  private static final int THREADS = 8;
  private static final int CALLS = 10_000;

  private record Counted(long connections, long tlsConnections, long calls) {
    Counted plus(Counted other) {
      return new Counted(
          connections + other.connections,
          tlsConnections + other.tlsConnections,
          calls + other.calls);
    }
  }

  static boolean hasObserver() {
    return Files.isReadable(KERNEL);
  }

  @Override
  public List<Finding> measure() throws Exception {
    int calls = quick ? CALLS / 10 : CALLS;
    StubConfig config =
        StubConfig.defaults().withTls(new TlsSettings(TlsVersion.TLS_1_3, KeyType.P_256, true));
    try (StubServer stub = StubServer.start(config)) {
      SSLContext context = FidelityCheck.trusting(stub);
      long before = hasObserver() ? passiveOpens() : 0;
      Counted clients = call(stub, context, calls);
      long observed = hasObserver() ? passiveOpens() - before : 0;
      StubStats stats = stub.stats();
      List<Finding> findings = new ArrayList<>();
      if (hasObserver()) {
        findings.add(exact("connections, by the kernel", stats.connections(), observed));
      }
      findings.add(exact("connections, by the clients", stats.connections(), clients.connections));
      findings.add(exact("requests, by the clients", stats.requests(), clients.calls));
      findings.add(exact(
          "handshakes, by the clients",
          stats.fullHandshakes() + stats.resumedHandshakes(),
          clients.tlsConnections));
      findings.add(exact(
          "requests, by connection",
          stats.requestsPerConnection().entrySet().stream()
              .mapToLong(entry -> entry.getKey() * entry.getValue())
              .sum(),
          clients.calls));
      return findings;
    }
  }

  private static Finding exact(String what, long stub, long other) {
    return new Finding(NAME, what, stub, other, other, "");
  }

  /** The number of connections that the kernel has accepted since it started. */
  static long passiveOpens() throws IOException {
    List<String> tcp = Files.readAllLines(KERNEL).stream()
        .filter(line -> line.startsWith("Tcp:"))
        .toList();
    int column = Arrays.asList(tcp.get(0).split(" ", -1)).indexOf("PassiveOpens");
    return Long.parseLong(tcp.get(1).split(" ", -1)[column]);
  }

  private static Counted call(StubServer stub, SSLContext context, int calls) throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(THREADS);
    try {
      List<Future<Counted>> all = new ArrayList<>();
      for (int i = 0; i < THREADS; i++) {
        int seed = i;
        all.add(threads.submit(() -> call(stub, context, calls / THREADS, seed)));
      }
      Counted sum = new Counted(0, 0, 0);
      for (Future<Counted> one : all) {
        sum = sum.plus(one.get());
      }
      return sum;
    } finally {
      threads.shutdown();
    }
  }

  private static Counted call(StubServer stub, SSLContext context, int calls, int seed)
      throws IOException {
    SplittableRandom random = new SplittableRandom(seed);
    Counted counted = new Counted(0, 0, 0);
    while (counted.calls < calls) {
      boolean tls = random.nextBoolean();
      long inThisOne = Math.min(calls - counted.calls, 1 + random.nextInt(5));
      try (Probe probe = tls ? Probe.tls(stub.httpsUri(), context) : Probe.plain(stub.httpUri())) {
        for (int i = 0; i < inThisOne; i++) {
          probe.get("/bytes/" + random.nextInt(10_000));
        }
      }
      counted = counted.plus(new Counted(1, tls ? 1 : 0, inThisOne));
    }
    return counted;
  }
}
