package dev.poolmark.clients.spi;

import static dev.poolmark.clients.spi.CoreFixture.A;
import static dev.poolmark.clients.spi.CoreFixture.BRIEF;
import static dev.poolmark.clients.spi.CoreFixture.POST;
import static dev.poolmark.clients.spi.CoreFixture.answer;
import static dev.poolmark.clients.spi.CoreFixture.assertNothingIsHeld;
import static dev.poolmark.clients.spi.CoreFixture.client;
import static dev.poolmark.clients.spi.CoreFixture.config;
import static dev.poolmark.clients.spi.CoreFixture.reason;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.poolmark.clients.CallException;
import dev.poolmark.clients.Clients;
import dev.poolmark.clients.Failure;
import dev.poolmark.clients.Headers;
import dev.poolmark.clients.Response;
import dev.poolmark.clients.spi.CoreFixture.Blocking;
import dev.poolmark.clients.spi.CoreFixture.ManualTransport;
import java.io.EOFException;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** When a request is sent again, with transports that do as the test says. */
@Timeout(60)
final class RepetitionTest {
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
}
