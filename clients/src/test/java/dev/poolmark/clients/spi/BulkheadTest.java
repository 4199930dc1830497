package dev.poolmark.clients.spi;

import static dev.poolmark.clients.spi.CoreFixture.A;
import static dev.poolmark.clients.spi.CoreFixture.B;
import static dev.poolmark.clients.spi.CoreFixture.BRIEF;
import static dev.poolmark.clients.spi.CoreFixture.answer;
import static dev.poolmark.clients.spi.CoreFixture.assertNothingIsHeld;
import static dev.poolmark.clients.spi.CoreFixture.client;
import static dev.poolmark.clients.spi.CoreFixture.config;
import static dev.poolmark.clients.spi.CoreFixture.reason;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.poolmark.clients.CallException;
import dev.poolmark.clients.CallTimeoutException;
import dev.poolmark.clients.Clients;
import dev.poolmark.clients.Failure;
import dev.poolmark.clients.Headers;
import dev.poolmark.clients.Request;
import dev.poolmark.clients.Response;
import dev.poolmark.clients.spi.CoreFixture.Blocking;
import dev.poolmark.clients.spi.CoreFixture.ManualTransport;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The bounds on connections and the queue, with transports that do as the test says. */
@Timeout(60)
final class BulkheadTest {
  @Test
  void firstComeFirstServed() throws Exception {
    ManualTransport transport = new ManualTransport();
    TransportClient client = client(transport, config(1, 1));
    List<CompletableFuture<Response>> calls = new ArrayList<>();
    for (int i = 0; i < 6; i++) {
      calls.add(client.executeAsync(i % 2 == 0 ? A : B));
    }
    assertThat(client.metrics().pending()).isEqualTo(5);
    for (int i = 0; i < 6; i++) {
      assertThat(transport.exchanges).hasSize(i + 1);
      assertThat(transport.last().request()).isEqualTo(i % 2 == 0 ? A : B);
      answer(transport.last());
      assertThat(calls.get(i).get().status()).isEqualTo(200);
    }
    assertNothingIsHeld(client, Map.of());
    assertThat(client.metrics().acquireWait().count()).isEqualTo(6);
  }

  @Test
  void aCallThatWaitsForOneEndpointDoesNotHoldUpAnother() {
    ManualTransport transport = new ManualTransport();
    TransportClient client = client(transport, config(3, 2));
    client.executeAsync(A);
    client.executeAsync(A);
    client.executeAsync(A);
    assertThat(transport.exchanges).hasSize(2);
    client.executeAsync(B);
    client.executeAsync(B);
    assertThat(transport.exchanges).extracting(Exchange::request).containsExactly(A, A, B);
    answer(transport.last());
    assertThat(transport.exchanges).extracting(Exchange::request).containsExactly(A, A, B, B);
    answer(transport.exchanges.get(0));
    assertThat(transport.exchanges).extracting(Exchange::request).containsExactly(A, A, B, B, A);
    transport.exchanges.subList(1, 5).forEach(CoreFixture::answer);
    assertNothingIsHeld(client, Map.of());
  }

  @Test
  void aCallThatIsCancelledLeavesTheQueue() {
    ManualTransport transport = new ManualTransport();
    TransportClient client = client(transport, config(1, 1));
    client.executeAsync(A);
    CompletableFuture<Response> impatient = client.executeAsync(A);
    CompletableFuture<Response> patient = client.executeAsync(A);
    assertThat(impatient.cancel(false)).isTrue();
    assertThat(impatient).isCancelled();
    assertThat(client.metrics().pending()).isEqualTo(1);
    answer(transport.last());
    answer(transport.last());
    assertThat(patient).isCompleted();
    assertThat(transport.exchanges).hasSize(2);
    assertNothingIsHeld(client, Map.of(Failure.CANCELLED, 1L));
  }

  @Test
  void anInterruptEndsTheWaitingOfEitherKind() throws Exception {
    ManualTransport manual = new ManualTransport();
    Blocking blocking = exchange -> {
      Thread.sleep(Duration.ofDays(1).toMillis());
    };
    for (Transport transport : List.of(manual, blocking)) {
      TransportClient client = client(transport, config(1, 1));
      for (int queued = 0; queued < 2; queued++) { // in the exchange, and in the queue
        CompletableFuture<Response> held = queued == 0 ? null : client.executeAsync(A);
        int before = queued;
        AtomicReference<Throwable> outcome = new AtomicReference<>();
        Thread waiter = new Thread(() -> {
          Throwable failure = catchThrowable(() -> client.execute(A));
          outcome.set(Thread.currentThread().isInterrupted() ? failure : new AssertionError());
        });
        waiter.start();
        Clients.eventually(
            "under way",
            () -> client.metrics().leased() + client.metrics().pending() == before + 1);
        waiter.interrupt();
        waiter.join();
        assertThat(outcome.get()).isInstanceOf(InterruptedIOException.class);
        assertThat(client.metrics().pending()).isZero();
        if (held != null) {
          held.cancel(true);
        }
        manual.exchanges.forEach(Exchange::succeeded);
        Clients.eventually("leases are free", () -> client.metrics().leased() == 0);
      }
      assertNothingIsHeld(client, Map.of(Failure.CANCELLED, 3L));
      client.close();
    }
  }

  @Test
  void theShorterOfTheTwoLimitsEndsTheWaiting() {
    for (Failure expected : List.of(Failure.ACQUIRE_TIMEOUT, Failure.CALL_TIMEOUT)) {
      ManualTransport transport = new ManualTransport();
      TransportClient client = client(
          transport,
          expected == Failure.ACQUIRE_TIMEOUT
              ? config(1, 1).acquireTimeout(BRIEF)
              : config(1, 1).callTimeout(BRIEF));
      client.executeAsync(A);
      CallTimeoutException timeout =
          catchThrowableOfType(CallTimeoutException.class, () -> client.execute(A));
      assertThat(timeout.failure()).isEqualTo(expected);
      assertThat(timeout.limit()).isEqualTo(BRIEF);
      assertThat(timeout.waited()).isGreaterThanOrEqualTo(BRIEF);
      assertThat(reason(client.executeAsync(A))).isEqualTo(expected);
      assertThat(client.metrics().pending()).isZero();
      assertThat(transport.exchanges).hasSize(1);
      client.close();
    }
  }

  @Test
  void oneWaiterTooManyIsTurnedAway() {
    ManualTransport transport = new ManualTransport();
    TransportClient client = client(transport, config(1, 1).maxWaiters(0));
    client.executeAsync(A);
    CallException failure = catchThrowableOfType(CallException.class, () -> client.execute(B));
    assertThat(failure.failure()).isEqualTo(Failure.TOO_MANY_WAITERS);
    assertThat(failure).hasMessageContainingAll("maxWaiters of 0 ", "http://b");
    answer(transport.last());
    assertNothingIsHeld(client, Map.of(Failure.TOO_MANY_WAITERS, 1L));
  }

  @Test
  void manyThreadsNeverExceedTheBounds() throws Exception {
    AtomicInteger inUse = new AtomicInteger();
    AtomicInteger peak = new AtomicInteger();
    CountDownLatch four = new CountDownLatch(4);
    Blocking transport = exchange -> {
      peak.accumulateAndGet(inUse.incrementAndGet(), Math::max);
      four.countDown();
      assertThat(four.await(30, TimeUnit.SECONDS))
          .as("as many as may be, at once")
          .isTrue();
      inUse.decrementAndGet();
      exchange.head(200, Headers.none());
    };
    TransportClient client = client(transport, config(4, 3));
    AtomicInteger turn = new AtomicInteger();
    Clients.together(16, () -> {
      for (int i = 0; i < 2000; i++) {
        Request request = turn.getAndIncrement() % 3 == 0 ? B : A;
        assertThat(client.execute(request).status()).isEqualTo(200);
      }
      return null;
    });
    assertThat(peak).hasValue(4);
    assertThat(client.metrics().calls()).isEqualTo(32_000);
    assertThat(client.metrics().succeeded()).isEqualTo(32_000);
    assertThat(client.metrics().acquireWait().count()).isEqualTo(32_000);
    assertNothingIsHeld(client, Map.of());
  }
}
