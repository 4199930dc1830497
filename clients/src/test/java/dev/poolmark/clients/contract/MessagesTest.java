package dev.poolmark.clients.contract;

import static org.assertj.core.api.Assertions.assertThat;

import dev.poolmark.clients.Clients;
import dev.poolmark.clients.Headers;
import dev.poolmark.clients.PooledHttpClient;
import dev.poolmark.clients.Request;
import dev.poolmark.clients.Response;
import dev.poolmark.stub.StubServer;
import java.net.URI;

/** How requests and responses arrive: whole, and with nothing added. */
final class MessagesTest extends Contract {
  private static final int[] LENGTHS = {0, 1, 2048, 1 << 20};

  @Promise
  void aBodyIsReceivedWhole(String name, Endpoint endpoint) throws Exception {
    StubServer server = server(endpoint);
    PooledHttpClient client = client(name, endpoint.config());
    for (int length : LENGTHS) {
      URI uri = endpoint.uri(server).resolve("bytes/" + length);
      Response response = client.execute(Request.get(uri));
      assertThat(response.body()).isEqualTo(Clients.pattern(length));
      assertThat(response.headers().first("content-length")).hasValue(Integer.toString(length));
    }
    assertThat(server.stats().connections()).as("%s", server.stats()).isEqualTo(1);
  }

  @Promise
  void aBodyIsSentWhole(String name, Endpoint endpoint) throws Exception {
    StubServer server = server(endpoint);
    PooledHttpClient client = client(name, endpoint.config());
    for (int length : LENGTHS) {
      byte[] body = Clients.pattern(length);
      Response response = client.execute(Request.post(endpoint.uri(server).resolve("echo"), body));
      assertThat(response.status()).isEqualTo(200);
      assertThat(response.body()).isEqualTo(body);
    }
    assertThat(server.stats().connections()).as("%s", server.stats()).isEqualTo(1);
  }

  @Promise
  void anErrorStatusIsAResponse(String name, Endpoint endpoint) throws Exception {
    StubServer server = server(endpoint);
    PooledHttpClient client = client(name, endpoint.config());
    URI unknown = endpoint.uri(server).resolve("unknown");
    assertThat(client.execute(Request.get(unknown)).status()).isEqualTo(404);
    get(client, endpoint.uri(server), 1);
    assertThat(server.stats().connections()).isEqualTo(1);
  }

  @Promise({Endpoint.PLAIN, Endpoint.TLS})
  void headersAreSentAndReceived(String name, Endpoint endpoint) throws Exception {
    RawServer server = raw(
        endpoint,
        Script.answering("HTTP/1.1 200 OK\nContent-Length: 0\nX-Two: a\nX-One: c\nX-Two: b\n\n"));
    PooledHttpClient client = client(name, endpoint.config());
    Headers sent = Headers.of("X-Sent", "one", "X-Other", "two");
    Response response =
        client.execute(new Request("GET", server.uri().resolve("path?q=1"), sent, new byte[0]));
    assertThat(server.heads())
        .singleElement()
        .asString()
        .startsWith("GET /path?q=1 HTTP/1.1\r\n")
        .containsIgnoringCase("\r\nX-Sent: one\r\n")
        .containsIgnoringCase("\r\nX-Other: two\r\n")
        .containsIgnoringCase("\r\nHost: 127.0.0.1:" + server.uri().getPort() + "\r\n");
    assertThat(response.headers().first("x-one")).hasValue("c");
    assertThat(response.headers().all("X-TWO")).containsExactly("a", "b");
  }

  @Promise({Endpoint.PLAIN, Endpoint.TLS})
  void aPostSaysItsLengthAndType(String name, Endpoint endpoint) throws Exception {
    RawServer server = raw(endpoint, Script.answering("HTTP/1.1 200 OK\nContent-Length: 0\n\n"));
    client(name, endpoint.config()).execute(Request.post(server.uri(), new byte[0]));
    assertThat(server.heads())
        .singleElement()
        .asString()
        .startsWith("POST / HTTP/1.1\r\n")
        .containsIgnoringCase("\r\nContent-Length: 0\r\n")
        .containsIgnoringCase("\r\nContent-Type: application/octet-stream\r\n")
        .doesNotContainIgnoringCase("Transfer-Encoding");
  }

  @Promise({Endpoint.PLAIN, Endpoint.TLS})
  void nothingIsAddedToTheConversation(String name, Endpoint endpoint) throws Exception {
    RawServer server = raw(endpoint, Script.answering("""
        HTTP/1.1 302 Found
        Location: /elsewhere
        Set-Cookie: a=b
        WWW-Authenticate: Basic realm=x
        Content-Length: 0

        """));
    PooledHttpClient client = client(name, endpoint.config());
    for (int i = 0; i < 2; i++) {
      assertThat(client.execute(Request.get(server.uri())).status()).isEqualTo(302);
    }
    assertThat(server.heads())
        .hasSize(2)
        .allSatisfy(head -> assertThat(head)
            .startsWith("GET / HTTP/1.1\r\n")
            .doesNotContainIgnoringCase("gzip")
            .doesNotContainIgnoringCase("cookie")
            .doesNotContainIgnoringCase("upgrade"));
  }
}
