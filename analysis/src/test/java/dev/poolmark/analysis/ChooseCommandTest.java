package dev.poolmark.analysis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * {@code choose}, on a copy of the published run whose pooled times are replaced by known ones: in every scenario and
 * round okhttp takes 100 ms, httpclient5 100.1 ms, reactor-netty 110 ms and jdk 120 ms, times a scatter of one percent
 * that has nothing to do with the client.
 */
class ChooseCommandTest {

  private static final double[] SCATTER = {0.99, 1.01, 1, 0.995, 1.005};
  private static final String CAPABILITIES = """
      {
        "okhttp": {"maxLifetime": "by adapter", "HTTP/2": "unsupported"},
        "httpclient5": {"maxLifetime": "native", "HTTP/2": "unsupported"},
        "reactor-netty": {"maxLifetime": "native", "HTTP/2": "unsupported"},
        "jdk": {"maxLifetime": "unsupported", "HTTP/2": "unsupported"}
      }
      """;

  @TempDir
  private Path run;

  /** What the command left behind. */
  @BeforeEach
  void copy() throws IOException {
    PublishedRun.copyTo(run);
    PublishedRun.keepRounds(run, SCATTER.length);
    setMillis("okhttp", 100);
    setMillis("httpclient5", 100.1);
    setMillis("reactor-netty", 110);
    setMillis("jdk", 120);
  }

  @Test
  void whatCannotBeToldApartTies() {
    Outcome outcome = choose();
    JsonNode json = json();

    assertThat(outcome.status()).isEqualTo(0);
    assertThat(outcome.out())
        .startsWith(
            "It is a tie of okhttp and httpclient5: their times do not differ significantly")
        .contains("geometric mean over scenarios (sequential, concurrent, indexing)")
        .contains("okhttp and httpclient5: only differences of ");
    assertThat(texts(json.path("first"))).containsExactly("okhttp", "httpclient5");
    assertThat(places(json)).containsExactly("first", "first", "slower", "slower");
    JsonNode third = json.path("standings").get(2);
    assertThat(third.path("behindPercent").asDouble()).isCloseTo(10, within(1e-3));
    assertThat(third.path("behindLowPercent").asDouble()).isBetween(5.0, 10.0);
    assertThat(third.path("adjustedP").asDouble()).isLessThan(0.001);
  }

  @Test
  void theFastestIsChosenAndTheRunnerUpNamed() throws IOException {
    setMillis("httpclient5", 105);
    Outcome outcome = choose();

    assertThat(outcome.status()).isEqualTo(0);
    assertThat(outcome.out())
        .startsWith("Choose okhttp: it is the fastest of the 4 clients that meet the needs.\n")
        .contains(
            "httpclient5, the fastest that is significantly slower than okhttp, would draw level if it took"
                + " 4.8 % less time.");
  }

  /** 0.65 % is visible in a pair alone (p = 0.03), but not as one of six. */
  @Test
  void theCorrectionIsOverAllPairs() throws IOException {
    setMillis("httpclient5", 100.65);
    setMillis("reactor-netty", 100.65);
    setMillis("jdk", 100.65);
    assertThat(texts(json().path("first"))).hasSize(4);

    keepClients("okhttp", "httpclient5");
    assertThat(texts(json().path("first"))).containsExactly("okhttp");
  }

  @Test
  void theGeometricMeanOfTheScenariosDecidesUnlessOneIsNamed() throws IOException {
    setMillis("sequential-jdk", 90);

    assertThat(texts(json().path("first"))).containsExactly("okhttp", "httpclient5");
    JsonNode last = json().path("standings").get(2);
    assertThat(last.path("name").asString()).isEqualTo("jdk");
    assertThat(last.path("millis").asDouble()).isCloseTo(Math.cbrt(90.0 * 120 * 120), within(0.01));
    assertThat(texts(json("--scenario", "sequential").path("first"))).containsExactly("jdk");
  }

  @Test
  void theUpperEndOfTheIntervalMustKeepTheLimit() {
    double high =
        json().path("standings").get(0).path("cells").get(0).path("highMillis").asDouble();
    assertThat(high).isBetween(100.5, 101.5);

    Outcome between = choose("--max-millis", String.valueOf((100 + high) / 2));
    assertThat(between.status()).isEqualTo(1);
    assertThat(between.out())
        .startsWith("No client can be chosen")
        .contains("out: okhttp: sequential okhttp reference takes up to ")
        .contains("the answer is a tie of okhttp and httpclient5.");
    assertThat(choose("--max-millis", "101.5").status()).isEqualTo(0);
    assertThat(places(json("--max-millis", "101.5")))
        .containsExactly("first", "first", "out", "out");
  }

  @Test
  void aNeedThatTheFastestLacksPassesTheChoiceOn() throws IOException {
    Files.writeString(
        run.resolve("capabilities.json"), CAPABILITIES.replace("by adapter", "unsupported"));
    Outcome outcome = choose("--needs", "maxLifetime");

    assertThat(outcome.status()).isEqualTo(0);
    assertThat(outcome.out())
        .startsWith("Choose httpclient5: it is the fastest of the 2 clients")
        .contains("out: okhttp: maxLifetime is unsupported")
        .contains("httpclient5: maxLifetime native")
        .contains("Without --needs maxLifetime the answer is a tie of okhttp and httpclient5.");
  }

  @Test
  void aNeedThatNoClientMeetsIsSaid() throws IOException {
    Files.writeString(run.resolve("capabilities.json"), CAPABILITIES);
    Outcome outcome = choose("--needs", "maxLifetime,HTTP/2");

    assertThat(outcome.status()).isEqualTo(1);
    assertThat(texts(json("--needs", "HTTP/2").path("first"))).isEmpty();
    assertThat(outcome.out())
        .startsWith("No client can be chosen")
        .contains("out: okhttp: HTTP/2 is unsupported")
        .contains("Without --needs HTTP/2 the answer is a tie of okhttp and httpclient5.");
  }

  @Test
  void aVoidCellIsNeverFast() throws IOException {
    setMillis("okhttp", 10);
    edit(
        roundsOf("sequential-okhttp-reference-pooled").get(0),
        root -> ((ArrayNode) root.path("secondaryMetrics")
                .path("connections")
                .path("rawData")
                .get(0))
            .set(0, 5.0));

    assertThat(texts(json().path("first"))).containsExactly("httpclient5");
    assertThat(choose().out()).contains("out: okhttp: sequential okhttp reference is void");
    assertThat(texts(json("--scenario", "concurrent").path("first"))).containsExactly("okhttp");
  }

  @Test
  void missingForksAreNeverFast() throws IOException {
    setMillis("okhttp", 10);
    Files.delete(roundsOf("indexing-okhttp-reference-pooled").get(2));

    assertThat(texts(json().path("first"))).containsExactly("httpclient5");
    assertThat(choose().out())
        .contains("out: okhttp: indexing okhttp reference has 4 of 5 forks; those that are missing"
            + " may be the slow ones");
  }

  @Test
  void bytesLimitWhatTheyAreKnownOf() throws IOException {
    for (Path file : roundsOf("-pooled")) {
      boolean hungry = file.toString().contains("okhttp");
      edit(
          file,
          root -> ((ObjectNode) root.path("secondaryMetrics"))
              .putObject("gc.alloc.rate.norm")
              .put("score", hungry ? 9000 : 1000));
    }

    assertThat(texts(json("--max-bytes", "5000").path("first"))).containsExactly("httpclient5");
    assertThat(choose("--max-bytes", "5000").out())
        .contains("takes up to 9000.0 bytes, and 5000 is the limit");
  }

  /** Of the eight calls of a fork the seventh takes 3 % more than their mean, and only the eighth lies above it. */
  @Test
  void aPercentileIsOfSingleOperations() throws IOException {
    for (Path file : roundsOf("concurrent-")) {
      edit(file, root -> {
        ArrayNode times = (ArrayNode) root.path("primaryMetric").path("rawData").get(0);
        double mean = root.path("primaryMetric").path("score").asDouble();
        times.removeAll();
        for (int i = 0; i < 8; i++) {
          times.add(mean * (i == 0 ? 1.10 : i == 5 ? 1.03 : 1 - 0.13 / 6));
        }
      });
    }

    assertThat(places(json("--scenario", "concurrent", "--max-percentile", "87.5=104.2")))
        .containsExactly("first", "first", "out", "out");
    assertThat(places(json("--scenario", "concurrent", "--max-percentile", "87.5=103.9")))
        .containsExactly("out", "out", "out", "out");
    assertThat(places(json("--scenario", "concurrent", "--max-percentile", "75=99")))
        .containsExactly("first", "first", "out", "out");
    assertThat(
            choose("--scenario", "concurrent", "--max-percentile", "87.5=103.9").out())
        .contains(" ms at percentile 87.5, and 103.9 is the limit");
    Outcome tooHigh = choose("--scenario", "concurrent", "--max-percentile", "87.6=200");
    assertThat(tooHigh.status()).isEqualTo(2);
    assertThat(tooHigh.err()).endsWith("one in each fork lies above it: 87.6\n").hasLineCount(1);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "--max-bytes 5|--max-bytes must be of a run with gc.alloc.rate.norm in every round",
        "--needs maxLifetime|--needs must be of a run with capabilities.json; this one has none",
        "--among profile --needs maxLifetime|--needs applies to clients, and must not be combined with"
            + " --among profile: maxLifetime",
        "--only colour=red|--only: axis must be one of scenario, client, profile: colour",
        "--only profile|--only must be AXIS=VALUE[,VALUE]: profile",
        "--max-cpu-micros 0|--max-cpu-micros must be finite and > 0: 0.0",
        "--among colour|--among must be one of client, profile: colour",
        "--scenario x|--scenario must be one of sequential, concurrent, indexing: x",
        "--max-percentile 99=200|--max-percentile must be of rounds in single-shot mode with more",
        "--max-percentile 100=200|--max-percentile must name a percentile > 0 and < 100: 100",
        "--max-percentile 50=0|--max-percentile 50 must be finite and > 0: 0",
        "--max-millis 0|--max-millis must be finite and > 0: 0.0",
        "--max-millis NaN|--max-millis must be finite and > 0: NaN"
      })
  void whatTheRunCannotTellIsRefused(String options, String message) throws IOException {
    Files.deleteIfExists(run.resolve("capabilities.json"));
    Outcome outcome = choose(options.split(" "));

    assertThat(outcome.status()).isEqualTo(2);
    assertThat(outcome.out()).isEmpty();
    assertThat(outcome.err()).startsWith("poolmark: " + message).hasLineCount(1);
  }

  @Test
  void anUnknownNeedIsRefusedWithTheKnownOnes() throws IOException {
    Files.writeString(run.resolve("capabilities.json"), CAPABILITIES);

    assertThat(choose("--needs", "sparkle").err())
        .isEqualTo("poolmark: --needs must be one of maxLifetime, HTTP/2: sparkle\n");
    Files.writeString(run.resolve("capabilities.json"), "{\"okhttp\": [");
    assertThat(choose("--needs", "maxLifetime").err())
        .contains("capabilities.json: truncated or not a table of settings by client")
        .hasLineCount(1);
  }

  @Test
  void aRunOfItselfIsNoChoice() {
    Outcome outcome = chooseFrom(Path.of("published", "aa"));

    assertThat(outcome.status()).isEqualTo(2);
    assertThat(outcome.err()).contains("compares each cell with itself: aa").hasLineCount(1);
  }

  /** In the published run 10 or 50 calls at once wait for each other unless the pool holds them all. */
  @Test
  void theSizeOfAPoolIsChosenFromTheStudyOfSizes() {
    Path sizing = Path.of("published", "sizing");

    assertThat(chooseFrom(sizing, "--among", "pool").out())
        .startsWith("Choose 50: it is the fastest of the 5 values of pool that meet the needs.\n")
        .contains("and concurrency (10, 50)");
    assertThat(chooseFrom(sizing, "--among", "pool", "--max-millis", "200").out())
        .startsWith("Choose 50: it is the fastest of the 3 values of pool that meet the needs.\n")
        .contains("out: 2: concurrent okhttp reference 50 2 takes up to ");
    assertThat(chooseFrom(sizing, "--among", "pool", "--max-millis", "60").out())
        .startsWith("Choose 50: it is the only value of pool that meets the needs.\n");
    assertThat(chooseFrom(sizing, "--among", "pool", "--max-millis", "5").out())
        .startsWith("No pool can be chosen: ");
    assertThat(chooseFrom(sizing, "--among", "pool", "--only", "concurrency=10").out())
        .startsWith("It is a tie of 50, 10 and 20: their times do not differ significantly")
        .contains("and concurrency (10)");
  }

  /** A limit that all exceed tells what each takes in the published run; the next lets the cheapest alone through. */
  @Test
  void theProcessorTimeOfARequestMustKeepTheLimit() {
    Path cost = Path.of("published", "cost");
    List<MatchResult> taken = Pattern.compile(
            "out: (.+): requests .+ takes up to (.+) us of processor time a request, and 1 is the limit")
        .matcher(
            chooseFrom(cost, "--scenario", "requests", "--max-cpu-micros", "1").out())
        .results()
        .sorted(Comparator.comparing(found -> Double.valueOf(found.group(2))))
        .toList();
    assertThat(taken).hasSize(6);
    double limit = (Double.parseDouble(taken.get(0).group(2))
            + Double.parseDouble(taken.get(1).group(2)))
        / 2;

    assertThat(chooseFrom(cost, "--scenario", "requests", "--max-cpu-micros", String.valueOf(limit))
            .out())
        .startsWith(
            "Choose " + taken.get(0).group(1) + ": it is the only client that meets the needs.\n")
        .contains(" takes up to " + taken.get(5).group(2) + " us of processor time a request");
    assertThat(chooseFrom(cost, "--scenario", "hundred-at-once", "--max-cpu-micros", "100")
            .err())
        .startsWith("poolmark: --max-cpu-micros must be of a run with cpuMicros in every round")
        .hasLineCount(1);
  }

  private JsonNode json(String... options) {
    String[] all = Stream.concat(Stream.of("--json"), Stream.of(options)).toArray(String[]::new);
    return JsonMapper.shared().readTree(choose(all).out());
  }

  private Outcome choose(String... options) {
    return chooseFrom(run, options);
  }

  private static Outcome chooseFrom(Path folder, String... options) {
    String[] args = Stream.concat(Stream.of("choose", folder.toString()), Stream.of(options))
        .toArray(String[]::new);
    return Outcome.of(args);
  }

  private static List<String> places(JsonNode json) {
    return StreamSupport.stream(json.path("standings").spliterator(), false)
        .map(client -> client.path("place").asString())
        .toList();
  }

  private static List<String> texts(JsonNode array) {
    return StreamSupport.stream(array.spliterator(), false)
        .map(JsonNode::asString)
        .toList();
  }

  /** Replaces the pooled times whose file names hold that. The scatter differs from scenario to scenario. */
  private void setMillis(String name, double millis) throws IOException {
    for (Path file : roundsOf(name + "-reference-pooled")) {
      int round = Integer.parseInt(file.getFileName().toString().substring(0, 2));
      int shift = file.toString().contains("concurrent") ? 1 : 0;
      double value = millis * SCATTER[(round - 1 + shift) % SCATTER.length];
      edit(file, root -> {
        ObjectNode metric = (ObjectNode) root.path("primaryMetric");
        metric.put("score", value);
        ArrayNode times = (ArrayNode) metric.path("rawData").get(0);
        for (int i = 0; i < times.size(); i++) {
          times.set(i, value);
        }
      });
    }
  }

  private void keepClients(String... clients) throws IOException {
    Path study = run.resolve("study.yaml");
    String text = Files.readString(study);
    String changed = text.replaceFirst(
        "  client:\n(  - .*\n)+", "  client:\n  - " + String.join("\n  - ", clients) + "\n");
    assertThat(changed).isNotEqualTo(text);
    Files.writeString(study, changed);
  }

  private interface Edit {
    void of(JsonNode result);
  }

  private static void edit(Path file, Edit edit) throws IOException {
    JsonNode root = JsonMapper.shared().readTree(Files.readString(file));
    edit.of(root.get(0));
    Files.writeString(file, root.toString());
  }

  private List<Path> roundsOf(String name) throws IOException {
    try (Stream<Path> files = Files.list(run.resolve("rounds"))) {
      List<Path> found = files
          .filter(file -> file.getFileName().toString().contains(name))
          .sorted()
          .toList();
      assertThat(found).isNotEmpty();
      return found;
    }
  }
}
