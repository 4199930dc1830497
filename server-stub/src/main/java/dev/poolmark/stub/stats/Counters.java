package dev.poolmark.stub.stats;

import com.sun.management.OperatingSystemMXBean;
import dev.poolmark.stub.config.Fault;
import java.lang.management.ManagementFactory;
import java.util.EnumMap;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;

/** Counts what the server sees; {@link StubStats} says what each count means. Thread-safe. */
public final class Counters {
  private final AtomicLong connections = new AtomicLong();
  private final Gauge open = new Gauge();
  private final Set<ConnectionCount> openCounts = ConcurrentHashMap.newKeySet();
  private final Map<Integer, Long> closedByRequests = new ConcurrentHashMap<>();
  private final LongAdder fullHandshakes = new LongAdder();
  private final LongAdder resumedHandshakes = new LongAdder();
  private final AtomicLong requests = new AtomicLong();
  private final Gauge inFlight = new Gauge();
  private final LongAdder rejected = new LongAdder();
  private final Map<Fault.Kind, LongAdder> faults = new EnumMap<>(Fault.Kind.class);
  private volatile ProcessorUse since = ProcessorUse.now();

  /** Starts at zero. */
  public Counters() {
    for (Fault.Kind kind : Fault.Kind.values()) {
      faults.put(kind, new LongAdder());
    }
  }

  /** Counts a connection that was accepted. */
  public void connectionOpened(ConnectionCount connection) {
    connections.incrementAndGet();
    openCounts.add(connection);
    open.up();
  }

  /** Counts a connection that was closed; a second call for it does nothing. */
  public void connectionClosed(ConnectionCount connection) {
    if (openCounts.remove(connection)) {
      connection.sinceReset().ifPresent(count -> closedByRequests.merge(count, 1L, Long::sum));
      open.down();
    }
  }

  /** Counts a TLS handshake that succeeded. */
  public void handshake(boolean full) {
    (full ? fullHandshakes : resumedHandshakes).increment();
  }

  /** Counts a request as received and in flight, and returns its number on its connection, from 1. */
  public int requestReceived(ConnectionCount connection) {
    requests.incrementAndGet();
    inFlight.up();
    return connection.add();
  }

  /**
   * Counts a request as no longer in flight. Must be called before the first byte of the response is sent, so that the
   * client's next request finds this one answered.
   */
  public void requestAnswered() {
    inFlight.down();
  }

  /** Counts a request that found the service's queue full. */
  public void requestRejected() {
    rejected.increment();
  }

  /** Counts a fault that was applied. */
  public void fault(Fault.Kind kind) {
    faults.get(kind).increment();
  }

  /** The counts so far. */
  public StubStats snapshot() {
    SortedMap<Integer, Long> byRequests = new TreeMap<>(closedByRequests);
    for (ConnectionCount connection : openCounts) {
      connection.sinceReset().ifPresent(count -> byRequests.merge(count, 1L, Long::sum));
    }
    Map<Fault.Kind, Long> applied = new EnumMap<>(Fault.Kind.class);
    faults.forEach((kind, count) -> {
      if (count.sum() > 0) {
        applied.put(kind, count.sum());
      }
    });
    return new StubStats(
        connections.get(),
        open.now.get(),
        open.peak.get(),
        fullHandshakes.sum(),
        resumedHandshakes.sum(),
        requests.get(),
        inFlight.now.get(),
        inFlight.peak.get(),
        rejected.sum(),
        byRequests,
        applied,
        ProcessorUse.now().busyPercentSince(since));
  }

  /** Sets the counts to zero, and the peaks to the current values. */
  public void reset() {
    connections.set(0);
    open.resetPeak();
    closedByRequests.clear();
    openCounts.forEach(ConnectionCount::reset);
    fullHandshakes.reset();
    resumedHandshakes.reset();
    requests.set(0);
    inFlight.resetPeak();
    rejected.reset();
    faults.values().forEach(LongAdder::reset);
    since = ProcessorUse.now();
  }

  /** The processor time that this process had used at one moment. */
  private record ProcessorUse(long usedNanos, long nanoTime) {
    static ProcessorUse now() {
      long used =
          ManagementFactory.getOperatingSystemMXBean() instanceof OperatingSystemMXBean system
              ? system.getProcessCpuTime()
              : -1;
      return new ProcessorUse(used, System.nanoTime());
    }

    int busyPercentSince(ProcessorUse before) {
      long nanos = nanoTime - before.nanoTime;
      if (usedNanos < 0 || nanos <= 0) {
        return -1;
      }
      int processors = Runtime.getRuntime().availableProcessors();
      double percent = 100.0 * (usedNanos - before.usedNanos) / nanos / processors;
      // The system's steps may be longer than the time that has passed.
      return (int) Math.round(Math.min(100, percent));
    }
  }

  private static final class Gauge {
    final AtomicInteger now = new AtomicInteger();
    final AtomicInteger peak = new AtomicInteger();

    void up() {
      peak.accumulateAndGet(now.incrementAndGet(), Math::max);
    }

    void down() {
      now.decrementAndGet();
    }

    void resetPeak() {
      peak.set(now.get());
    }
  }
}
