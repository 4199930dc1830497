package dev.poolmark.clients;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.net.URI;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class RequestTest {
  private static final URI ROOT = URI.create("http://localhost:8080/");

  @ParameterizedTest
  @CsvSource({
    "http://localhost:8080/path?q, http://localhost:8080",
    "https://example.org, https://example.org",
    "http://user:secret@[::1]:1/, http://[::1]:1"
  })
  void theEndpointIsSchemeHostAndPort(URI uri, String endpoint) {
    assertThat(Request.get(uri).endpoint()).isEqualTo(endpoint);
  }

  @Test
  void aPostSaysItsType() {
    assertThat(Request.post(ROOT, new byte[1]).headers().first("content-type"))
        .hasValue("application/octet-stream");
  }

  @Test
  void otherMethodsAreRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Request("PUT", ROOT, Headers.none(), new byte[0]))
        .withMessage("method must be GET or POST: PUT");
  }

  @ParameterizedTest
  @ValueSource(strings = {"/path", "ftp://localhost/", "http:///path", "mailto:a@b"})
  void aUriThatIsNotAbsoluteHttpIsRefused(URI uri) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Request.get(uri))
        .withMessage("uri must be absolute, with scheme http or https and a host: " + uri);
  }

  @Test
  void aGetWithABodyIsRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Request("GET", ROOT, Headers.none(), new byte[3]))
        .withMessage("body must be empty in a GET: 3 bytes");
  }
}
