package dev.poolmark.clients.contract;

import static dev.poolmark.clients.contract.Endpoint.H2;
import static dev.poolmark.clients.contract.Endpoint.PLAIN;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.poolmark.clients.ClientConfig;
import dev.poolmark.clients.Clients;
import dev.poolmark.clients.CloseReason;
import dev.poolmark.clients.Failure;
import dev.poolmark.clients.NameResolver;
import dev.poolmark.clients.PooledHttpClient;
import dev.poolmark.clients.Request;
import dev.poolmark.clients.Response;
import dev.poolmark.clients.Reuse;
import dev.poolmark.clients.spi.Capability;
import dev.poolmark.stub.StubServer;
import dev.poolmark.stub.config.StubConfig;
import dev.poolmark.stub.network.ListenAddresses;
import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/**
 * Calls follow the addresses of their host. Servers listen at several addresses of loopback, on the same ports, and share
 * the name that their certificate has.
 */
@Execution(ExecutionMode.CONCURRENT)
final class AddressesTest extends Contract {
  private static final Duration TTL = Duration.ofMillis(20);

  /** What the name leads to, which a test changes. */
  private static final class Name implements NameResolver {
    private final AtomicInteger lookUps = new AtomicInteger();
    private volatile NameResolver answer;

    Name(NameResolver answer) {
      this.answer = answer;
    }

    static Name of(int... numbers) {
      return new Name(addresses(numbers));
    }

    static NameResolver addresses(int... numbers) {
      InetAddress[] addresses = new InetAddress[numbers.length];
      for (int i = 0; i < numbers.length; i++) {
        addresses[i] = loopback(numbers[i]);
      }
      return host -> List.of(addresses);
    }

    @Override
    public List<InetAddress> resolve(String host) throws UnknownHostException {
      lookUps.incrementAndGet();
      return answer.resolve(host);
    }

    /** Changes the answer, and makes calls until it is known. */
    void change(NameResolver changed, PooledHttpClient client, URI uri) {
      answer = changed;
      int before = lookUps.get();
      Clients.eventually("looked up twice, so that the first is known", () -> {
        client.executeAsync(Request.get(uri)).join();
        return lookUps.get() >= before + 2;
      });
    }
  }

  private static InetAddress loopback(int number) {
    try {
      return InetAddress.getByAddress(new byte[] {127, 0, 0, (byte) number});
    } catch (UnknownHostException e) {
      throw new IllegalStateException(e);
    }
  }

  /** A server at 127.0.0.NUMBER with the same ports as the other. */
  private StubServer beside(StubServer other, int number, StubConfig config) throws IOException {
    int port = other.httpUri().getPort();
    int tlsPort = other.httpsUri().getPort();
    return closing(StubServer.start(config, new ListenAddresses(loopback(number), port, tlsPort)));
  }

  private static URI uri(Endpoint endpoint, StubServer server) {
    return URI.create(endpoint.uri(server).toString().replace("127.0.0.1", "localhost"));
  }

  /** No connection is closed for being idle while a test waits. */
  private static ClientConfig.Builder config(Endpoint endpoint, NameResolver name) {
    return endpoint.config().idleTimeout(Duration.ofMinutes(1)).resolver(name).addressTtl(TTL);
  }

  @Promise(PLAIN)
  void aResolverIsRefusedExactlyIfTheClientCannotUseIt(String name, Endpoint endpoint) {
    ClientConfig config = config(endpoint, Name.of(1)).build();
    if (Cells.supports(name, Capability.RESOLVER)) {
      assertThat(closing(PooledHttpClient.open(name, config)).metrics().calls()).isZero();
    } else {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> PooledHttpClient.open(name, config))
          .withMessage("resolver must not be set: client " + name + " does not support it");
    }
  }

  @Promise
  void callsFollowANameToItsNewAddress(String name, Endpoint endpoint) throws Exception {
    assumeSupport(name, Capability.RESOLVER);
    StubServer old = server(endpoint);
    StubServer current = beside(old, 2, endpoint.stub());
    Name host = Name.of(1);
    PooledHttpClient client = client(name, config(endpoint, host));
    URI uri = uri(endpoint, old);
    get(client, uri, 3);
    assertThat(old.stats().connections()).isEqualTo(1);
    host.change(Name.addresses(2), client, uri);
    long before = old.stats().requests();
    get(client, uri, 20);
    assertThat(old.stats().requests()).isEqualTo(before);
    assertThat(current.stats().requests()).isGreaterThanOrEqualTo(20);
    assertThat(current.stats().connections()).as("these are kept").isEqualTo(1);
    awaitOpen(old, 0);
    awaitClosedFor(client, CloseReason.ADDRESS_GONE, 1);
  }

  @Promise(PLAIN)
  void withoutAPoolCallsFollowANameToo(String name, Endpoint endpoint) throws Exception {
    assumeSupport(name, Capability.RESOLVER);
    StubServer old = server(endpoint);
    StubServer current = beside(old, 2, endpoint.stub());
    URI uri = uri(endpoint, old);
    for (Reuse reuse : List.of(Reuse.CONNECTION_PER_REQUEST, Reuse.CLIENT_PER_REQUEST)) {
      Name host = Name.of(1);
      PooledHttpClient client = client(name, config(endpoint, host).reuse(reuse));
      get(client, uri, 1);
      host.change(Name.addresses(2), client, uri);
      old.resetStats();
      get(client, uri, 3);
      assertThat(old.stats().requests()).isZero();
    }
    assertThat(current.stats().requests()).isGreaterThanOrEqualTo(6);
  }

  @Promise({PLAIN, H2})
  void aCallUnderWayOutlivesItsAddress(String name, Endpoint endpoint) throws Exception {
    assumeSupport(name, Capability.RESOLVER);
    StubServer old = server(endpoint, SLOW);
    StubServer current = beside(old, 2, endpoint.stub());
    Name host = Name.of(1);
    PooledHttpClient client = client(name, config(endpoint, host).maxConnections(20));
    URI uri = uri(endpoint, old);
    List<CompletableFuture<Response>> calls = new ArrayList<>(begin(client, uri, 3));
    Clients.eventually("a call is under way", () -> old.stats().requestsInFlight() > 0);
    host.answer = Name.addresses(2);
    Clients.eventually("looked up again", () -> {
      calls.addAll(begin(client, uri, 1));
      return Clients.within(TTL, () -> host.lookUps.get() > 1);
    });
    calls.addAll(begin(client, uri, 1));
    assertSucceed(calls);
    host.change(Name.addresses(2), client, uri);
    get(client, uri, 1);
    assertThat(current.stats().requests()).isPositive();
    awaitOpen(old, 0);
    awaitNoLease(client);
    assertThat(client.metrics().failures()).isEmpty();
  }

  @Promise(PLAIN)
  void connectionsToTheOtherAddressesAreKept(String name, Endpoint endpoint) throws Exception {
    assumeSupport(name, Capability.RESOLVER);
    StubServer stays = server(endpoint, SLOW);
    StubServer goes = beside(stays, 2, endpoint.stub().withServiceTime(SLOW));
    Name host = Name.of(1, 2);
    PooledHttpClient client = client(name, config(endpoint, host));
    URI uri = uri(endpoint, stays);
    getTogether(client, uri, 4, 1);
    assertThat(goes.stats().openConnections()).isPositive();
    host.change(Name.addresses(1), client, uri);
    Clients.eventually("those to the other are closed, once calls have come to them", () -> {
      begin(client, uri, 4).forEach(CompletableFuture::join);
      return goes.stats().openConnections() == 0;
    });
    assertThat(stays.stats().connections())
        .as("none was closed")
        .isEqualTo(stays.stats().openConnections());
  }

  private static List<NameResolver> failing() {
    return List.of(
        host -> {
          throw new UnknownHostException(host);
        },
        host -> {
          throw new IllegalStateException("of a resolver");
        },
        host -> List.of());
  }

  @Promise(PLAIN)
  void whileALookUpFailsTheLastAnswerIsUsed(String name, Endpoint endpoint) throws Exception {
    assumeSupport(name, Capability.RESOLVER);
    StubServer server = server(endpoint);
    Name host = Name.of(1);
    PooledHttpClient client = client(name, config(endpoint, host));
    PooledHttpClient other = client(name, config(endpoint, host).reuse(Reuse.CLIENT_PER_REQUEST));
    URI uri = uri(endpoint, server);
    get(other, uri, 1);
    server.resetStats();
    get(client, uri, 1);
    for (NameResolver resolver : failing()) {
      host.change(resolver, client, uri);
      get(client, uri, 2);
    }
    assertThat(server.stats().connections()).isEqualTo(1);
    get(other, uri, 2);
    assertThat(server.stats().connections()).as("new ones are made").isEqualTo(3);
  }

  @Promise(PLAIN)
  void aHostThatWasNeverFoundIsUnknown(String name, Endpoint endpoint) throws Exception {
    assumeSupport(name, Capability.RESOLVER);
    StubServer server = server(endpoint);
    URI uri = uri(endpoint, server);
    for (NameResolver resolver : failing()) {
      Name host = new Name(resolver);
      PooledHttpClient client = client(name, config(endpoint, host));
      assertFails(client, Request.get(uri), Failure.CONNECT_FAILED);
      host.answer = Name.addresses(1);
      get(client, uri, 1);
    }
  }

  @Promise({PLAIN, H2})
  void anAddressThatRefusesIsPassedOver(String name, Endpoint endpoint) throws Exception {
    assumeSupport(name, Capability.RESOLVER);
    StubServer server = server(endpoint);
    URI uri = uri(endpoint, server);
    for (int[] addresses : new int[][] {{1, 2, 3}, {2, 1, 3}, {2, 3, 1}}) {
      PooledHttpClient client = client(name, config(endpoint, Name.of(addresses)));
      if (addresses[0] == 1 || Cells.supports(name, Capability.SEVERAL_ADDRESSES)) {
        get(client, uri, 2);
      } else {
        assertFails(client, Request.get(uri), Failure.CONNECT_FAILED);
      }
    }
  }

  @Promise(PLAIN)
  void eachAddressGetsItsShareOfConnections(String name, Endpoint endpoint) throws Exception {
    assumeSupport(name, Capability.RESOLVER);
    StubServer one = server(endpoint, SLOW);
    StubServer other = beside(one, 2, endpoint.stub().withServiceTime(SLOW));
    PooledHttpClient client = client(name, config(endpoint, Name.of(1, 2)).maxConnections(20));
    getTogether(client, uri(endpoint, one), 20, 1);
    long atOne = one.stats().connections();
    long atOther = other.stats().connections();
    assertThat(atOne + atOther).isGreaterThanOrEqualTo(10);
    assertThat(3 * Math.min(atOne, atOther)).isGreaterThanOrEqualTo(atOne + atOther);
  }

  @Promise(PLAIN)
  void aLiteralIsNeverLookedUp(String name, Endpoint endpoint) throws Exception {
    assumeSupport(name, Capability.RESOLVER);
    StubServer server = server(endpoint);
    Name host = Name.of(2);
    get(client(name, config(endpoint, host)), endpoint.uri(server), 2);
    assertThat(server.stats().connections()).isEqualTo(1);
    assertThat(host.lookUps).hasValue(0);
  }
}
