package dev.poolmark.clients.contract;

import static dev.poolmark.clients.contract.Endpoint.PLAIN;
import static dev.poolmark.clients.contract.Endpoint.TLS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.poolmark.clients.CallTimeoutException;
import dev.poolmark.clients.Failure;
import dev.poolmark.clients.Headers;
import dev.poolmark.clients.PooledHttpClient;
import dev.poolmark.clients.Request;
import dev.poolmark.clients.Response;
import dev.poolmark.clients.spi.Capability;
import dev.poolmark.stub.StubServer;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;

/** What every client makes of a {@link Request}, by what a server saw of it. */
final class RequestsTest extends Contract {
  private static final Duration ENDLESS = Duration.ofSeconds(Long.MAX_VALUE);

  private String headOf(String name, Endpoint endpoint, Function<URI, Request> request)
      throws Exception {
    RawServer server = raw(endpoint, Script.answering("HTTP/1.1 200 OK\nContent-Length: 0\n\n"));
    PooledHttpClient client = client(name, endpoint.config());
    assertThat(client.execute(request.apply(server.uri())).status()).isEqualTo(200);
    assertThat(server.heads()).hasSize(1);
    String head = server.heads().get(0);
    assertThat(head).startsWith(request.apply(server.uri()).method() + " / HTTP/1.1\r\n");
    return head.toLowerCase(Locale.ROOT);
  }

  /** The JDK's client and Reactor Netty send a length of 0, which RFC 9110, section 8.6, advises against. */
  @Promise(PLAIN)
  void aRequestWithoutABodySaysNoLengthButZero(String name, Endpoint endpoint) throws Exception {
    for (String method : List.of("GET", "HEAD", "DELETE", "OPTIONS", "TRACE", "PURGE")) {
      String head =
          headOf(name, endpoint, uri -> new Request(method, uri, Headers.none(), new byte[0]));
      assertThat(head.replace("content-length: 0\r\n", ""))
          .doesNotContain("content-length")
          .doesNotContain("transfer-encoding");
    }
  }

  @Promise(PLAIN)
  void anEmptyBodySaysItsLength(String name, Endpoint endpoint) throws Exception {
    byte[] none = {};
    List<Function<URI, Request>> requests = List.of(
        uri -> Request.post(uri, none),
        uri -> Request.put(uri, none),
        uri -> Request.patch(uri, none));
    for (Function<URI, Request> request : requests) {
      assertThat(headOf(name, endpoint, request))
          .contains("\r\ncontent-length: 0\r\n")
          .doesNotContain("transfer-encoding");
    }
  }

  @Promise(PLAIN)
  void theResponseToAHeadHasNoBody(String name, Endpoint endpoint) throws Exception {
    RawServer server = raw(endpoint, Script.answering("HTTP/1.1 200 OK\nContent-Length: 9\n\n"));
    PooledHttpClient client = client(name, endpoint.config());
    for (int i = 0; i < 2; i++) {
      Response response = client.execute(Request.head(server.uri()));
      assertThat(response.body()).isEmpty();
      assertThat(response.headers().first("content-length")).hasValue("9");
    }
    assertThat(server.connections()).isEqualTo(1);
  }

  @Promise({PLAIN, TLS})
  void aResponseWithoutABodyKeepsItsConnection(String name, Endpoint endpoint) throws Exception {
    for (String head : List.of("200 OK\nContent-Length: 0", "204 No Content", "304 Not Modified")) {
      RawServer server = raw(endpoint, Script.answering("HTTP/1.1 " + head + "\n\n"));
      PooledHttpClient client = client(name, endpoint.config());
      for (int i = 0; i < 3; i++) {
        assertThat(client.execute(Request.get(server.uri())).body()).isEmpty();
      }
      assertThat(server.connections()).as(head).isEqualTo(1);
    }
  }

  @Promise(PLAIN)
  void aTimeoutOfItsOwnEndsACallEarly(String name, Endpoint endpoint) throws Exception {
    StubServer server = server(endpoint, SLOW);
    PooledHttpClient client = client(name, endpoint.config());
    get(client, server.httpUri(), 1); // its classes are loaded
    CallTimeoutException timeout = (CallTimeoutException)
        failureOf(client, Request.get(server.httpUri()).withTimeout(Duration.ofMillis(100)));
    assertThat(timeout)
        .hasMessageContaining("timeout of 100 ms passed: the response is not complete");
    assertThat(timeout.failure()).isEqualTo(Failure.CALL_TIMEOUT);
    assertThat(timeout.setting()).isEqualTo("timeout");
    assertThat(timeout.limit()).isEqualTo(Duration.ofMillis(100));
  }

  @Promise(PLAIN)
  void aTimeoutOfItsOwnMayBeLongerThanTheClients(String name, Endpoint endpoint) throws Exception {
    StubServer server = server(endpoint, SLOW);
    PooledHttpClient client = client(name, endpoint.config().callTimeout(Duration.ofMillis(200)));
    Request request = Request.get(server.httpUri()).withTimeout(Duration.ofSeconds(20));
    assertThat(client.execute(request).status()).isEqualTo(200);
    assertThat(client.executeAsync(request).get().status()).isEqualTo(200);
    assertFails(client, Request.get(server.httpUri()), Failure.CALL_TIMEOUT);
  }

  @Promise(PLAIN)
  void twoNamesOfOneEndpointShareItsConnections(String name, Endpoint endpoint) throws Exception {
    StubServer server = server(endpoint);
    int port = server.httpUri().getPort();
    PooledHttpClient client = client(name, endpoint.config());
    get(client, URI.create("http://localhost:" + port + "/"), 1);
    get(client, URI.create("HTTP://LOCALHOST:" + port + "/#here"), 1);
    assertThat(server.stats().connections()).isEqualTo(1);
  }

  /** Its name is none of RFC 1123, but many container networks have such. */
  @Promise(PLAIN)
  void aHostMayHaveAnUnderscore(String name, Endpoint endpoint) throws Exception {
    RawServer server = raw(endpoint, Script.answering("HTTP/1.1 200 OK\nContent-Length: 0\n\n"));
    String authority = "my_service:" + server.uri().getPort();
    PooledHttpClient client = client(name, endpoint.config());
    Request get = Request.get(URI.create("http://" + authority + "/a"));
    if (!Cells.supports(name, Capability.UNDERSCORE_IN_HOST)) {
      assertFails(client, get, Failure.OTHER);
      return;
    }
    assertThat(client.execute(get).status()).isEqualTo(200);
    assertThat(server.heads())
        .singleElement()
        .satisfies(head -> assertThat(head)
            .startsWith("GET /a HTTP/1.1")
            .containsIgnoringCase("Host: " + authority));
  }

  @Promise(PLAIN)
  void anAddressThatRefusesIsPassedOver(String name, Endpoint endpoint) throws Exception {
    StubServer server = server(endpoint);
    URI uri = URI.create("http://two-addresses.test:" + server.httpUri().getPort() + "/");
    PooledHttpClient client = client(name, endpoint.config());
    if (!Cells.supports(name, Capability.SEVERAL_ADDRESSES)) {
      assertFails(client, Request.get(uri), Failure.CONNECT_FAILED);
      return;
    }
    get(client, uri, 2);
    assertThat(server.stats().connections()).isEqualTo(1);
  }

  @Promise(PLAIN)
  void theTargetIsSentAsItIs(String name, Endpoint endpoint) throws Exception {
    RawServer server = raw(endpoint, Script.answering("HTTP/1.1 200 OK\nContent-Length: 0\n\n"));
    PooledHttpClient client = client(name, endpoint.config());
    List<String> targets =
        List.of("/a//b", "/it's", "/a%2Fb%20c", "/caf%C3%A9", "/?q=a+b&c=%20%27", "/a;b=c");
    for (String target : targets) {
      client.execute(
          Request.get(URI.create(server.uri().toString().replaceAll("/$", "") + target)));
    }
    assertThat(server.heads()).extracting(head -> head.split(" ", 3)[1]).isEqualTo(targets);
    client.execute(Request.get(server.uri().resolve("/?it's")));
    assertThat(server.heads().get(targets.size())).startsWith("GET /?it%27s HTTP/1.1");
    client.execute(Request.get(server.uri().resolve("/a?")));
    assertThat(server.heads().get(targets.size() + 1)).startsWith("GET /a HTTP/1.1");
  }

  @Promise(PLAIN)
  void nothingIsSentOfWhatIsNoHeader(String name, Endpoint endpoint) throws Exception {
    RawServer server = raw(endpoint, Script.answering("HTTP/1.1 200 OK\nContent-Length: 0\n\n"));
    PooledHttpClient client = client(name, endpoint.config());
    Headers smuggling = Headers.received("X-Key", "1\r\n\r\nGET /evil HTTP/1.1");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> client.execute(new Request("GET", server.uri(), smuggling, new byte[0])));
    assertThat(client.execute(Request.get(server.uri())).status()).isEqualTo(200);
    assertThat(server.heads()).hasSize(1);
  }

  @Promise(PLAIN)
  void aHealthCheckMayTakeForEver(String name, Endpoint endpoint) throws Exception {
    StubServer server = server(endpoint);
    PooledHttpClient client = client(name, endpoint.config());
    assertThat(client.checkHealth(server.httpUri(), ENDLESS).healthy()).isTrue();
    StubServer slow = server(endpoint, SLOW);
    assertThat(client.checkHealth(slow.httpUri(), ENDLESS.negated()).problem())
        .hasValue("no response within " + ENDLESS.negated());
  }
}
