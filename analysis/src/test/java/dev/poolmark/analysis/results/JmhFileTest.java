package dev.poolmark.analysis.results;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.poolmark.analysis.study.Benchmark;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** On files that JMH 1.37 wrote. */
class JmhFileTest {

  private String singleShot;

  @BeforeEach
  void readSample() throws IOException {
    singleShot = resource("/jmh/single-shot.json");
  }

  @Test
  void readsSingleShots() throws Exception {
    ForkResult result = read(singleShot, Map.of("client", "okhttp", "reuse", "pooled"));

    assertThat(result.millis()).isCloseTo((60.117902 + 60.181771 + 60.192788) / 3, within(1e-9));
    assertThat(result.iterationMillis()).containsExactly(60.117902, 60.181771, 60.192788);
    assertThat(result.counts()).contains(new ForkResult.Counts(0, 30));
    assertThat(result.jmh()).isEqualTo(new ForkResult.Jmh("1.37", "ss", List.of(), 1, 1, 3));
  }

  @Test
  void readsSampleMode() throws Exception {
    ForkResult result = read(resource("/jmh/sample.json"), Map.of());

    assertThat(result.millis()).isCloseTo(2.9641707225758147E-5, within(1e-12));
    assertThat(result.iterationMillis()).isEmpty();
    assertThat(result.counts()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "ns/op, 60.164153666666664e-6",
    "us/op, 60.164153666666664e-3",
    "s/op, 60164.153666666664",
    "min/op, 3609849.22",
    "ops/ms, 0.01662119283752245",
    "ops/s, 16.62119283752245"
  })
  void givesMillisPerOperation(String unit, double millis) throws Exception {
    ForkResult result = read(singleShot.replace("ms/op", unit), Map.of());

    assertThat(result.millis()).isCloseTo(millis, within(millis * 1e-9));
  }

  @Test
  void readsTheMeanOfEveryCounter() throws Exception {
    assertThat(read(singleShot, Map.of()).measures())
        .containsEntry("requests", 10.0)
        .containsEntry("connections", 0.0);
  }

  @Test
  void readsACounterInsteadOfTheScore() throws Exception {
    String timed = singleShot.replace("\"requests\" : {", "\"p99Micros\" : {");

    ForkResult result = parse(timed, "p99Micros");

    assertThat(result.millis()).isCloseTo(0.01, within(1e-12));
    assertThat(result.iterationMillis()).containsExactly(0.01, 0.01, 0.01);
    assertThatThrownBy(() -> parse(timed, "p50Micros"))
        .isInstanceOf(UnreadableException.class)
        .hasMessage("p50Micros must be counted, finite and > 0: NaN");
  }

  private static ForkResult parse(String text, String metric) throws UnreadableException {
    return parse(text, benchmark(List.of(), Optional.of(metric)), Map.of());
  }

  private static ForkResult parse(String text, Benchmark benchmark, Map<String, String> parameters)
      throws UnreadableException {
    return JmhFile.parse(
        text.getBytes(StandardCharsets.UTF_8),
        benchmark,
        parameters,
        Optional.empty(),
        Optional.of("17.0.15+6"));
  }

  private static Benchmark benchmark(List<String> jmh, Optional<String> metric) {
    return new Benchmark("x.SeqBenchmark", Map.of(), jmh, metric, Optional.empty());
  }

  @Test
  void everyTruncationIsNoticed() throws Exception {
    int end = singleShot.stripTrailing().length();
    for (int length = 0; length < end; length += 7) {
      String part = singleShot.substring(0, length);
      assertThatThrownBy(() -> read(part, Map.of())).isInstanceOf(UnreadableException.class);
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "ms/op | apples | scoreUnit must be time/op or ops/time: apples",
        "60.117902, | '\"NaN\",' | score must be finite and > 0: NaN",
        "x.SeqBenchmark | x.SeqBenchmarks | benchmark must be x.SeqBenchmark: x.SeqBenchmarks.sequential",
        "okhttp | jdk | client must be okhttp: jdk",
        "'\"forks\" : 1' | '\"forks\" : 2' | forks must be 1: 2",
        "60.117902, | 59.117902, | score must be the mean of rawData (59.83082033333333): 60.164153666666664",
        "'\"mode\" : \"ss\",' | '\"mode\" : \"ss\",\"mode\" : \"ss\",' | truncated or not JSON of JMH",
        "'\"threads\" : 1' | '\"threads\" : []' | truncated or not JSON of JMH, at threads",
        "60.117902, | 'null,' | truncated or not JSON of JMH, at primaryMetric.rawData",
        "60.117902, | '\"x\",' | truncated or not JSON of JMH, at primaryMetric.rawData",
      })
  void saysWhyItIsOfNoUse(String valid, String wrong, String error) {
    assertThat(singleShot).contains(valid);
    assertThatThrownBy(() -> read(singleShot.replace(valid, wrong), Map.of("client", "okhttp")))
        .isInstanceOf(UnreadableException.class)
        .hasMessage(error);
  }

  /** Threads, iterations, flags and JDK are those of the study and the run, or the fork does not count. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "-t 4 | threads must be 4: 1",
        "-wi 7 | warmupIterations must be 7: 1",
        "-i 2 | measurementIterations must be 2: 3",
        "-jvmArgsPrepend -Xint | jvmArgs must hold -Xint: []",
        "-jvmArgs -Xmx1g | jvmArgs must hold -Xmx1g: []",
      })
  void aForkWithOtherOptionsDoesNotCount(String options, String error) throws Exception {
    List<String> jmh = List.of(options.split(" "));
    Benchmark benchmark = benchmark(jmh, Optional.empty());

    assertThatThrownBy(() -> parse(singleShot, benchmark, Map.of()))
        .isInstanceOf(UnreadableException.class)
        .hasMessage(error);
    assertThat(
            parse(singleShot, benchmark(List.of("-t", "1", "-i", "3"), Optional.empty()), Map.of())
                .millis())
        .isPositive();
  }

  @Test
  void aForkOnAnotherJdkDoesNotCount() throws Exception {
    String measured =
        singleShot.replaceFirst("\"jdkVersion\" : \"[^\"]*\"", "\"jdkVersion\" : \"%s\"");

    assertThat(read(measured.formatted("17.0.15"), Map.of()).millis()).isPositive();
    for (String other : List.of("25.0.1", "17.0.1", "17.0.151")) {
      assertThatThrownBy(() -> read(measured.formatted(other), Map.of()))
          .hasMessage("jdkVersion must be 17.0.15+6: " + other);
    }
  }

  @ParameterizedTest
  @CsvSource({"[]", "{}", "'[{}]'", "'[null]'", "'[1]'", "'[[]]'", "null", "'\u0000'"})
  void foreignFilesAreUnreadable(String text) {
    assertThatThrownBy(() -> read(text, Map.of())).isInstanceOf(UnreadableException.class);
  }

  @Test
  void aCounterThatIsNoNumberIsNoCount() throws Exception {
    int counters = singleShot.indexOf("secondaryMetrics");
    String text = singleShot.substring(0, counters)
        + singleShot.substring(counters).replace("10.0,\n", "\"NaN\",\n");

    assertThat(text).isNotEqualTo(singleShot);
    assertThat(read(text, Map.of()).counts()).isEmpty();
  }

  private static ForkResult read(String text, Map<String, String> parameters)
      throws UnreadableException {
    return parse(text, benchmark(List.of(), Optional.empty()), parameters);
  }

  private static String resource(String name) throws IOException {
    try (InputStream in = JmhFileTest.class.getResourceAsStream(name)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }
}
