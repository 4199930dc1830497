package dev.poolmark.clients;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.InterruptedIOException;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
final class LeasesTest {
  private static final Request A = Request.get(URI.create("http://a/"));
  private static final Request B = Request.get(URI.create("http://b/"));

  private static Leases leases(ClientConfig.Builder config) {
    return new Leases("test", config.build(), Optional.empty());
  }

  private static ClientConfig.Builder config(int total, int perEndpoint) {
    return ClientConfig.builder()
        .maxConnections(total)
        .maxConnectionsPerEndpoint(perEndpoint)
        .maxIdleConnections(1);
  }

  @Test
  void firstComeFirstServed() throws Exception {
    Leases leases = leases(config(1, 1));
    List<CompletableFuture<Lease>> waiting = new ArrayList<>();
    Lease held = leases.acquire(A);
    for (int i = 0; i < 5; i++) {
      waiting.add(leases.acquireAsync(i % 2 == 0 ? A : B));
    }
    assertThat(leases.metrics().pending()).isEqualTo(5);
    for (int i = 0; i < waiting.size(); i++) {
      for (int j = i; j < waiting.size(); j++) {
        assertThat(waiting.get(j)).isNotDone();
      }
      held.close();
      held.close();
      assertThat(waiting.get(i)).isDone();
      held = waiting.get(i).get();
    }
    held.close();
    assertThat(leases.inUse()).isZero();
  }

  @Test
  void whoWaitsForOneEndpointDoesNotHoldUpAnother() throws Exception {
    Leases leases = leases(config(3, 2));
    Lease first = leases.acquire(A);
    Lease second = leases.acquire(A);
    CompletableFuture<Lease> third = leases.acquireAsync(A);
    assertThat(third).isNotDone();
    Lease other = leases.acquire(B);
    CompletableFuture<Lease> afterOther = leases.acquireAsync(B);
    assertThat(afterOther).isNotDone();
    other.close();
    assertThat(third).as("two are in use already").isNotDone();
    assertThat(afterOther).isDone();
    first.close();
    assertThat(third).isDone();
    second.close();
    third.get().close();
    afterOther.get().close();
    assertThat(leases.inUse()).isZero();
  }

  @Test
  void whoGivesUpLeavesTheQueue() throws Exception {
    Leases leases = leases(config(1, 1));
    Lease held = leases.acquire(A);
    CompletableFuture<Lease> impatient = leases.acquireAsync(A);
    CompletableFuture<Lease> patient = leases.acquireAsync(A);
    assertThat(impatient.cancel(false)).isTrue();
    assertThat(leases.metrics().pending()).isEqualTo(1);
    held.close();
    assertThat(patient).isDone();
    assertThat(leases.metrics().failures()).isEqualTo(Map.of(Failure.CANCELLED, 1L));
  }

  @Test
  void anInterruptEndsTheWaiting() throws Exception {
    Leases leases = leases(config(1, 1));
    Lease held = leases.acquire(A);
    AtomicReference<Throwable> outcome = new AtomicReference<>();
    Thread waiter = new Thread(() -> {
      try {
        leases.acquire(A);
      } catch (InterruptedIOException e) {
        outcome.set(Thread.currentThread().isInterrupted() ? e : new AssertionError("cleared"));
      } catch (CallException e) {
        outcome.set(e);
      }
    });
    waiter.start();
    Clients.eventually("waits", () -> leases.metrics().pending() == 1);
    waiter.interrupt();
    waiter.join();
    assertThat(outcome.get()).isInstanceOf(InterruptedIOException.class);
    assertThat(leases.metrics().pending()).isZero();
    held.close();
    leases.acquire(A).close();
  }

  @Test
  void theShorterOfTheTwoLimitsEndsTheWaiting() throws Exception {
    Duration brief = Duration.ofMillis(20);
    for (Failure expected : List.of(Failure.ACQUIRE_TIMEOUT, Failure.CALL_TIMEOUT)) {
      ClientConfig.Builder config = config(1, 1);
      Leases leases = leases(
          expected == Failure.ACQUIRE_TIMEOUT
              ? config.acquireTimeout(brief)
              : config.callTimeout(brief));
      Lease held = leases.acquire(A);
      CallTimeoutException timeout =
          catchThrowableOfType(CallTimeoutException.class, () -> leases.acquire(B));
      assertThat(timeout.failure()).isEqualTo(expected);
      assertThat(timeout.limit()).isEqualTo(brief);
      assertThat(timeout.waited()).isGreaterThanOrEqualTo(brief);
      assertThatThrownBy(() -> leases.acquireAsync(B).get())
          .hasCauseInstanceOf(CallTimeoutException.class);
      assertThat(leases.metrics().pending()).isZero();
      held.close();
      assertThat(leases.metrics().failures()).isEqualTo(Map.of(expected, 2L));
    }
  }

  @Test
  void whoComesAsOneTooManyIsTurnedAway() throws Exception {
    Leases leases = leases(config(1, 1).maxWaiters(0));
    Lease held = leases.acquire(A);
    CallException failure = catchThrowableOfType(CallException.class, () -> leases.acquire(B));
    assertThat(failure.failure()).isEqualTo(Failure.TOO_MANY_WAITERS);
    assertThat(failure).hasMessageContainingAll("maxWaiters of 0 reached", "http://b");
    held.close();
    leases.acquire(B).close();
  }

  @Test
  void closeTurnsEveryoneAway() throws Exception {
    Leases leases = leases(config(1, 1));
    Lease held = leases.acquire(A);
    CompletableFuture<Lease> waiting = leases.acquireAsync(A);
    leases.close();
    assertThatThrownBy(waiting::get).hasCauseInstanceOf(IllegalStateException.class);
    assertThatIllegalStateException()
        .isThrownBy(() -> leases.acquire(A))
        .withMessage("client test is closed");
    held.close();
    assertThat(leases.inUse()).isZero();
    assertThat(leases.metrics().calls()).isEqualTo(1);
  }

  @Test
  void manyThreadsNeverExceedTheBounds() throws Exception {
    Leases leases = leases(config(4, 3));
    AtomicInteger inUse = new AtomicInteger();
    AtomicInteger peak = new AtomicInteger();
    Clients.together(16, () -> {
      for (int i = 0; i < 2000; i++) {
        try (Lease lease = leases.acquire(i % 3 == 0 ? B : A)) {
          peak.accumulateAndGet(inUse.incrementAndGet(), Math::max);
          assertThat(lease.request()).isNotNull();
          Thread.onSpinWait();
          inUse.decrementAndGet();
        }
      }
      return null;
    });
    assertThat(peak.get()).isBetween(1, 4);
    assertThat(leases.inUse()).isZero();
    assertThat(leases.metrics().calls()).isEqualTo(32_000);
    assertThat(leases.metrics().acquireWait().count()).isEqualTo(32_000);
  }
}
