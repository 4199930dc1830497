package dev.poolmark.clients;

/** The state of a circuit breaker. */
public enum BreakerState {
  /** Calls go through. Also what a client without a breaker reports. */
  CLOSED,
  /** Some calls go through, to try whether the endpoint has recovered. */
  HALF_OPEN,
  /** Calls fail at once. */
  OPEN
}
