package dev.poolmark.stub.network;

import dev.poolmark.stub.config.Link;
import dev.poolmark.stub.config.SeededRandom;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongUnaryOperator;

/** The {@link Link} that both ports share: its bandwidth, and the jitter of each connection. Thread-safe. */
final class SharedLink {
  private final Link link;
  private final long seed;
  private final BandwidthLimiter requests;
  private final BandwidthLimiter responses;
  private final AtomicLong connections = new AtomicLong();
  private volatile boolean cut;

  SharedLink(Link link, long seed) {
    this.link = link;
    this.seed = seed;
    this.requests = new BandwidthLimiter(link.bitsPerSecond());
    this.responses = new BandwidthLimiter(link.bitsPerSecond());
  }

  Link link() {
    return link;
  }

  /** From now on nothing passes any more. */
  void cut() {
    cut = true;
  }

  boolean isCut() {
    return cut;
  }

  /** The number of a new connection, which its jitter depends on. */
  long nextConnection() {
    return connections.incrementAndGet();
  }

  Direction requests(long connection) {
    return new Direction(requests, flight(SeededRandom.Purpose.REQUEST_JITTER, connection));
  }

  Direction responses(long connection) {
    return new Direction(responses, flight(SeededRandom.Purpose.RESPONSE_JITTER, connection));
  }

  /** Turns the time of a departure into that of the arrival. */
  private LongUnaryOperator flight(SeededRandom.Purpose purpose, long connection) {
    long oneWayNanos = link.roundTrip().toNanos() / 2;
    long jitterNanos = link.jitter().toNanos() / 2;
    if (jitterNanos == 0) {
      return nanos -> nanos + oneWayNanos;
    }
    SplittableRandom random = SeededRandom.of(seed, purpose, connection);
    return nanos -> nanos + oneWayNanos + random.nextLong(-jitterNanos, jitterNanos + 1);
  }

  /** One direction of one connection: computes when bytes arrive, in order. Not thread-safe. */
  static final class Direction {
    private final BandwidthLimiter bandwidth;
    private final LongUnaryOperator flight;
    private long latestNanos;
    private boolean used;

    private Direction(BandwidthLimiter bandwidth, LongUnaryOperator flight) {
      this.bandwidth = bandwidth;
      this.flight = flight;
    }

    boolean limited() {
      return bandwidth.limited();
    }

    /** When the last of these bytes arrives. */
    long arrivesAt(long sentNanos, int bytes) {
      long due = flight.applyAsLong(bandwidth.departsAt(sentNanos, bytes));
      if (used && due - latestNanos < 0) {
        due = latestNanos; // never overtakes
      }
      used = true;
      latestNanos = due;
      return due;
    }
  }
}
