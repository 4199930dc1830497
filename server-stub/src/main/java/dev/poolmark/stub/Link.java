package dev.poolmark.stub;

import java.time.Duration;
import java.util.Objects;
import java.util.Optional;

/**
 * The emulated network between a client and the server, in user space and below TLS. Every flight is delayed by half
 * a round trip in each direction. A new connection pays its round trip too: the kernel completes the TCP handshake on
 * loopback at once, so what a client sends before it has heard from the server arrives one round trip later. The
 * first response is thus as late as on a real network; a connect timeout cannot be provoked this way, but by {@link
 * Fault.Kind#BLACKHOLE}. Immutable.
 *
 * @param roundTrip added round trip; zero keeps the delay line in the path without a delay
 * @param jitter a flight takes half of {@code roundTrip}, give or take at most half of this, drawn uniformly from the
 *     config's seed; order is kept
 * @param bitsPerSecond bandwidth in each direction, shared by all connections; 0 for no limit
 * @param slowStart whether a sender begins with a window of 10 segments of 1,460 bytes (RFC 6928), doubles it each
 *     round trip, and begins again after it was idle for a retransmission timeout (RFC 5681, 4.1)
 * @param natTimeout a connection that was idle for longer than this is forgotten, as by a NAT: what is sent then
 *     vanishes, in both directions, and so do FIN and RST
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
    StubConfig.checkDelay("roundTrip", roundTrip);
    StubConfig.checkDelay("jitter", jitter);
    if (jitter.compareTo(roundTrip) > 0) {
      throw new IllegalArgumentException(
          "jitter must be <= roundTrip " + roundTrip + ": " + jitter);
    }
    if (bitsPerSecond != 0 && bitsPerSecond < MIN_BITS_PER_SECOND) {
      throw new IllegalArgumentException(
          "bitsPerSecond must be 0 or >= " + MIN_BITS_PER_SECOND + ": " + bitsPerSecond);
    }
    Objects.requireNonNull(natTimeout, "natTimeout")
        .ifPresent(value -> StubConfig.checkTimeout("natTimeout", value));
  }

  /** This round trip and nothing else. */
  public Link(Duration roundTrip) {
    this(roundTrip, Duration.ZERO, 0, false, Optional.empty());
  }

  /** The same with this round trip. */
  public Link withRoundTrip(Duration value) {
    return new Link(value, jitter, bitsPerSecond, slowStart, natTimeout);
  }

  /** The same with this jitter. */
  public Link withJitter(Duration value) {
    return new Link(roundTrip, value, bitsPerSecond, slowStart, natTimeout);
  }

  /** The same with this bandwidth; 0 for no limit. */
  public Link withBitsPerSecond(long value) {
    return new Link(roundTrip, jitter, value, slowStart, natTimeout);
  }

  /** The same with or without slow start. */
  public Link withSlowStart(boolean value) {
    return new Link(roundTrip, jitter, bitsPerSecond, value, natTimeout);
  }

  /** The same with a NAT that forgets a connection after this. */
  public Link withNatTimeout(Duration value) {
    return new Link(roundTrip, jitter, bitsPerSecond, slowStart, Optional.of(value));
  }
}
