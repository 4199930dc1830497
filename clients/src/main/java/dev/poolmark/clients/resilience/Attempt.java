package dev.poolmark.clients.resilience;

import dev.poolmark.clients.CallException;
import dev.poolmark.clients.Failure;
import dev.poolmark.clients.Response;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.ThreadLocalRandom;

/**
 * One attempt of a call, admitted by its breaker. It reports its end to the breaker, where the first report counts, and
 * decides whether another attempt follows. Thread-safe.
 *
 * @param number the first attempt is number 0
 */
record Attempt(ResilientCall call, int number, EndpointBreaker.Admission admission) {
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
      case CONNECT_FAILED,
          CONNECT_TIMEOUT,
          TLS,
          READ_TIMEOUT,
          WRITE_TIMEOUT,
          CALL_TIMEOUT,
          CONNECTION_CLOSED,
          OTHER -> admission.failed();
      default -> admission.abandoned(); // it says nothing of the endpoint
    }
    return new Outcome(
        null,
        problem,
        call.retry().allows(call.request(), failure) ? call.pause(backoff(), Duration.ZERO) : null);
  }

  /** Ends the attempt without a result, unless it has ended already. */
  void abandoned() {
    admission.abandoned();
  }

  private Duration backoff() {
    return call.retry().backoff(number + 1, ThreadLocalRandom.current());
  }
}
