package dev.poolmark.analysis.study;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DidYouMeanTest {

  @ParameterizedTest
  @CsvSource({
    "'', '', 0",
    "'', abc, 3",
    "abc, '', 3",
    "pooled, pooled, 0",
    "pooled, poled, 1",
    "jdk, jkd, 1",
    "kitten, sitting, 3",
    "profile, porfil, 2",
  })
  void countsEdits(String from, String to, int edits) {
    assertThat(DidYouMean.distance(from, to)).isEqualTo(edits);
  }

  @Test
  void namesTheNearestOfThoseThatAreNear() {
    List<String> known = List.of("report", "run", "choose", "httpclient5", "httpclient5-async");

    assertThat(DidYouMean.hint("reprot", known)).isEqualTo("; did you mean report?");
    assertThat(DidYouMean.hint("rnu", known)).isEqualTo("; did you mean run?");
    assertThat(DidYouMean.hint("httpclient", known)).isEqualTo("; did you mean httpclient5?");
    assertThat(DidYouMean.hint("jump", known)).isEmpty();
    assertThat(DidYouMean.hint("", known)).isEmpty();
    assertThat(DidYouMean.hint("run", List.of())).isEmpty();
  }
}
