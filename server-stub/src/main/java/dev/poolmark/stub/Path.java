package dev.poolmark.stub;

import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongUnaryOperator;

/** One {@link Link} as both doors share it: its bandwidth, and its jitter for each connection. Safe for several threads. */
final class Path {
  private final Link link;
  private final long seed;
  private final Lane requests;
  private final Lane responses;
  private final AtomicLong connections = new AtomicLong();

  Path(Link link, long seed) {
    this.link = link;
    this.seed = seed;
    this.requests = new Lane(link.bitsPerSecond());
    this.responses = new Lane(link.bitsPerSecond());
  }

  Link link() {
    return link;
  }

  /** A connection's number, for its jitter. */
  long nextConnection() {
    return connections.incrementAndGet();
  }

  Passage requests(long connection) {
    return new Passage(requests, flightNanos(Draws.Purpose.REQUEST_JITTER, connection));
  }

  Passage responses(long connection) {
    return new Passage(responses, flightNanos(Draws.Purpose.RESPONSE_JITTER, connection));
  }

  /** Adds the time of a flight to a point in time. */
  private LongUnaryOperator flightNanos(Draws.Purpose purpose, long connection) {
    long oneWayNanos = link.roundTrip().toNanos() / 2;
    long jitterNanos = link.jitter().toNanos() / 2;
    if (jitterNanos == 0) {
      return nanos -> nanos + oneWayNanos;
    }
    SplittableRandom random = Draws.of(seed, purpose, connection);
    return nanos -> nanos + oneWayNanos + random.nextLong(-jitterNanos, jitterNanos + 1);
  }

  /** One direction of one connection: when what is sent arrives, in order. Not safe for several threads. */
  static final class Passage {
    private final Lane lane;
    private final LongUnaryOperator flight;
    private long latestNanos;
    private boolean used;

    private Passage(Lane lane, LongUnaryOperator flight) {
      this.lane = lane;
      this.flight = flight;
    }

    boolean limited() {
      return lane.limited();
    }

    /** When the last of these bytes arrives. */
    long arrives(long sentNanos, int bytes) {
      long due = flight.applyAsLong(lane.leaves(sentNanos, bytes));
      if (used && due - latestNanos < 0) {
        due = latestNanos; // never overtake
      }
      used = true;
      latestNanos = due;
      return due;
    }
  }
}
