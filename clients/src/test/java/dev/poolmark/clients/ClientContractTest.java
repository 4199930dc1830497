package dev.poolmark.clients;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.poolmark.stub.StubServer;
import dev.poolmark.stub.config.Fault;
import dev.poolmark.stub.config.StubConfig;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.DisplayNameGeneration;

/**
 * What every client promises of its connections, whichever library does the work: reuse, limits, timeouts, asynchronous
 * calls. A provider enters by being registered. The oracle is what the server counted.
 */
@DisplayNameGeneration(Sentences.class)
final class ClientContractTest extends Contract {
  // Reuse

  @EveryClient
  void pooledCallsOneAfterAnotherShareOneConnection(String name, Door door) throws Exception {
    StubServer server = server();
    get(client(name, Clients.config(server)), door.of(server), CALLS);
    assertThat(server.stats().connections()).isEqualTo(1);
    assertThat(server.stats().requests()).isEqualTo(CALLS);
  }

  @EveryClient
  void connectionPerRequestOpensOneForEachCall(String name, Door door) throws Exception {
    StubServer server = server();
    PooledHttpClient client =
        client(name, Clients.config(server).reuse(Reuse.CONNECTION_PER_REQUEST));
    get(client, door.of(server), CALLS);
    assertThat(server.stats().connections()).isEqualTo(CALLS);
    Clients.eventually("all closed", () -> server.stats().openConnections() == 0);
  }

  @EveryClient
  void clientPerRequestOpensOneForEachCall(String name, Door door) throws Exception {
    StubServer server = server();
    PooledHttpClient client = client(name, Clients.config(server).reuse(Reuse.CLIENT_PER_REQUEST));
    get(client, door.of(server), CALLS);
    assertThat(server.stats().connections()).isEqualTo(CALLS);
  }

  @EveryClient
  void aCallAfterTheServerClosedItsConnectionsSucceeds(String name, Door door) throws Exception {
    StubServer server = server();
    PooledHttpClient client = client(name, Clients.config(server));
    get(client, door.of(server), 1);
    server.closeConnections();
    Clients.eventually("closed", () -> server.stats().openConnections() == 0);
    get(client, door.of(server), 2);
    assertThat(server.stats().connections()).isEqualTo(2);
  }

  // Bounds

  @EveryClient
  void moreThreadsThanConnectionsShareThemAll(String name, Door door) throws Exception {
    StubServer server = server(Duration.ofMillis(2));
    PooledHttpClient client = client(name, Clients.config(server));
    Clients.together(16, () -> {
      get(client, door.of(server), 15);
      return null;
    });
    assertThat(server.stats().requests()).isEqualTo(16 * 15);
    assertThat(server.stats().connections()).isEqualTo(4);
    assertThat(server.stats().peakConnections()).isEqualTo(4);
    assertThat(server.stats().peakRequestsInFlight()).isEqualTo(4);
  }

  @EveryClient
  void connectionPerRequestKeepsTheBoundToo(String name, Door door) throws Exception {
    StubServer server = server(Duration.ofMillis(2));
    PooledHttpClient client =
        client(name, Clients.config(server).reuse(Reuse.CONNECTION_PER_REQUEST));
    Clients.together(16, () -> {
      get(client, door.of(server), 15);
      return null;
    });
    assertThat(server.stats().connections()).isEqualTo(16 * 15);
    assertThat(server.stats().peakRequestsInFlight()).isBetween(1, 4);
    // The server sees a connection close a little after the client has closed it, so each of the
    // four may still count while its successor does. Without a bound this would be 16.
    assertThat(server.stats().peakConnections()).isBetween(1, 8);
  }

  @EveryClient
  void noMoreThanMaxIdleStayOpenAfterABurst(String name, Door door) throws Exception {
    StubServer server = server(Duration.ofMillis(100));
    PooledHttpClient client =
        client(name, Clients.config(server).maxConnections(8).maxIdleConnections(3));
    Clients.together(8, () -> {
      get(client, door.of(server), 1);
      return null;
    });
    assertThat(server.stats().peakConnections()).isEqualTo(8);
    Clients.eventually("3 left", () -> server.stats().openConnections() <= 3);
    server.resetStats();
    get(client, door.of(server), 3);
    assertThat(server.stats().connections()).as("some were kept").isZero();
  }

  @EveryClient
  void anIdleConnectionIsClosedAfterItsTimeout(String name, Door door) throws Exception {
    StubServer server = server();
    PooledHttpClient client =
        client(name, Clients.config(server).idleTimeout(Duration.ofSeconds(2)));
    get(client, door.of(server), 1);
    assertThat(server.stats().openConnections()).isEqualTo(1);
    Clients.eventually("closed", () -> server.stats().openConnections() == 0);
  }

  @EveryClient
  void waitingTooLongForAConnectionFailsAndHarmsNobody(String name, Door door) throws Exception {
    StubServer server = server(SLOW);
    PooledHttpClient client = client(
        name,
        Clients.config(server)
            .maxConnections(2)
            .maxIdleConnections(2)
            .acquireTimeout(Duration.ofMillis(100)));
    CompletableFuture<List<Integer>> holders = CompletableFuture.supplyAsync(() -> {
      try {
        return Clients.together(
            2, () -> client.execute(Request.get(door.of(server))).status());
      } catch (Exception e) {
        throw new AssertionError(e);
      }
    });
    Clients.eventually("both in use", () -> server.stats().requestsInFlight() == 2);
    CallTimeoutException timeout = timeoutOf(client, Request.get(door.of(server)));
    assertThat(timeout.setting()).isEqualTo("acquireTimeout");
    assertThat(timeout)
        .hasMessageContaining("acquireTimeout of 100 ms passed: no connection became free");
    assertThat(timeout.limit()).isEqualTo(Duration.ofMillis(100));
    assertThat(timeout.waited()).isGreaterThanOrEqualTo(Duration.ofMillis(100));
    assertThat(holders.get()).containsOnly(200);
    get(client, door.of(server), 1);
    assertThat(server.stats().connections()).isEqualTo(2);
  }

  @EveryClient
  void noEndpointGetsMoreThanItsShare(String name, Door door) throws Exception {
    StubServer server = server(Duration.ofMillis(2));
    PooledHttpClient client =
        client(name, Clients.config(server).maxConnectionsPerEndpoint(2).maxIdleConnections(2));
    Clients.together(16, () -> {
      get(client, door.of(server), 10);
      return null;
    });
    assertThat(server.stats().requests()).isEqualTo(160);
    assertThat(server.stats().connections()).isEqualTo(2);
    assertThat(server.stats().peakRequestsInFlight()).isEqualTo(2);
  }

  @EveryProvider
  void aSlowEndpointDoesNotTakeTheConnectionsOfAnother(String name) throws Exception {
    StubServer slow = server(Duration.ofSeconds(5));
    StubServer quick = server();
    PooledHttpClient client = client(
        name,
        ClientConfig.builder()
            .maxConnections(4)
            .maxConnectionsPerEndpoint(3)
            .maxIdleConnections(2));
    List<CompletableFuture<Response>> stuck = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      stuck.add(client.executeAsync(Request.get(slow.httpUri())));
    }
    Clients.eventually("slow ones under way", () -> slow.stats().requestsInFlight() == 3);
    get(client, quick.httpUri(), 50);
    assertThat(quick.stats().requests()).isEqualTo(50);
    assertThat(slow.stats().peakRequestsInFlight()).isEqualTo(3);
    assertThat(client.metrics().pending()).isEqualTo(17);
    stuck.forEach(call -> call.cancel(true));
    Clients.eventually("given back", () -> client.metrics().leased() == 0);
  }

  @EveryProvider
  void tooManyWaitersAreTurnedAway(String name) throws Exception {
    StubServer server = server(SLOW);
    PooledHttpClient client = client(
        name, Clients.config(server).maxConnections(1).maxIdleConnections(1).maxWaiters(2));
    List<CompletableFuture<Response>> calls = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      calls.add(client.executeAsync(Request.get(server.httpUri())));
    }
    assertThat(failureOf(client, Request.get(server.httpUri())))
        .isEqualTo(Failure.TOO_MANY_WAITERS);
    for (CompletableFuture<Response> call : calls) {
      assertThat(call.get().status()).isEqualTo(200);
    }
    assertThat(server.stats().requests()).isEqualTo(3);
  }

  @EveryProvider
  void anOldConnectionIsReplacedIfTheClientCan(String name) throws Exception {
    StubServer server = server();
    ClientConfig.Builder config = Clients.config(server).maxLifetime(Duration.ofMillis(300));
    if (ClientProvider.named(name).support(Setting.MAX_LIFETIME) == Support.UNSUPPORTED) {
      assertThatThrownBy(() -> client(name, config))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("maxLifetime must not be set: client " + name + " does not support it");
      return;
    }
    PooledHttpClient client = client(name, config);
    get(client, server.httpUri(), 10);
    assertThat(server.stats().connections()).isEqualTo(1);
    Thread.sleep(400);
    get(client, server.httpUri(), 2);
    assertThat(server.stats().connections()).isEqualTo(2);
    Clients.eventually("the old one closed", () -> server.stats().openConnections() == 1);
  }

  // Timeouts

  @EveryClient
  void aServerThatTakesNoConnectionRunsIntoTheConnectTimeout(String name, Door door)
      throws Exception {
    StubServer server = server();
    PooledHttpClient client =
        client(name, Clients.config(server).connectTimeout(Duration.ofMillis(200)));
    try (ServerSocket full = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      fillBacklog(full);
      assertThat(
              timeoutOf(client, Request.get(door.ofPort(full.getLocalPort()))).setting())
          .isEqualTo("connectTimeout");
    }
  }

  /** Connects until the system no longer answers: nobody accepts. */
  private void fillBacklog(ServerSocket server) throws IOException {
    for (int i = 0; i < 100; i++) {
      Socket waiting = new Socket();
      open.add(waiting);
      try {
        waiting.connect(new InetSocketAddress(server.getInetAddress(), server.getLocalPort()), 100);
      } catch (SocketTimeoutException full) {
        return;
      }
    }
    throw new AssertionError("this system's backlog has no end");
  }

  @EveryClient
  void aSilentServerRunsIntoTheReadTimeout(String name, Door door) throws Exception {
    RawServer silent = raw(RawServer.SILENT);
    PooledHttpClient client =
        client(name, Clients.config(server()).readTimeout(Duration.ofMillis(200)));
    assertThat(timeoutOf(client, Request.get(door.ofPort(silent.port()))).setting())
        .isEqualTo("readTimeout");
  }

  @EveryClient
  void aSlowServerRunsIntoTheReadTimeout(String name, Door door) throws Exception {
    StubServer server = server(SLOW);
    PooledHttpClient client =
        client(name, Clients.config(server).readTimeout(Duration.ofMillis(200)));
    assertThat(timeoutOf(client, Request.get(door.of(server))).setting()).isEqualTo("readTimeout");
    Clients.eventually("closed", () -> server.stats().openConnections() == 0);
  }

  @EveryClient
  void aSlowServerRunsIntoTheCallTimeout(String name, Door door) throws Exception {
    StubServer server = server(SLOW);
    PooledHttpClient client =
        client(name, Clients.config(server).callTimeout(Duration.ofMillis(200)));
    CallTimeoutException timeout = timeoutOf(client, Request.get(door.of(server)));
    assertThat(timeout.setting()).isEqualTo("callTimeout");
    assertThat(timeout).hasMessageContaining("callTimeout of 200 ms passed");
    Clients.eventually("closed", () -> server.stats().openConnections() == 0);
  }

  @EveryProvider
  void theCallTimeoutCoversTheBody(String name) throws Exception {
    RawServer stuck =
        raw(RawServer.answering("HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\nonly a part"));
    PooledHttpClient client =
        client(name, Clients.config(server()).callTimeout(Duration.ofMillis(200)));
    assertThat(timeoutOf(client, Request.get(stuck.uri())).setting()).isEqualTo("callTimeout");
  }

  @EveryProvider
  void theReadTimeoutCoversTheBody(String name) throws Exception {
    RawServer stuck =
        raw(RawServer.answering("HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\nonly a part"));
    PooledHttpClient client =
        client(name, Clients.config(server()).readTimeout(Duration.ofMillis(200)));
    assertThat(timeoutOf(client, Request.get(stuck.uri())).setting()).isEqualTo("readTimeout");
  }

  @EveryProvider
  void aServerThatReadsNothingRunsIntoTheWriteTimeout(String name) throws Exception {
    RawServer deaf = raw(RawServer.SILENT);
    PooledHttpClient client =
        client(name, Clients.config(server()).writeTimeout(Duration.ofMillis(200)));
    byte[] moreThanTheSystemBuffers = new byte[64 << 20];
    assertThat(timeoutOf(client, Request.post(deaf.uri(), moreThanTheSystemBuffers))
            .setting())
        .isEqualTo("writeTimeout");
  }

  // Asynchronous calls

  @EveryClient
  void asynchronousCallsShareThePool(String name, Door door) throws Exception {
    StubServer server = server(Duration.ofMillis(2));
    PooledHttpClient client = client(name, Clients.config(server));
    List<CompletableFuture<Response>> calls = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      calls.add(client.executeAsync(Request.get(door.of(server))));
    }
    for (CompletableFuture<Response> call : calls) {
      assertThat(call.get().body()).isEqualTo(Clients.pattern(2048));
    }
    assertThat(server.stats().requests()).isEqualTo(100);
    assertThat(server.stats().connections()).isEqualTo(4);
    assertThat(server.stats().peakRequestsInFlight()).isEqualTo(4);
  }

  @EveryClient
  void cancellingAnAsynchronousCallFreesItsConnection(String name, Door door) throws Exception {
    StubServer server = server(SLOW);
    PooledHttpClient client =
        client(name, Clients.config(server).maxConnections(2).maxIdleConnections(2));
    List<CompletableFuture<Response>> calls = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      calls.add(client.executeAsync(Request.get(door.of(server))));
    }
    Clients.eventually("under way", () -> server.stats().requestsInFlight() == 2);
    for (int i = calls.size() - 1; i >= 0; i--) {
      assertThat(calls.get(i).cancel(true)).isTrue();
    }
    Clients.eventually("given back", () -> client.metrics().leased() == 0);
    assertThat(client.metrics().pending()).isZero();
    get(client, door.of(server), 1);
    assertThat(client.metrics().failures()).containsEntry(Failure.CANCELLED, 4L);
    Clients.eventually("closed", () -> server.stats().openConnections() == 1);
  }

  @EveryClient
  void cancellingACallOnAUsedConnectionFreesIt(String name, Door door) throws Exception {
    Fault stall = new Fault(Fault.Kind.STALL, new Fault.Nth(2));
    StubServer server = server(StubConfig.defaults().withFaults(List.of(stall)));
    PooledHttpClient client =
        client(name, Clients.config(server).maxConnections(1).maxIdleConnections(1));
    get(client, door.of(server), 1);
    CompletableFuture<Response> stalled = client.executeAsync(Request.get(door.of(server)));
    Clients.eventually("under way", () -> server.stats().requests() == 2);
    assertThat(stalled.cancel(true)).isTrue();
    Clients.eventually("given back", () -> client.metrics().leased() == 0);
    get(client, door.of(server), 1);
    assertThat(server.stats().connections()).isEqualTo(2);
  }

  @EveryClient
  void anAsynchronousCallRunsIntoTheSameTimeouts(String name, Door door) throws Exception {
    StubServer server = server(SLOW);
    PooledHttpClient callLimited =
        client(name, Clients.config(server).callTimeout(Duration.ofMillis(200)));
    PooledHttpClient readLimited =
        client(name, Clients.config(server).readTimeout(Duration.ofMillis(200)));
    Request request = Request.get(door.of(server));
    assertThat(callLimited.executeAsync(request))
        .failsWithin(Duration.ofSeconds(20))
        .withThrowableThat()
        .havingCause()
        .isInstanceOfSatisfying(
            CallTimeoutException.class,
            e -> assertThat(e.failure()).isEqualTo(Failure.CALL_TIMEOUT));
    assertThat(readLimited.executeAsync(request))
        .failsWithin(Duration.ofSeconds(20))
        .withThrowableThat()
        .havingCause()
        .isInstanceOfSatisfying(
            CallTimeoutException.class,
            e -> assertThat(e.failure()).isEqualTo(Failure.READ_TIMEOUT));
    Clients.eventually("given back", () -> callLimited.metrics().leased() == 0);
    Clients.eventually("closed", () -> server.stats().openConnections() == 0);
  }
}
