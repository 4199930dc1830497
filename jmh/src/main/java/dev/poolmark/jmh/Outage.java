package dev.poolmark.jmh;

import dev.poolmark.clients.ClientConfig;
import dev.poolmark.clients.ReuseOrder;
import dev.poolmark.clients.spi.Capability;
import dev.poolmark.clients.spi.ClientProvider;
import dev.poolmark.clients.spi.Support;
import dev.poolmark.stub.config.StubConfig;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Something that happens to the servers of a load, and what a client with {@code health=on} is told to do about it. */
enum Outage {
  /** The name gets another address, while the server at the old one goes on. */
  ADDRESS_SWITCH(2, "service-time=5ms") {
    @Override
    List<Integer> named() {
      return List.of(0);
    }

    @Override
    long strike(Backends backends, long beganNanos, long endNanos) throws Exception {
      backends.name(List.of(1));
      return backends.lastRequestNanos(0, endNanos);
    }
  },

  /** Each of four servers is closed in turn, with its connections, and is back half a second later. */
  ROLLING_RESTART(4, "service-time=5ms") {
    @Override
    long strike(Backends backends, long beganNanos, long endNanos) throws Exception {
      backends.restartEach();
      return beganNanos;
    }
  },

  /** Nobody calls for longer than the network remembers a connection; then all call at once. */
  SILENT_DROP(1, "service-time=5ms+nat-timeout=2s") {
    @Override
    long quietMillis() {
      return 2500;
    }

    @Override
    Duration patience() {
      return SHORT_PATIENCE;
    }

    @Override
    long slowNanos() {
      return TROUBLE_NANOS;
    }

    @Override
    ClientConfig.Builder healthy(String client, ClientConfig.Builder config) {
      return config.idleTimeout(Duration.ofSeconds(1)).readTimeout(RETRY_AFTER);
    }
  },

  /** The way to one of four servers swallows everything, and the name loses its address. */
  BLACK_HOLE(4, "service-time=5ms+rtt=0ms") {
    @Override
    Duration patience() {
      return SHORT_PATIENCE;
    }

    @Override
    long slowNanos() {
      return TROUBLE_NANOS;
    }

    @Override
    long strike(Backends backends, long beganNanos, long endNanos) throws Exception {
      backends.cut(0);
      backends.name(List.of(1, 2, 3));
      return beganNanos;
    }

    @Override
    ClientConfig.Builder healthy(String client, ClientConfig.Builder config) {
      return config.readTimeout(RETRY_AFTER).connectTimeout(RETRY_AFTER);
    }
  },

  /** Connections of one age reach {@code maxLifetime}, if the client has one, a moment after the outage begins. */
  LIFETIMES(1, "service-time=5ms+rtt=5ms") {
    @Override
    boolean recovers() {
      return false;
    }

    @Override
    long strike(Backends backends, long beganNanos, long endNanos) throws Exception {
      GaugeProfiler.max("connectionsIn100Millis", backends.mostOpenedWithin(100, endNanos), "#");
      return beganNanos;
    }

    @Override
    ClientConfig.Builder healthy(String client, ClientConfig.Builder config) {
      return config.maxLifetime(Duration.ofMillis(1200));
    }
  },

  /** One of four servers is slow for half of the time, and then as fast as the others. */
  SLOW_BACKEND(4, "service-time=5ms") {
    @Override
    boolean recovers() {
      return false;
    }

    @Override
    long strike(Backends backends, long beganNanos, long endNanos) throws Exception {
      backends.slowDown(0, Duration.ofMillis(200));
      share("slowSharePercent", backends, beganNanos + (endNanos - beganNanos) / 2);
      backends.slowDown(0, Duration.ZERO);
      share("laterSharePercent", backends, endNanos);
      return beganNanos;
    }

    /** Records the first server's share of the requests until then. */
    private void share(String gauge, Backends backends, long untilNanos) throws Exception {
      List<Long> before = backends.requests();
      TimeUnit.NANOSECONDS.sleep(untilNanos - System.nanoTime());
      List<Long> after = backends.requests();
      List<Long> since = IntStream.range(0, before.size())
          .mapToObj(i -> after.get(i) - before.get(i))
          .toList();
      double all = since.stream().mapToLong(Long::longValue).sum();
      GaugeProfiler.mean(gauge, all == 0 ? 0 : 100 * since.get(0) / all, "%");
    }

    @Override
    ClientConfig.Builder healthy(String client, ClientConfig.Builder config) {
      boolean chooses = ClientProvider.all().stream()
          .filter(provider -> provider.name().equals(client))
          .anyMatch(provider -> provider.support(Capability.REUSE_ORDER) != Support.UNSUPPORTED);
      return chooses ? config.reuseOrder(ReuseOrder.FIFO) : config;
    }
  };

  private static final Duration SHORT_PATIENCE = Duration.ofSeconds(3);

  /**
   * So short that a retry fits into the patience, and longer than the first calls of a JVM take. Were it shorter, these
   * might fail, and ten failures open the circuit breaker for 10 s.
   */
  private static final Duration RETRY_AFTER = Duration.ofSeconds(1);

  /** Fifty times the service time. */
  private static final long TROUBLE_NANOS = TimeUnit.MILLISECONDS.toNanos(250);

  private final int servers;
  private final String profile;

  Outage(int servers, String profile) {
    this.servers = servers;
    this.profile = profile;
  }

  /**
   * The outage of this name, such as {@code black-hole}.
   *
   * @throws IllegalArgumentException that lists the names
   */
  static Outage of(String label) {
    return Arrays.stream(values())
        .filter(each -> each.label().equals(label))
        .findAny()
        .orElseThrow(() -> new IllegalArgumentException("outage must be one of "
            + Arrays.stream(values()).map(Outage::label).collect(Collectors.joining(", ")) + ": "
            + label));
  }

  private String label() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  int servers() {
    return servers;
  }

  StubConfig stub() {
    return Profile.parse(profile).stub();
  }

  /** The servers whose addresses the name has at first. */
  List<Integer> named() {
    return IntStream.range(0, servers).boxed().toList();
  }

  /** How long nobody calls before the outage begins. */
  long quietMillis() {
    return 0;
  }

  /** How long a caller waits for a response: the {@code callTimeout} of our clients. */
  Duration patience() {
    return Duration.ofSeconds(10);
  }

  /** A call that takes longer puts the recovery off, as one that fails does. */
  long slowNanos() {
    return Long.MAX_VALUE;
  }

  /** Whether there is a moment from which on all is well. */
  boolean recovers() {
    return true;
  }

  /** Makes it happen. Returns when a server that is gone got its last request, or else {@code beganNanos}. */
  long strike(Backends backends, long beganNanos, long endNanos) throws Exception {
    return beganNanos;
  }

  /** Adds the setting that helps a client in this outage. */
  ClientConfig.Builder healthy(String client, ClientConfig.Builder config) {
    return config;
  }
}
