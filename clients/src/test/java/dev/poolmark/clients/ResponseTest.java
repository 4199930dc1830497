package dev.poolmark.clients;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class ResponseTest {
  private static final String TEXT = "caf\u00e9 \u20ac";

  private static Response response(String contentType, byte[] body) {
    return new Response(200, Headers.received("content-type", contentType), body);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "text/plain; charset=ISO-8859-15               | ISO-8859-15",
        "text/plain;charset=iso-8859-15                | ISO-8859-15",
        "text/plain; Charset=\"ISO-8859-15\"; v=1      | ISO-8859-15",
        "multipart/mixed; boundary=x; charset=UTF-16BE | UTF-16BE",
        "text/plain; charset=utf-8                     | UTF-8"
      })
  void theBodyIsReadInItsCharset(String contentType, String charset) throws Exception {
    assertThat(response(contentType, TEXT.getBytes(charset)).bodyAsString()).isEqualTo(TEXT);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "application/json",
        "",
        "text/plain; charset=",
        "text/plain; charset=\"\"",
        "text/plain; charset=no-such-charset",
        "text/plain; charset=!?",
        "text/plain; xcharset=UTF-16"
      })
  void elseAsUtf8(String contentType) {
    assertThat(response(contentType, TEXT.getBytes(StandardCharsets.UTF_8)).bodyAsString())
        .isEqualTo(TEXT);
  }

  @Test
  void withoutATypeItIsUtf8Too() {
    byte[] body = TEXT.getBytes(StandardCharsets.UTF_8);
    assertThat(new Response(200, Headers.none(), body).bodyAsString()).isEqualTo(TEXT);
    assertThat(new Response(204, Headers.none(), new byte[0]).bodyAsString()).isEmpty();
  }

  @Test
  void theTextSaysStatusLengthAndType() {
    assertThat(response("text/plain", new byte[2048])).hasToString("200, 2048 bytes of text/plain");
    assertThat(new Response(204, Headers.received("Set-Cookie", "secret"), new byte[0]))
        .hasToString("204, 0 bytes");
  }
}
