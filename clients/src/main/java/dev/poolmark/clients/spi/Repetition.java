package dev.poolmark.clients.spi;

import dev.poolmark.clients.Failure;

/**
 * Decides whether a call's request is sent again: any request that the server says it has not processed, and a safe
 * request whose pooled connection the server seems to have closed before it read the request (RFC 9110, section 9.2.2).
 * One instance serves one call. Not thread-safe: the call's exchanges follow each other.
 */
final class Repetition {
  /** How often a refused request is sent again; the pauses add up to a second. */
  private static final int MAX_REFUSALS = 10;

  private int times;

  /** Whether another exchange follows the one that failed for this cause. */
  boolean isDue(Exchange exchange, Throwable cause, Transport transport) {
    return exchange.isUnprocessed()
        ? times < MAX_REFUSALS
        : exchange.maybeStale()
            && times <= exchange.maxStale()
            && exchange.request().isSafe()
            && transport.reason(cause, exchange) == Failure.CONNECTION_CLOSED;
  }

  /** Counts another exchange, and returns how long to wait before it. */
  long pauseMillis(Exchange exchange) {
    int before = times++;
    return exchange.isUnprocessed() && before > 0 ? 1L << before : 0; // it may be refused again
  }
}
