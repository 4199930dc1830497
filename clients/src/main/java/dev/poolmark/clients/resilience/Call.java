package dev.poolmark.clients.resilience;

import dev.poolmark.clients.CallException;
import dev.poolmark.clients.CallTimeoutException;
import dev.poolmark.clients.ClientConfig;
import dev.poolmark.clients.Failure;
import dev.poolmark.clients.Request;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What the attempts of one call share: the request, the breaker of its endpoint, and the deadline. Immutable.
 *
 * @param startNanos when the call began, as a value of {@link System#nanoTime()}
 */
record Call(Request request, Retry retry, ClientConfig config, Circuit circuit, long startNanos) {
  private static final long MILLI_NANOS = 1_000_000;

  /**
   * Begins an attempt.
   *
   * @param number counts from 0
   * @param last how the attempt before this one ended; null before the first
   * @throws CallException if the breaker does not let it through
   */
  Attempt admit(int number, @Nullable Outcome last) throws CallException {
    Circuit.Admission admission = circuit.admit();
    if (admission != null) {
      return new Attempt(this, number, admission);
    }
    String refusal = circuit
        .openFor()
        .map(left -> "the circuit breaker is open for another " + wholeMillis(left) + " ms")
        .orElse("the circuit breaker is half-open, and its trials are under way");
    throw new CallException(
        Failure.BREAKER_OPEN, request, refusal, last == null ? null : last.failure());
  }

  /**
   * How long to wait before another attempt: the longer of the two, in whole milliseconds. Null if there must be none,
   * because the wait would pass the deadline, or the breaker will not let an attempt through so soon.
   */
  @Nullable
  Duration pause(Duration backoff, Duration asked) {
    Duration longer = backoff.compareTo(asked) < 0 ? asked : backoff;
    Duration pause = Duration.ofMillis(wholeMillis(longer));
    boolean late = pause.compareTo(Duration.ofNanos(leftNanos())) >= 0;
    return late || circuit.openFor().filter(open -> open.compareTo(pause) > 0).isPresent()
        ? null
        : pause;
  }

  private static long wholeMillis(Duration duration) {
    return duration.plusNanos(MILLI_NANOS - 1).toMillis();
  }

  /** Time until the deadline; negative when it has passed. */
  long leftNanos() {
    return config.callTimeout().toNanos() - ageNanos();
  }

  /** The deadline has passed. */
  CallTimeoutException timeout() {
    return new CallTimeoutException(
        Failure.CALL_TIMEOUT, config, request, Duration.ofNanos(ageNanos()), null);
  }

  private long ageNanos() {
    return System.nanoTime() - startNanos;
  }
}
