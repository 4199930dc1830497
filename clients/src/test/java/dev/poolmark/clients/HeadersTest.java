package dev.poolmark.clients;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import org.junit.jupiter.api.Test;

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
        .withMessage("headers must be pairs of a name and a value: [A]");
  }

  @Test
  @SuppressWarnings("NullAway")
  void nullIsRefused() {
    assertThatNullPointerException().isThrownBy(() -> Headers.of("A", null));
  }
}
