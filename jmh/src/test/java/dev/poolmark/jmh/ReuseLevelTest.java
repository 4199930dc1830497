package dev.poolmark.jmh;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.openjdk.jmh.annotations.Param;

class ReuseLevelTest {
  @Test
  void aStudyMayUseEveryLevel() throws Exception {
    Properties parameters = new Properties();
    try (InputStream in =
        ReuseLevel.class.getResourceAsStream("/META-INF/poolmark/parameters.properties")) {
      parameters.load(in);
    }
    List<String> values = new ArrayList<>(
        List.of(ClientState.class.getField("reuse").getAnnotation(Param.class).value()));
    values.addAll(List.of(parameters.getProperty("reuse").split(", ")));

    assertThat(values)
        .containsExactlyInAnyOrderElementsOf(
            Stream.of(ReuseLevel.values()).map(ReuseLevel::label).toList());
  }
}
