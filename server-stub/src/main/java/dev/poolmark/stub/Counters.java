package dev.poolmark.stub;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;

/** Counts what the server sees; {@link StubStats} says what each count means. Safe for several threads. */
final class Counters {
  private final AtomicLong connections = new AtomicLong();
  private final Gauge open = new Gauge();
  private final LongAdder fullHandshakes = new LongAdder();
  private final LongAdder resumedHandshakes = new LongAdder();
  private final AtomicLong requests = new AtomicLong();
  private final Gauge inFlight = new Gauge();

  void connectionOpened() {
    connections.incrementAndGet();
    open.up();
  }

  void connectionClosed() {
    open.down();
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

  StubStats snapshot() {
    return new StubStats(
        connections.get(),
        open.now.get(),
        open.peak.get(),
        fullHandshakes.sum(),
        resumedHandshakes.sum(),
        requests.get(),
        inFlight.now.get(),
        inFlight.peak.get());
  }

  /** Sets the counts to zero and the peaks to what is there now. */
  void reset() {
    connections.set(0);
    open.resetPeak();
    fullHandshakes.reset();
    resumedHandshakes.reset();
    requests.set(0);
    inFlight.resetPeak();
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
