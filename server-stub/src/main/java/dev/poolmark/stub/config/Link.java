package dev.poolmark.stub.config;

import java.time.Duration;
import java.util.Objects;
import java.util.Optional;

/**
 * The emulated network between a client and the server, in user space and below TLS. It delays every flight by half a
 * round trip in each direction. A new connection pays for its TCP handshake too: the kernel completes that at once on
 * loopback, so the link delivers what a client sends before the server's first answer one round trip later. The first
 * response is then as late as on a real network. A connect timeout needs {@link Fault.Kind#BLACKHOLE}. Immutable.
 *
 * @param roundTrip added round trip; with zero, bytes still pass through the link, undelayed
 * @param jitter a flight takes half of {@code roundTrip} plus or minus at most half of this, drawn uniformly from the
 *     config's seed; order is kept
 * @param bitsPerSecond bandwidth in each direction, shared by all connections; 0 for no limit
 * @param slowStart whether a sender starts with a window of 10 segments of 1,460 bytes (RFC 6928), doubles it each
 *     round trip, and starts again after idling for a retransmission timeout (RFC 5681, 4.1)
 * @param natTimeout how long a connection may idle before the network forgets it, as a NAT does: whatever either side
 *     sends after that is lost, FIN and RST included
 */
public record Link(
    Duration roundTrip,
    Duration jitter,
    long bitsPerSecond,
    boolean slowStart,
    Optional<Duration> natTimeout) {
  private static final long MIN_BITS_PER_SECOND = 1000;

  /**
   * Checks the values.
   *
   * @throws IllegalArgumentException that names the field, the rule and the value
   */
  public Link {
    Limits.checkDelay("roundTrip", roundTrip);
    Limits.checkDelay("jitter", jitter);
    if (jitter.compareTo(roundTrip) > 0) {
      throw new IllegalArgumentException(
          "jitter must be <= roundTrip " + roundTrip + ": " + jitter);
    }
    if (bitsPerSecond != 0 && bitsPerSecond < MIN_BITS_PER_SECOND) {
      throw new IllegalArgumentException(
          "bitsPerSecond must be 0 or >= " + MIN_BITS_PER_SECOND + ": " + bitsPerSecond);
    }
    Objects.requireNonNull(natTimeout, "natTimeout")
        .ifPresent(value -> Limits.checkTimeout("natTimeout", value));
  }

  /** A link with this round trip and nothing else. */
  public Link(Duration roundTrip) {
    this(roundTrip, Duration.ZERO, 0, false, Optional.empty());
  }

  /** A copy with this round trip. */
  public Link withRoundTrip(Duration value) {
    return new Link(value, jitter, bitsPerSecond, slowStart, natTimeout);
  }

  /** A copy with this jitter. */
  public Link withJitter(Duration value) {
    return new Link(roundTrip, value, bitsPerSecond, slowStart, natTimeout);
  }

  /** A copy with this bandwidth; 0 for no limit. */
  public Link withBitsPerSecond(long value) {
    return new Link(roundTrip, jitter, value, slowStart, natTimeout);
  }

  /** A copy with or without slow start. */
  public Link withSlowStart(boolean value) {
    return new Link(roundTrip, jitter, bitsPerSecond, value, natTimeout);
  }

  /** A copy with a NAT that forgets an idle connection after this. */
  public Link withNatTimeout(Duration value) {
    return new Link(roundTrip, jitter, bitsPerSecond, slowStart, Optional.of(value));
  }
}
