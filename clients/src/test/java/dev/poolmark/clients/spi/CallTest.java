package dev.poolmark.clients.spi;

import static dev.poolmark.clients.spi.CoreFixture.A;
import static dev.poolmark.clients.spi.CoreFixture.BRIEF;
import static dev.poolmark.clients.spi.CoreFixture.answer;
import static dev.poolmark.clients.spi.CoreFixture.assertNothingIsHeld;
import static dev.poolmark.clients.spi.CoreFixture.client;
import static dev.poolmark.clients.spi.CoreFixture.config;
import static dev.poolmark.clients.spi.CoreFixture.reason;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.poolmark.clients.CallException;
import dev.poolmark.clients.Failure;
import dev.poolmark.clients.Headers;
import dev.poolmark.clients.Response;
import dev.poolmark.clients.spi.CoreFixture.Blocking;
import dev.poolmark.clients.spi.CoreFixture.ManualTransport;
import java.io.EOFException;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The one end of a call, with transports that do as the test says. */
@Timeout(60)
final class CallTest {
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

    Duration limit = Duration.ofMillis(500); // a busy machine may hold a thread up for 50 ms
    Blocking slow = exchange -> {
      exchange.sending(false);
      long end = System.nanoTime() + 3 * limit.toNanos();
      while (System.nanoTime() < end) {
        exchange.progress();
        Thread.sleep(1);
      }
      exchange.head(200, Headers.none());
    };
    TransportClient steady = client(slow, config(1, 1).readTimeout(limit).writeTimeout(limit));
    assertThat(steady.execute(A).status()).isEqualTo(200);
  }
}
