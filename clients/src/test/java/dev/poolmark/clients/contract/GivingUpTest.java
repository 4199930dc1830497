package dev.poolmark.clients.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.poolmark.clients.Clients;
import dev.poolmark.clients.Failure;
import dev.poolmark.clients.PooledHttpClient;
import dev.poolmark.clients.Request;
import dev.poolmark.clients.Response;
import dev.poolmark.stub.StubServer;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** What is left of calls whose callers give up: nothing, wherever the calls are. */
@Execution(ExecutionMode.CONCURRENT)
final class GivingUpTest extends Contract {
  private static final int STORM = 300;
  private static final Duration LONGER_THAN_THE_TEST = Duration.ofMinutes(3);

  @Promise
  void anInterruptEndsACall(String name, Endpoint endpoint) throws Exception {
    RawServer server = raw(
        endpoint,
        endpoint == Endpoint.H2
            ? Script.of(H2.open(), H2.readRequest(), Script.mark())
            : Script.of(Script.readHead(), Script.mark()));
    PooledHttpClient client = client(
        name,
        endpoint.config().readTimeout(LONGER_THAN_THE_TEST).callTimeout(LONGER_THAN_THE_TEST));
    FutureTask<Boolean> call = new FutureTask<>(() -> {
      assertThat(catchThrowable(() -> client.execute(Request.get(server.uri()))))
          .isInstanceOf(InterruptedIOException.class);
      return Thread.interrupted();
    });
    Thread caller = new Thread(call, "caller");
    caller.start();
    Clients.eventually("the request has come", () -> server.marks() == 1);
    caller.interrupt();
    assertThat(call.get()).as("the thread is still interrupted").isTrue();
    awaitNoLease(client);
    assertThat(client.metrics().failures()).isEqualTo(Map.of(Failure.CANCELLED, 1L));
  }

  /** The next connection to the same endpoint is as good as any. */
  @Promise({Endpoint.TLS, Endpoint.H2})
  void aCallThatIsCancelledInTheHandshakeLeavesNothing(String name, Endpoint endpoint)
      throws Exception {
    RawServer server = raw(endpoint, Script.insteadOfTls(), answering(endpoint));
    PooledHttpClient client = client(name, endpoint.config());
    CompletableFuture<Response> call = client.executeAsync(Request.get(server.uri()));
    Clients.eventually("it connects", () -> server.connections() == 1);
    assertThat(call.cancel(true)).isTrue();
    assertNothingIsLeft(client, server);
  }

  @Promise({Endpoint.TLS, Endpoint.H2})
  void aCallThatTimesOutInTheHandshakeLeavesNothing(String name, Endpoint endpoint)
      throws Exception {
    Request warmUp = Request.get(raw(endpoint, answering(endpoint)).uri());
    client(name, endpoint.config())
        .execute(warmUp); // so that the call below comes to its handshake
    RawServer server = raw(endpoint, Script.insteadOfTls(), answering(endpoint));
    PooledHttpClient client = client(name, endpoint.config());
    Request request = Request.get(server.uri());
    assertFails(client, request.withTimeout(Duration.ofSeconds(1)), Failure.CALL_TIMEOUT);
    assertNothingIsLeft(client, server);
  }

  private static Script answering(Endpoint endpoint) {
    return endpoint == Endpoint.H2
        ? Script.of(H2.open(), Script.repeat(H2.readRequest(), H2.answer("200", "ok")))
        : Script.answering("HTTP/1.1 200 OK\nContent-Length: 2\n\nok");
  }

  private static void assertNothingIsLeft(PooledHttpClient client, RawServer server)
      throws Exception {
    awaitNoLease(client);
    Clients.eventually("no connection is left", () -> server.openConnections() == 0);
    assertThat(client.execute(Request.get(server.uri())).bodyAsString()).isEqualTo("ok");
    assertThat(client.metrics().calls()).isEqualTo(2);
  }

  @Promise
  void callsThatAreCancelledAtOnceLeaveNothing(String name, Endpoint endpoint) throws Exception {
    StubServer server = server(endpoint);
    PooledHttpClient client = client(name, endpoint.config());
    for (int i = 0; i < STORM; i++) {
      CompletableFuture<Response> call = client.executeAsync(Request.get(endpoint.uri(server)));
      Thread.onSpinWait();
      if (i % 3 == 0) {
        Thread.sleep(1); // so that the call has come further
      }
      call.cancel(true);
    }
    awaitNoLease(client);
    get(client, endpoint.uri(server), 1);
    Clients.eventually("as many connections as the pool says, and as it may have", () -> {
      int open = server.stats().openConnections(); // it accepts some late that are closed by then
      return open >= 1
          && open <= 4
          && client.metrics().connections().stream()
              .allMatch(counted -> counted.open() == open && counted.idle() == open);
    });
  }
}
