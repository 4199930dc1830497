package dev.poolmark.clients.resilience;

import dev.poolmark.clients.CallException;
import dev.poolmark.clients.CallTimeoutException;
import dev.poolmark.clients.ClientConfig;
import dev.poolmark.clients.Failure;
import dev.poolmark.clients.Request;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * One call of a {@link ResilientClient}: what its attempts share, such as the deadline. Immutable.
 *
 * @param startNanos when the call began, as a value of {@link System#nanoTime()}
 */
record ResilientCall(
    Request request, Retry retry, ClientConfig config, EndpointBreaker breaker, long startNanos) {
  private static final long MILLI_NANOS = 1_000_000;

  /**
   * Begins an attempt.
   *
   * @param number the first attempt is number 0
   * @param last how the attempt before this one ended; null before the first
   * @throws CallException if the breaker does not admit it
   */
  Attempt admit(int number, @Nullable Outcome last) throws CallException {
    EndpointBreaker.Admission admission = breaker.admit();
    if (admission != null) {
      return new Attempt(this, number, admission);
    }
    String refusal = breaker
        .openFor()
        .map(left -> "the circuit breaker is open for another " + wholeMillis(left) + " ms")
        .orElse("the circuit breaker is half-open, and its trials are under way");
    throw new CallException(
        Failure.BREAKER_OPEN, request, refusal, last == null ? null : last.failure());
  }

  /**
   * How long to wait before another attempt: the longer of the two, in whole milliseconds. Null if no attempt may
   * follow, because the wait would pass the deadline or the breaker would refuse the attempt.
   */
  @Nullable
  Duration pause(Duration backoff, Duration asked) {
    Duration longer = backoff.compareTo(asked) < 0 ? asked : backoff;
    Duration pause = Duration.ofMillis(wholeMillis(longer));
    boolean late = pause.compareTo(Duration.ofNanos(leftNanos())) >= 0;
    return late || breaker.openFor().filter(open -> open.compareTo(pause) > 0).isPresent()
        ? null
        : pause;
  }

  private static long wholeMillis(Duration duration) {
    return duration.plusNanos(MILLI_NANOS - 1).toMillis();
  }

  /** Time until the deadline; negative when it has passed. */
  long leftNanos() {
    return request.timeout().orElse(config.callTimeout()).toNanos() - ageNanos();
  }

  /** What a call fails with when its deadline has passed. */
  CallTimeoutException timeout() {
    return new CallTimeoutException(
        Failure.CALL_TIMEOUT, config, request, Duration.ofNanos(ageNanos()), null);
  }

  private long ageNanos() {
    return System.nanoTime() - startNanos;
  }
}
