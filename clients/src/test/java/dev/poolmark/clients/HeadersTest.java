package dev.poolmark.clients;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class HeadersTest {
  private final Headers headers = Headers.of("A", "1", "b", "2", "a", "3");

  @Test
  void fieldsKeepTheirOrder() {
    assertThat(headers.size()).isEqualTo(3);
    assertThat(headers.name(2)).isEqualTo("a");
    assertThat(headers.value(2)).isEqualTo("3");
  }

  @Test
  void namesAreComparedWithoutRegardToCase() {
    assertThat(headers.first("a")).hasValue("1");
    assertThat(headers.all("A")).containsExactly("1", "3");
    assertThat(headers.first("B")).hasValue("2");
    assertThat(headers.first("c")).isEmpty();
    assertThat(headers.all("c")).isEmpty();
  }

  @Test
  void equalFieldsMakeEqualHeaders() {
    assertThat(headers).isEqualTo(Headers.of("A", "1", "b", "2", "a", "3"));
    assertThat(headers).isNotEqualTo(Headers.of("A", "1"));
    assertThat(Headers.of()).isSameAs(Headers.none());
  }

  @Test
  void aNameWithoutAValueIsRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Headers.of("A"))
        .withMessage("headers must be pairs of a name and a value: 1 strings");
  }

  @Test
  @SuppressWarnings("NullAway")
  void nullIsRefused() {
    assertThatNullPointerException().isThrownBy(() -> Headers.of("A", null));
    assertThatNullPointerException().isThrownBy(() -> Headers.of(null, "1"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", " A", "A ", "A B", "A:", ":path", "A\r\nB", "\u00c4", "A\u0000", "a/b"})
  void aNameIsAToken(String name) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Headers.of("First", "1", name, "2"))
        .withMessage("the name of a header must be a token (RFC 9110, section 5.6.2): "
            + FieldSyntax.quoted(name));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "a", "a b\tc", "\u0080\u00ff", "!~", "a, \"b\\c\""})
  void aValueMayBe(String value) {
    assertThat(Headers.of("X", value).value(0)).isEqualTo(value);
  }

  @ParameterizedTest
  @CsvSource({
    "0x0d, \\r",
    "0x0a, \\n",
    "0x00, \\u0000",
    "0x1f, \\u001f",
    "0x7f, \\u007f",
    "0x0100, \\u0100",
    "0x560a, \\u560a" // whose low byte is a line feed
  })
  void aValueHasNoOtherCharacters(String code, String shown) {
    String value = "a" + (char) Integer.decode(code).intValue() + "Evil: secret";
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Headers.of("X-Key", value))
        .withMessage(
            "header X-Key must have visible characters up to U+00FF, with spaces and tabs only between"
                + " them (RFC 9110, section 5.5): \"" + shown + "\" at index 1");
  }

  @ParameterizedTest
  @CsvSource({"' a', ' ', 0", "'a ', ' ', 1", "'\ta', \\t, 0", "'a\t', \\t, 1", "' ', ' ', 0"})
  void aValueNeitherBeginsNorEndsWithASpace(String value, String shown, int index) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Headers.of("X-Key", value))
        .withMessage(
            "header X-Key must have visible characters up to U+00FF, with spaces and tabs only between"
                + " them (RFC 9110, section 5.5): \"" + shown + "\" at index " + index);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Connection",
        "Content-Length",
        "Expect",
        "Host",
        "HTTP2-Settings",
        "Keep-Alive",
        "Proxy-Connection",
        "TE",
        "Trailer",
        "Transfer-Encoding",
        "Upgrade"
      })
  void whatFramesAMessageIsTheClients(String name) {
    for (String written :
        List.of(name, name.toUpperCase(Locale.ROOT), name.toLowerCase(Locale.ROOT))) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> Headers.of(written, "a\r\nb"))
          .withMessage("header " + written
              + " must not be set, the client sends it where it is needed: \"a\\r\\nb\"");
    }
  }

  @Test
  void theStringsAreCopied() {
    String[] strings = {"A", "1"};
    Headers copy = Headers.of(strings);
    strings[1] = "a\r\nEvil: 1";
    assertThat(copy.value(0)).isEqualTo("1");
  }

  @Test
  void whatIsReceivedIsNotChecked() {
    Headers received = Headers.received("Content-Length", "5", ":status", " 200 ");
    assertThat(received.first("content-length")).hasValue("5");
    assertThat(received.first(":status")).hasValue(" 200 ");
    assertThat(Headers.received("A", "1")).isEqualTo(Headers.of("A", "1"));
  }

  @Test
  void theTextHasNamesAndValues() {
    assertThat(headers).hasToString("[A: 1, b: 2, a: 3]");
    assertThat(Headers.none()).hasToString("[]");
  }
}
