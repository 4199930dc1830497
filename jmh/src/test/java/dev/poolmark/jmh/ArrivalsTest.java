package dev.poolmark.jmh;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.HdrHistogram.Histogram;
import org.junit.jupiter.api.Test;

/** The open loop in a time of its own, against a service whose latencies are known. */
class ArrivalsTest {
  private static final long MILLI = 1_000_000;

  /** One call at a time, 1 ms each; the first call at or after {@code pauseAt} takes the pause. */
  private static final class PausingService implements Arrivals.Clock {
    private record Pending(long endsAt, CompletableFuture<String> answer) {}

    private final Queue<Pending> pending = new ArrayDeque<>();
    private long pauseAt;
    private final long pause;
    private long now;
    private long freeAt;

    PausingService(long pauseAt, long pause) {
      this.pauseAt = pauseAt;
      this.pause = pause;
    }

    @Override
    public long nanos() {
      return now;
    }

    @Override
    public void sleepUntil(long nanos) {
      answerUntil(nanos);
      now = nanos;
    }

    private void answerUntil(long nanos) {
      while (!pending.isEmpty() && pending.peek().endsAt <= nanos) {
        Pending next = pending.remove();
        now = next.endsAt;
        next.answer.complete("ok");
      }
    }

    CompletableFuture<String> call() {
      long work = MILLI;
      if (now >= pauseAt) {
        work += pause;
        pauseAt = Long.MAX_VALUE;
      }
      freeAt = Math.max(now, freeAt) + work;
      Pending call = new Pending(freeAt, new CompletableFuture<>());
      pending.add(call);
      return call.answer;
    }
  }

  private static Histogram run(PausingService service, int calls, long interval) throws Exception {
    int[] begun = {0};
    return Arrivals.run(calls, interval, service, () -> {
      CompletableFuture<String> answer = service.call();
      if (++begun[0] == calls) {
        service.answerUntil(Long.MAX_VALUE); // nobody else moves this time on
      }
      return answer;
    });
  }

  @Test
  void withoutAPauseEveryCallTakesItsMillisecond() throws Exception {
    Histogram micros = run(new PausingService(Long.MAX_VALUE, 0), 1000, 10 * MILLI);
    assertThat(micros.getTotalCount()).isEqualTo(1000);
    assertThat(micros.getMaxValue()).isEqualTo(micros.getMinValue()).isEqualTo(1000);
  }

  /**
   * 1,000 calls at 100 a second; the service pauses for a second in the middle. The call that meets the pause takes
   * 1,001 ms, each after it 9 ms less than the one before it, until the queue is empty. The 990th in order is thus the
   * 11th slowest: 1,001 - 10 x 9 ms. A closed loop would have seen one slow call, and a p99 of 1 ms.
   */
  @Test
  void aPauseIsSeenByAllWhoWereToCallMeanwhile() throws Exception {
    Histogram micros = run(new PausingService(5_000 * MILLI, 1_000 * MILLI), 1000, 10 * MILLI);
    assertThat(micros.getValueAtPercentile(99)).isCloseTo(911_000, within(1_000L));
    assertThat(micros.getValueAtPercentile(50)).isEqualTo(1000);
    assertThat(micros.getMaxValue()).isCloseTo(1_001_000, within(1_000L));
  }

  @Test
  void aCallThatFailsFailsTheWhole() {
    assertThatThrownBy(() -> Arrivals.run(
            3,
            0,
            new PausingService(0, 0),
            () -> CompletableFuture.failedFuture(new IllegalStateException("no"))))
        .isInstanceOf(CompletionException.class)
        .hasRootCauseMessage("no");
  }
}
