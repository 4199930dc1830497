package dev.poolmark.stub;

import java.time.Duration;

/**
 * The emulated network between a client and the server, in user space and below TLS. Every flight is delayed by half
 * a round trip in each direction. A new connection pays its round trip too: the kernel completes the TCP handshake on
 * loopback at once, so what a client sends before it has heard from the server arrives one round trip later. The
 * first response is thus as late as on a real network; a connect timeout cannot be provoked this way.
 *
 * @param roundTrip added round trip; zero keeps the delay line in the path without a delay
 */
public record Link(Duration roundTrip) {
  /**
   * Checks the value.
   *
   * @throws IllegalArgumentException if the round trip is negative or above a minute
   */
  public Link {
    StubConfig.checkDelay("roundTrip", roundTrip);
  }
}
