package dev.poolmark.clients.resilience;

import dev.poolmark.clients.CallException;
import dev.poolmark.clients.Failure;
import dev.poolmark.clients.Response;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.ThreadLocalRandom;

/**
 * One attempt of a call, which its breaker has let through: tells the breaker how it ended, and whether there is to be
 * another. Safe for use by several threads; what is told first counts for the breaker.
 *
 * @param number counts from 0
 */
record Attempt(Call call, int number, Circuit.Admission admission) {
  private static final int SERVER_ERROR = 500;

  Outcome received(Response response) {
    if (response.status() >= SERVER_ERROR) {
      admission.failed();
    } else {
      admission.succeeded();
    }
    return new Outcome(
        response,
        null,
        call.retry().allows(call.request(), response)
            ? call.pause(backoff(), RetryAfter.of(response, Instant.now()).orElse(Duration.ZERO))
            : null);
  }

  Outcome failed(IOException problem) {
    Failure failure = problem instanceof CallException e ? e.failure() : Failure.CANCELLED;
    switch (failure) {
      case CANCELLED, ACQUIRE_TIMEOUT, TOO_MANY_WAITERS -> admission.abandoned();
      default -> admission.failed();
    }
    return new Outcome(
        null,
        problem,
        call.retry().allows(call.request(), failure) ? call.pause(backoff(), Duration.ZERO) : null);
  }

  /** The attempt ended for reasons of our own; does nothing to one that has ended already. */
  void abandoned() {
    admission.abandoned();
  }

  private Duration backoff() {
    return call.retry().backoff(number + 1, ThreadLocalRandom.current());
  }
}
