package dev.poolmark.clients.spi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.poolmark.clients.CallException;
import dev.poolmark.clients.CallTimeoutException;
import dev.poolmark.clients.ClientConfig;
import dev.poolmark.clients.Clients;
import dev.poolmark.clients.Failure;
import dev.poolmark.clients.Headers;
import dev.poolmark.clients.Request;
import dev.poolmark.clients.Response;
import java.io.EOFException;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The core with transports that do as a test says: the bound, the queue, the one end of a call. */
@Timeout(60)
final class CallTest {
  private static final Request A = Request.get(URI.create("http://a/"));
  private static final Request B = Request.get(URI.create("http://b/"));
  private static final Request POST = Request.post(URI.create("http://a/"), new byte[3]);
  private static final Duration BRIEF = Duration.ofMillis(50);

  /** A transport whose exchanges end when the test ends them. */
  private static class ManualTransport implements Transport {
    final List<Exchange> exchanges = new CopyOnWriteArrayList<>();

    @Override
    public void send(Exchange exchange) throws Exception {
      exchanges.add(exchange);
    }

    Exchange last() {
      return exchanges.get(exchanges.size() - 1);
    }

    @Override
    public void close() {}
  }

  /** A transport that blocks, and does what the test says. */
  private interface Blocking extends BlockingTransport {
    @Override
    default void close() {}
  }

  private static TransportClient client(Transport transport, ClientConfig.Builder config) {
    return new TransportClient(
        new ClientProvider() {
          @Override
          public String name() {
            return "test";
          }

          @Override
          public String artifact() {
            return "none";
          }

          @Override
          public Map<Capability, Support> capabilities() {
            return Map.of();
          }

          @Override
          public Transport open(ClientConfig c, ConnectionMeter connections, Addresses addresses) {
            return transport;
          }
        },
        config.build());
  }

  private static ClientConfig.Builder config(int total, int perEndpoint) {
    return ClientConfig.builder()
        .maxConnections(total)
        .maxConnectionsPerEndpoint(perEndpoint)
        .maxIdleConnections(1);
  }

  private static void answer(Exchange exchange) {
    exchange.head(200, Headers.none());
    exchange.succeeded();
  }

  private static void assertNothingIsHeld(TransportClient client, Map<Failure, Long> failures) {
    Clients.eventually("leases are free", () -> client.metrics().leased() == 0);
    assertThat(client.metrics().pending()).isZero();
    assertThat(client.metrics().failures()).isEqualTo(failures);
    assertThat(client.watch().calls()).isEmpty();
  }

  private static Failure reason(CompletableFuture<Response> call) {
    return ((CallException) catchThrowable(call::get).getCause()).failure();
  }

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
    transport.exchanges.subList(1, 5).forEach(CallTest::answer);
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
  void closeEndsEveryCallForThatReason() {
    ManualTransport transport = new ManualTransport();
    TransportClient client = client(transport, config(1, 1));
    CompletableFuture<Response> underWay = client.executeAsync(A);
    CompletableFuture<Response> waiting = client.executeAsync(A);
    client.close();
    client.close();
    assertThat(reason(underWay)).isEqualTo(Failure.CLIENT_CLOSED);
    assertThat(reason(waiting)).isEqualTo(Failure.CLIENT_CLOSED);
    assertThatIllegalStateException()
        .isThrownBy(() -> client.execute(A))
        .withMessage("client test is closed");
    assertThatThrownBy(() -> client.executeAsync(A).get())
        .hasCauseInstanceOf(IllegalStateException.class);
    transport.last().failed(new EOFException());
    assertNothingIsHeld(client, Map.of(Failure.CLIENT_CLOSED, 2L));
    assertThat(client.metrics().calls()).isEqualTo(2);
  }

  @Test
  void onlyTheFirstEndCounts() throws Exception {
    ManualTransport transport = new ManualTransport();
    TransportClient client = client(transport, config(1, 1));
    CompletableFuture<Response> call = client.executeAsync(A);
    Exchange exchange = transport.last();
    answer(exchange);
    exchange.succeeded();
    exchange.failed(new EOFException());
    assertThat(call.cancel(true)).isFalse();
    assertThat(call.get().status()).isEqualTo(200);
    assertThat(client.metrics().calls()).isEqualTo(1);
    assertNothingIsHeld(client, Map.of());
  }

  @Test
  void anAbortThatCameFirstReachesTheExchange() {
    AtomicInteger aborts = new AtomicInteger();
    CompletableFuture<Exchange> begun = new CompletableFuture<>();
    ManualTransport transport = new ManualTransport() {
      @Override
      public void send(Exchange exchange) {
        begun.complete(exchange);
      }
    };
    TransportClient client = client(transport, config(1, 1));
    CompletableFuture<Response> call = client.executeAsync(A);
    assertThat(call.cancel(true)).isTrue();
    assertThat(begun.join().isAborted()).isTrue();
    begun.join().onAbort(aborts::incrementAndGet);
    assertThat(aborts).hasValue(1);
    assertThat(client.metrics().leased()).as("until the exchange is over").isEqualTo(1);
    begun.join().failed(new EOFException());
    assertNothingIsHeld(client, Map.of(Failure.CANCELLED, 1L));
  }

  @Test
  void aTransportThatNeverTellsTheEndIsWaitedForNoLonger() {
    ManualTransport transport = new ManualTransport();
    TransportClient client = client(transport, config(1, 1).callTimeout(BRIEF));
    assertThat(reason(client.executeAsync(A))).isEqualTo(Failure.CALL_TIMEOUT);
    assertThat(client.metrics().leased()).isEqualTo(1);
    assertNothingIsHeld(client, Map.of(Failure.CALL_TIMEOUT, 1L));
  }

  @Test
  void whateverATransportThrowsEndsTheCall() {
    for (Throwable thrown : List.of(
        new IOException("broken"),
        new IllegalStateException("bad"),
        new StackOverflowError(),
        new OutOfMemoryError("none left"),
        new NoClassDefFoundError("gone"))) {
      Blocking blocking = exchange -> {
        throw sneaky(thrown);
      };
      ManualTransport manual = new ManualTransport() {
        @Override
        public void send(Exchange exchange) throws Exception {
          throw sneaky(thrown);
        }
      };
      for (Transport transport : List.of(blocking, manual)) {
        TransportClient client = client(transport, config(1, 1));
        CallException failure = catchThrowableOfType(CallException.class, () -> client.execute(A));
        assertThat(failure.failure()).isEqualTo(Failure.OTHER);
        assertThat(failure).hasCause(thrown);
        assertThat(reason(client.executeAsync(A))).isEqualTo(Failure.OTHER);
        assertNothingIsHeld(client, Map.of(Failure.OTHER, 2L));
        client.close();
      }
    }
  }

  @SuppressWarnings("unchecked")
  private static <T extends Throwable> Exception sneaky(Throwable thrown) throws T {
    throw (T) thrown;
  }

  @Test
  void aWholeResponseWithoutAHeadIsAFailure() {
    ManualTransport transport = new ManualTransport();
    TransportClient client = client(transport, config(1, 1));
    CompletableFuture<Response> call = client.executeAsync(A);
    transport.last().succeeded();
    assertThat(reason(call)).isEqualTo(Failure.OTHER);
    assertNothingIsHeld(client, Map.of(Failure.OTHER, 1L));
  }

  @Test
  void aSafeRequestIsSentAgainIfItsPooledConnectionWasClosed() throws Exception {
    ManualTransport transport = new ManualTransport();
    TransportClient client = client(transport, config(4, 4).maxIdleConnections(2));
    CompletableFuture<Response> get = client.executeAsync(A);
    for (int stale = 1; stale <= 3; stale++) { // as many as may be idle, and one that was in use
      transport.last().sending(true);
      Exchange first = transport.last();
      first.failed(new EOFException());
      first.failed(new EOFException());
      assertThat(transport.exchanges).hasSize(stale + 1);
    }
    transport.last().sending(false);
    answer(transport.last());
    assertThat(get.get().status()).isEqualTo(200);
    assertNothingIsHeld(client, Map.of());

    CompletableFuture<Response> hopeless = client.executeAsync(A);
    int before = transport.exchanges.size();
    while (!hopeless.isDone()) {
      transport.last().sending(true);
      transport.last().failed(new EOFException());
    }
    assertThat(reason(hopeless)).isEqualTo(Failure.CONNECTION_CLOSED);
    assertThat(transport.exchanges).hasSize(before + 3);

    for (boolean fresh : new boolean[] {true, false}) {
      CompletableFuture<Response> call = client.executeAsync(fresh ? A : POST);
      transport.last().sending(!fresh);
      transport.last().failed(new EOFException());
      assertThat(reason(call)).isEqualTo(Failure.CONNECTION_CLOSED);
    }
    CompletableFuture<Response> answered = client.executeAsync(A);
    transport.last().sending(true);
    transport.last().head(200, Headers.received("Content-Length", "10"));
    transport.last().failed(new EOFException());
    assertThat(reason(answered)).isEqualTo(Failure.CONNECTION_CLOSED);
    assertNothingIsHeld(client, Map.of(Failure.CONNECTION_CLOSED, 4L));
  }

  @Test
  void aRequestThatWasNotProcessedIsSentAgainWhateverItsMethod() throws Exception {
    ManualTransport transport = new ManualTransport();
    TransportClient client = client(transport, config(1, 1));
    CompletableFuture<Response> call = client.executeAsync(POST);
    for (int i = 1; i <= 11; i++) {
      int sent = i;
      Clients.eventually("it is sent again", () -> transport.exchanges.size() == sent);
      transport.last().sending(false);
      transport.last().unprocessed();
      transport.last().failed(new EOFException());
    }
    assertThat(reason(call)).isEqualTo(Failure.CONNECTION_CLOSED);
    assertThat(transport.exchanges).hasSize(11);
    assertNothingIsHeld(client, Map.of(Failure.CONNECTION_CLOSED, 1L));
  }

  @Test
  void aCallMayEndWhileItWaitsToBeSentAgain() throws Exception {
    TransportClient client = client(
        (Blocking) exchange -> {
          exchange.unprocessed();
          throw new EOFException();
        },
        config(1, 1).callTimeout(BRIEF));
    assertThatThrownBy(() -> client.execute(POST))
        .isInstanceOfSatisfying(
            CallException.class, e -> assertThat(e.failure()).isEqualTo(Failure.CALL_TIMEOUT));
    assertNothingIsHeld(client, Map.of(Failure.CALL_TIMEOUT, 1L));
  }

  @Test
  void silenceEndsACallAndProgressDoesNot() throws Exception {
    ManualTransport transport = new ManualTransport();
    TransportClient client = client(transport, config(4, 4).readTimeout(BRIEF).writeTimeout(BRIEF));
    CompletableFuture<Response> handshake = client.executeAsync(A);
    transport.last().handshaking();
    assertThat(reason(handshake)).isEqualTo(Failure.READ_TIMEOUT);
    CompletableFuture<Response> writing = client.executeAsync(A);
    transport.last().sending(false);
    assertThat(reason(writing)).isEqualTo(Failure.WRITE_TIMEOUT);
    CompletableFuture<Response> reading = client.executeAsync(A);
    transport.last().receiving();
    assertThat(reason(reading)).isEqualTo(Failure.READ_TIMEOUT);
    transport.exchanges.forEach(exchange -> exchange.failed(new EOFException()));

    Blocking slow = exchange -> {
      exchange.sending(false);
      long end = System.nanoTime() + 6 * BRIEF.toNanos();
      while (System.nanoTime() < end) {
        exchange.progress();
        Thread.sleep(1);
      }
      exchange.head(200, Headers.none());
    };
    TransportClient steady = client(slow, config(1, 1).readTimeout(BRIEF).writeTimeout(BRIEF));
    assertThat(steady.execute(A).status()).isEqualTo(200);
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
