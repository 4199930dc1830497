package dev.poolmark.analysis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** {@code compare}, on the published run and copies of it that are changed in a known way. */
class CompareCommandTest {

  private static final String PAIR = "sequential-okhttp-reference-pooled";

  @TempDir
  private Path newer;

  /** What the command left behind. */
  @BeforeEach
  void copy() throws IOException {
    PublishedRun.copyTo(newer);
  }

  @Test
  void aRunIsNoDifferentFromItself() {
    Outcome outcome = compare();

    assertThat(outcome.status()).isEqualTo(0);
    assertThat(outcome.out())
        .startsWith("Pass: no arm of a cell is more than 11 % slower.\nRows: 24 pass. ")
        .contains("The median change of all rows is 0.0 %.", "The environments are the same.");
    for (JsonNode row : rows()) {
      assertThat(row.path("change").asString()).isEqualTo("pass");
      assertThat(row.path("changePercent").asDouble()).isEqualTo(0);
      assertThat(row.path("lowPercent").asDouble()).isNegative();
      assertThat(row.path("highPercent").asDouble()).isPositive();
    }
  }

  @Test
  void anArmThatBecameSlowerIsARegressionAndTheOnlyOne() throws IOException {
    scale(PAIR, 1.12);
    Outcome outcome = compare();

    assertThat(outcome.status()).isEqualTo(1);
    assertThat(outcome.out())
        .startsWith("Regressed: sequential okhttp reference, pooled: +12.0 %.\nRows: ")
        .contains("1 regressed");
    JsonNode slower = rows().stream()
        .filter(row -> row.path("change").asString().equals("regressed"))
        .findFirst()
        .orElseThrow();
    assertThat(slower.path("client").asString()).isEqualTo("okhttp");
    assertThat(slower.path("arm").asString()).isEqualTo("pooled");
    assertThat(slower.path("changePercent").asDouble()).isCloseTo(12, within(1e-4));
    assertThat(slower.path("adjustedP").asDouble()).isLessThan(0.05);
  }

  @Test
  void anArmThatBecameFasterIsNone() throws IOException {
    scale(PAIR, 0.88);
    Outcome outcome = compare();

    assertThat(outcome.status()).isEqualTo(0);
    assertThat(outcome.out()).contains("1 improved, 23 pass");
  }

  /** A change a little larger than its interval is wide is visible in this row alone, but not as one of 24. */
  @Test
  void theCorrectionIsOverAllRows() throws IOException {
    scale(PAIR, 1.12);
    double half = rows().stream()
        .filter(each -> each.path("changePercent").asDouble() > 10)
        .mapToDouble(each -> Math.log(1.12 / (1 + each.path("lowPercent").asDouble() / 100)))
        .findFirst()
        .orElseThrow();
    scale(PAIR, Math.exp(1.1 * half) / 1.12);

    JsonNode row = rows().stream()
        .filter(each -> Math.abs(each.path("changePercent").asDouble()) > 0.01)
        .findFirst()
        .orElseThrow();
    assertThat(row.path("lowPercent").asDouble()).isPositive();
    assertThat(row.path("adjustedP").asDouble()).isGreaterThan(0.05);
    assertThat(row.path("change").asString()).isEqualTo("pass");
    assertThat(compare("--max-regression=1").out())
        .startsWith("Cannot tell: a regression of more than 1 % ")
        .contains("1 pass, 23 cannot tell");
    assertThat(compare("--max-regression=1").status()).isEqualTo(3);
  }

  @Test
  void whatMovedAllRowsIsSaid() throws IOException {
    scale("", 1.03);

    assertThat(compare().out()).contains("The median change of all rows is +3.0 %.");
  }

  @Test
  void whatCannotBeComparedDoesNotPass() throws IOException {
    List<Path> gone = roundsOf(PAIR);
    for (Path file : gone) {
      Files.delete(file);
    }
    Outcome outcome = compare();

    assertThat(outcome.status()).isEqualTo(3);
    assertThat(outcome.out())
        .startsWith("Cannot tell: ")
        .contains("23 pass, 1 missing.", gone.size() + " / 0");
  }

  @Test
  void anArmThatTheServerContradictsIsVoid() throws IOException {
    for (Path file : roundsOf(PAIR)) {
      setConnections(file);
    }
    Outcome outcome = compare();

    assertThat(outcome.status()).isEqualTo(3);
    assertThat(outcome.out()).contains("23 pass, 1 void.");
  }

  @Test
  void anotherLibraryIsNamed() throws IOException {
    edit("environment.json", "\"okhttp\" : \"[^\"]*\"", "\"okhttp\" : \"9.9\"");

    assertThat(compare().out()).containsPattern("What differs: okhttp: [0-9.]+, now 9\\.9\\.");
  }

  @Test
  void anotherMachineIsRefusedOrMarked() throws IOException {
    edit("environment.json", "\"model\" : \"[^\"]*\"", "\"model\" : \"Z80\"");
    Outcome refused = compare();
    Outcome marked = compare("--allow-different-machines");

    assertThat(refused.status()).isEqualTo(2);
    assertThat(refused.out()).isEmpty();
    assertThat(refused.err())
        .startsWith("poolmark: BASE and NEW must be runs of one machine: cpu is ")
        .contains("now 2 x Z80")
        .hasLineCount(1);
    assertThat(marked.status()).isEqualTo(0);
    assertThat(marked.out()).contains("DIFFERENT MACHINES: cpu is ");
    assertThat(compare("--allow-different-machines", "--json").out()).contains("now 2 x Z80");
  }

  @Test
  void aBusyMachineIsSaid() throws IOException {
    for (Path round : roundsOf("")) {
      edit("course/" + round.getFileName(), "\"otherCores\" : [0-9.]+", "\"otherCores\" : 1.5");
    }

    scale(PAIR, 1.5);
    Outcome outcome = compare();

    assertThat(outcome.status())
        .as("nothing regressed that was measured under load")
        .isEqualTo(3);
    assertThat(outcome.out())
        .contains("NEW: other processes used 1.50 of 2 cores on average", "1 cannot tell");
  }

  @Test
  void anotherStudyIsRefused() throws IOException {
    edit("study.yaml", "seed: \\d+", "seed: 1");
    Outcome outcome = compare();

    assertThat(outcome.status()).isEqualTo(2);
    assertThat(outcome.err())
        .startsWith("poolmark: BASE and NEW must be runs of the same study: seed is ")
        .hasLineCount(1);
  }

  @Test
  void moreRoundsAreTheSameStudy() throws IOException {
    edit("study.yaml", "rounds: \\d+", "rounds: 20");

    assertThat(compare().status()).isEqualTo(0);
  }

  @Test
  void markdownIsATable() throws IOException {
    scale(PAIR, 1.12);
    List<String> table =
        compare("--markdown").out().lines().filter(line -> line.startsWith("|")).toList();

    assertThat(table).hasSize(26);
    assertThat(table.get(1)).matches("(\\|---:?)+\\|");
    assertThat(table)
        .allMatch(line -> line.chars().filter(c -> c == '|').count()
            == table.get(0).chars().filter(c -> c == '|').count())
        .anyMatch(line -> line.contains("| okhttp |") && line.contains("| regressed |"))
        .anyMatch(line -> line.contains("| pass |"));
  }

  private List<JsonNode> rows() {
    JsonNode root = JsonMapper.shared().readTree(compare("--json").out());
    return StreamSupport.stream(root.path("rows").spliterator(), false).toList();
  }

  private Outcome compare(String... options) {
    boolean limited = Stream.of(options).anyMatch(option -> option.startsWith("--max-regression"));
    String[] args = Stream.of(
            Stream.of("compare", PublishedRun.QUICK.toString(), newer.toString()),
            limited ? Stream.<String>of() : Stream.of("--max-regression=11"),
            Stream.of(options))
        .flatMap(part -> part)
        .toArray(String[]::new);
    return Outcome.of(args);
  }

  /** Multiplies every time in the round files whose name holds that. */
  private void scale(String name, double factor) throws IOException {
    for (Path file : roundsOf(name)) {
      JsonNode root = JsonMapper.shared().readTree(Files.readString(file));
      ObjectNode metric = (ObjectNode) root.get(0).path("primaryMetric");
      metric.put("score", factor * metric.path("score").asDouble());
      ArrayNode times = (ArrayNode) metric.path("rawData").get(0);
      for (int i = 0; i < times.size(); i++) {
        times.set(i, factor * times.get(i).asDouble());
      }
      Files.writeString(file, root.toString());
    }
  }

  private static void setConnections(Path file) throws IOException {
    JsonNode root = JsonMapper.shared().readTree(Files.readString(file));
    ArrayNode counts = (ArrayNode)
        root.get(0).path("secondaryMetrics").path("connections").path("rawData").get(0);
    counts.set(0, 5.0);
    Files.writeString(file, root.toString());
  }

  private void edit(String name, String pattern, String replacement) throws IOException {
    Path file = newer.resolve(name);
    String text = Files.readString(file);
    String changed = text.replaceFirst(pattern, replacement);
    assertThat(changed).isNotEqualTo(text);
    Files.writeString(file, changed);
  }

  private List<Path> roundsOf(String name) throws IOException {
    try (Stream<Path> files = Files.list(newer.resolve("rounds"))) {
      List<Path> found =
          files.filter(file -> file.getFileName().toString().contains(name)).toList();
      assertThat(found).isNotEmpty();
      return found;
    }
  }
}
