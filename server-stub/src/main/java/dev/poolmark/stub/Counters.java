package dev.poolmark.stub;

import com.sun.management.OperatingSystemMXBean;
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

/** Counts what the server sees; {@link StubStats} says what each count means. Safe for several threads. */
final class Counters {
  private final AtomicLong connections = new AtomicLong();
  private final Gauge open = new Gauge();
  private final Set<StubEndPoint> endPoints = ConcurrentHashMap.newKeySet();
  private final Map<Integer, Long> closedByRequests = new ConcurrentHashMap<>();
  private final LongAdder fullHandshakes = new LongAdder();
  private final LongAdder resumedHandshakes = new LongAdder();
  private final AtomicLong requests = new AtomicLong();
  private final Gauge inFlight = new Gauge();
  private final LongAdder rejected = new LongAdder();
  private final Map<Fault.Kind, LongAdder> faults = new EnumMap<>(Fault.Kind.class);
  private volatile Processor since = Processor.now();

  Counters() {
    for (Fault.Kind kind : Fault.Kind.values()) {
      faults.put(kind, new LongAdder());
    }
  }

  void connectionOpened(StubEndPoint endPoint) {
    connections.incrementAndGet();
    endPoints.add(endPoint);
    open.up();
  }

  void connectionClosed(StubEndPoint endPoint) {
    if (endPoints.remove(endPoint)) {
      if (endPoint.counted() > 0 || endPoint.fresh()) {
        closedByRequests.merge(endPoint.counted(), 1L, Long::sum);
      }
      open.down();
    }
  }

  void handshake(boolean full) {
    (full ? fullHandshakes : resumedHandshakes).increment();
  }

  void requestReceived() {
    requests.incrementAndGet();
    inFlight.up();
  }

  /** Called before the first byte of the answer is sent, so that a client's next request finds it counted. */
  void requestAnswered() {
    inFlight.down();
  }

  void requestRejected() {
    rejected.increment();
  }

  void fault(Fault.Kind kind) {
    faults.get(kind).increment();
  }

  StubStats snapshot() {
    SortedMap<Integer, Long> byRequests = new TreeMap<>(closedByRequests);
    for (StubEndPoint endPoint : endPoints) {
      if (endPoint.counted() > 0 || endPoint.fresh()) {
        byRequests.merge(endPoint.counted(), 1L, Long::sum);
      }
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
        Processor.now().busyPercentSince(since));
  }

  /** Sets the counts to zero and the peaks to what is there now. */
  void reset() {
    connections.set(0);
    open.resetPeak();
    closedByRequests.clear();
    endPoints.forEach(StubEndPoint::resetCount);
    fullHandshakes.reset();
    resumedHandshakes.reset();
    requests.set(0);
    inFlight.resetPeak();
    rejected.reset();
    faults.values().forEach(LongAdder::reset);
    since = Processor.now();
  }

  /** What this process has used of the processors at a moment. */
  private record Processor(long usedNanos, long nanoTime) {
    static Processor now() {
      long used =
          ManagementFactory.getOperatingSystemMXBean() instanceof OperatingSystemMXBean system
              ? system.getProcessCpuTime()
              : -1;
      return new Processor(used, System.nanoTime());
    }

    int busyPercentSince(Processor before) {
      long nanos = nanoTime - before.nanoTime;
      if (usedNanos < 0 || nanos <= 0) {
        return -1;
      }
      int processors = Runtime.getRuntime().availableProcessors();
      double percent = 100.0 * (usedNanos - before.usedNanos) / nanos / processors;
      // The steps of the system may be longer than the time.
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
