package dev.poolmark.clients;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class RequestTest {
  private static final URI ROOT = URI.create("http://localhost:8080/");
  private static final byte[] BODY = {1, 2, 3};

  private static Request of(String method, byte[] body) {
    return new Request(method, ROOT, Headers.none(), body);
  }

  private static Request of(String method) {
    return of(method, new byte[0]);
  }

  @Nested
  final class TheMethod {
    @Test
    void hasAFactoryMethod() {
      assertThat(Request.get(ROOT).method()).isEqualTo("GET");
      assertThat(Request.head(ROOT).method()).isEqualTo("HEAD");
      assertThat(Request.post(ROOT, BODY).method()).isEqualTo("POST");
      assertThat(Request.put(ROOT, BODY).method()).isEqualTo("PUT");
      assertThat(Request.patch(ROOT, BODY).method()).isEqualTo("PATCH");
      assertThat(Request.delete(ROOT).method()).isEqualTo("DELETE");
      assertThat(Request.options(ROOT).method()).isEqualTo("OPTIONS");
    }

    @ParameterizedTest
    @ValueSource(strings = {"PURGE", "get", "M-SEARCH", "x", "!#$%&'*+-.^_`|~09azAZ"})
    void isAnyToken(String method) {
      assertThat(of(method).method()).isEqualTo(method);
    }

    @ParameterizedTest
    @CsvSource(
        delimiter = '|',
        value = {
          "''                    | method must be a token (RFC 9110, section 9.1): \"\"",
          "'GET '                | method must be a token (RFC 9110, section 9.1): \"GET \"",
          "G\u00cbT             | method must be a token (RFC 9110, section 9.1): \"G\\u00cbT\"",
          "GET/                  | method must be a token (RFC 9110, section 9.1): \"GET/\"",
          "CONNECT               | method must not be CONNECT, which turns the connection into a tunnel: CONNECT",
          "connect               | method must not be CONNECT, which turns the connection into a tunnel: connect"
        })
    void thatIsNoneIsRefused(String method, String message) {
      assertThatIllegalArgumentException().isThrownBy(() -> of(method)).withMessage(message);
    }

    @Test
    void cannotAddALine() {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> of("GET / HTTP/1.1\r\nEvil: 1"))
          .withMessage("method must be a token (RFC 9110, section 9.1):"
              + " \"GET / HTTP/1.1\\r\\nEvil: 1\"");
    }

    @ParameterizedTest
    @CsvSource({
      "GET,     true,  true",
      "HEAD,    true,  true",
      "OPTIONS, true,  true",
      "TRACE,   true,  true",
      "PUT,     false, true",
      "DELETE,  false, true",
      "POST,    false, false",
      "PATCH,   false, false",
      "PURGE,   false, false",
      "get,     false, false"
    })
    void isSafeOrIdempotentAsTheRfcSays(String method, boolean safe, boolean idempotent) {
      assertThat(of(method).isSafe()).isEqualTo(safe);
      assertThat(of(method).isIdempotent()).isEqualTo(idempotent);
    }
  }

  @Nested
  final class TheBody {
    @ParameterizedTest
    @CsvSource({
      "GET,     false",
      "HEAD,    false",
      "TRACE,   false",
      "DELETE,  false",
      "OPTIONS, false",
      "PURGE,   false",
      "POST,    true",
      "PUT,     true",
      "PATCH,   true"
    })
    void isSentThoughEmptyWhereAServerExpectsOne(String method, boolean sends) {
      assertThat(of(method).sendsBody()).isEqualTo(sends);
    }

    @ParameterizedTest
    @ValueSource(strings = {"POST", "PUT", "PATCH", "DELETE", "OPTIONS", "QUERY"})
    void isSentAndNotCopied(String method) {
      assertThat(of(method, BODY).sendsBody()).isTrue();
      assertThat(of(method, BODY).body()).isSameAs(BODY);
      assertThat(of(method).withBody(BODY).body()).isSameAs(BODY);
    }

    @ParameterizedTest
    @ValueSource(strings = {"GET", "HEAD", "TRACE"})
    void isRefusedWhereItHasNoMeaning(String method) {
      String message = "body must be empty in a " + method + " request: 3 bytes";
      assertThatIllegalArgumentException().isThrownBy(() -> of(method, BODY)).withMessage(message);
      assertThatIllegalArgumentException()
          .isThrownBy(() -> of(method).withBody(BODY))
          .withMessage(message);
    }

    @Test
    void hasATypeThatACallerMayReplace() {
      Request post = Request.post(ROOT, BODY);
      assertThat(post.headers().first("content-type")).hasValue("application/octet-stream");
      assertThat(post.withHeader("content-type", "application/json").headers())
          .isEqualTo(Headers.of("content-type", "application/json"));
    }
  }

  @Nested
  final class TheUri {
    @ParameterizedTest
    @CsvSource({
      "http://localhost:8080/path?q,   http://localhost:8080,   localhost,   8080",
      "https://example.org,            https://example.org,     example.org, 443",
      "http://localhost/,              http://localhost,        localhost,   80",
      "http://localhost:80/,           http://localhost,        localhost,   80",
      "https://localhost:443/,         https://localhost,       localhost,   443",
      "https://localhost:80/,          https://localhost:80,    localhost,   80",
      "http://localhost:/,             http://localhost,        localhost,   80",
      "http://localhost:080/,          http://localhost,        localhost,   80",
      "HTTP://LOCALHOST/,              http://localhost,        localhost,   80",
      "HttpS://Example.ORG:8443/,      https://example.org:8443, example.org, 8443",
      "http://[::1]:1/,                http://[::1]:1,          [::1],       1",
      "http://[FE80::A]/,              http://[fe80::a],        [fe80::a],   80",
      "http://my_service:8080/,        http://my_service:8080,  my_service,  8080",
      "http://My_Service/,             http://my_service,       my_service,  80",
      "https://my_service:443/,        https://my_service,      my_service,  443",
      "http://localhost:65535/,        http://localhost:65535,  localhost,   65535"
    })
    void hasACanonicalEndpoint(URI uri, String endpoint, String host, int port) {
      Request request = Request.get(uri);
      assertThat(request.endpoint()).isEqualTo(endpoint);
      assertThat(request.host()).isEqualTo(host);
      assertThat(request.port()).isEqualTo(port);
    }

    @Test
    void keepsTheCaseOfAnInterface() {
      assertThat(Request.get(URI.create("http://[FE80::A%25Eth0]/")).host())
          .isEqualTo("[fe80::a%25Eth0]");
    }

    @ParameterizedTest
    @ValueSource(
        strings = {
          "http://localhost:8080/A/b/%7e%C3?Q=%2F&[]",
          "http://localhost",
          "http://localhost?q",
          "http://my_service:8080//a;b=c@d:e"
        })
    void isKeptIfItIsCanonical(URI uri) {
      assertThat(Request.get(uri).uri()).isSameAs(uri);
    }

    @ParameterizedTest
    @CsvSource({
      "HTTP://LOCALHOST:80/A/b/%7e?Q=A%2F, http://localhost/A/b/%7e?Q=A%2F",
      "http://localhost/a?b#c,                http://localhost/a?b",
      "http://LOCALHOST,                      http://localhost",
      "http://LOCALHOST/?,                    http://localhost/",
      "http://My_Service:80?Q,                http://my_service?Q"
    })
    void isMadeCanonicalAndItsPathAndQueryAreKept(URI uri, String canonical) {
      assertThat(Request.get(uri).uri()).hasToString(canonical);
    }

    @ParameterizedTest
    @ValueSource(
        strings = {
          "/path",
          "ftp://localhost/",
          "http:///path",
          "mailto:a@b",
          "http:80",
          "http://a..b,c/",
          "http://%6c/",
          "//localhost/"
        })
    void thatIsNotAbsoluteHttpIsRefused(URI uri) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> Request.get(uri))
          .withMessage("uri must be absolute, with scheme http or https and a host: " + uri);
    }

    @ParameterizedTest
    @ValueSource(strings = {"http://user:secret@localhost/p", "http://user:secret@localhost"})
    void withUserInfoIsRefusedAndTheSecretNotShown(URI uri) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> Request.get(uri))
          .withMessage("uri must have no user info (RFC 9110, section 4.2.4),"
              + " send an Authorization header: http://...@localhost");
    }

    @ParameterizedTest
    @ValueSource(
        strings = {
          "http://localhost:0/",
          "http://localhost:65536/",
          "http://my_service:65536/",
          "http://localhost:99999999999/"
        })
    void withAnImpossiblePortIsRefused(URI uri) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> Request.get(uri))
          .withMessage("port of uri must be from 1 to 65535: " + uri);
    }

    @ParameterizedTest
    @ValueSource(
        strings = {
          "http://localhost/a/../b",
          "http://localhost/.",
          "http://localhost/a/..",
          "http://localhost/%2E%2e/b"
        })
    void withADotSegmentIsRefused(URI uri) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> Request.get(uri))
          .withMessage("the path of uri must have no segment . or .. (RFC 3986, section 5.2.4),"
              + " resolve it first: " + uri);
    }

    @Test
    void withAnEmptyQueryOrAnApostropheInItIsMadeCanonical() {
      assertThat(Request.get(URI.create("http://localhost/a?")).uri())
          .hasToString("http://localhost/a");
      assertThat(Request.get(URI.create("http://localhost/it's?it's")).uri())
          .hasToString("http://localhost/it's?it%27s");
      assertThat(Request.get(URI.create("http://localhost/a.b/..c/.d")).uri())
          .hasToString("http://localhost/a.b/..c/.d");
    }

    @ParameterizedTest
    @ValueSource(
        strings = {"http://localhost/\u00fc", "http://localhost/?\u010d", "http://b\u00fc/"})
    void thatIsNotAsciiIsRefused(URI uri) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> Request.get(uri))
          .withMessage("uri must be ASCII: percent-encode its path and query,"
              + " and use java.net.IDN for its host: " + uri);
    }
  }

  @Nested
  final class TheTimeout {
    @Test
    void isTheClientsUnlessSet() {
      assertThat(Request.get(ROOT).timeout()).isEmpty();
      assertThat(Request.get(ROOT).withTimeout(Duration.ofMillis(1)).timeout())
          .hasValue(Duration.ofMillis(1));
    }

    @ParameterizedTest
    @ValueSource(strings = {"PT0S", "PT-1S", "PT0.0009S", "P25D", "PT2562047788015215H"})
    void outOfRangeIsRefused(Duration timeout) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> Request.get(ROOT).withTimeout(timeout))
          .withMessage("timeout must be from 1 ms to 24 days: " + timeout);
    }
  }

  @Test
  void withMethodsChangeOneThingEach() {
    Request request = Request.put(ROOT, BODY)
        .withHeaders(Headers.of("A", "1", "B", "2", "a", "3"))
        .withTimeout(Duration.ofSeconds(1));
    Request changed = request.withHeader("a", "4").withBody(new byte[9]);
    assertThat(request.headers()).isEqualTo(Headers.of("A", "1", "B", "2", "a", "3"));
    assertThat(request.body()).isSameAs(BODY);
    assertThat(changed.method()).isEqualTo("PUT");
    assertThat(changed.uri()).isSameAs(ROOT);
    assertThat(changed.headers()).isEqualTo(Headers.of("B", "2", "a", "4"));
    assertThat(changed.body()).hasSize(9);
    assertThat(changed.timeout()).hasValue(Duration.ofSeconds(1));
    assertThat(changed.withHeaders(Headers.none()).timeout()).isPresent();
  }

  @Test
  void headersThatWereReceivedAreChecked() {
    Headers received = Headers.received("Content-Length", "5");
    String message =
        "header Content-Length must not be set, the client sends it where it is needed: \"5\"";
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Request("GET", ROOT, received, new byte[0]))
        .withMessage(message);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Request.get(ROOT).withHeaders(received))
        .withMessage(message);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Request.get(ROOT).withHeader("Content-Length", "5"))
        .withMessage(message);
  }

  @Test
  void theTextHasNoSecrets() {
    byte[] body = "secret".getBytes(StandardCharsets.US_ASCII);
    URI uri = URI.create("http://localhost:8080/path?key=secret");
    assertThat(Request.post(uri, body)
            .withHeader("Authorization", "secret")
            .withTimeout(Duration.ofMillis(1500)))
        .hasToString("POST http://localhost:8080/path?..., headers [Content-Type, Authorization],"
            + " body of 6 bytes, timeout of 1500 ms");
    assertThat(Request.get(ROOT)).hasToString("GET http://localhost:8080/");
    assertThat(Request.delete(URI.create("http://localhost")))
        .hasToString("DELETE http://localhost");
    assertThat(of("PUT")).hasToString("PUT http://localhost:8080/, body of 0 bytes");
  }
}
