package dev.poolmark.clients.spi;

import dev.poolmark.clients.Failure;

/**
 * When a call's request is sent again: if the server has not processed it, whatever its method, or if it is safe and the
 * server has closed the pooled connection before it saw the request, as far as can be known (RFC 9110, section 9.2.2).
 * For one call, whose exchanges follow each other.
 */
final class Repetition {
  /** A request that the server refuses is sent again that often at most, with pauses of a second in all. */
  private static final int MAX_REFUSALS = 10;

  private int times;

  /** Whether the exchange, which failed for that cause, is followed by another. */
  boolean isDue(Exchange exchange, Throwable cause, Transport transport) {
    return exchange.isUnprocessed()
        ? times < MAX_REFUSALS
        : exchange.maybeStale()
            && times <= exchange.maxStale()
            && exchange.request().isSafe()
            && transport.reason(cause, exchange) == Failure.CONNECTION_CLOSED;
  }

  /** How long to wait before the next exchange, which counts from now on. */
  long pauseMillis(Exchange exchange) {
    int before = times++;
    return exchange.isUnprocessed() && before > 0 ? 1L << before : 0; // it may be refused again
  }
}
