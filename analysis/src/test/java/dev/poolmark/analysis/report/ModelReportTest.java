package dev.poolmark.analysis.report;

import static org.assertj.core.api.Assertions.assertThat;

import dev.poolmark.analysis.model.ModelWorld;
import dev.poolmark.analysis.study.InputException;
import dev.poolmark.analysis.table.Text;
import dev.poolmark.analysis.verdict.JudgedRun;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What the report draws of a model: a grid of four round trips, three service times, two kinds of TLS and two clients,
 * with an outlier, a void cell and a cell that was not measured, against golden files, byte by byte.
 */
class ModelReportTest {

  private static final Path GOLDEN = Path.of("src", "test", "resources", "golden", "grid");

  /** The world of the golden files. */
  static ModelWorld world() {
    return ModelWorld.grid(0.02, 20261125, "+tls=1.2", "+tls=1.3").withOff((cell, arm) -> {
      boolean pooled = arm.equals("pooled");
      return switch (cell.label()) {
        case "sequential okhttp rtt=8ms+service-time=5ms+tls=1.2" -> pooled ? 1 : 1.31;
        case "sequential jdk rtt=2ms+service-time=25ms+tls=1.3" -> pooled ? -1 : 1;
        case "sequential jdk rtt=32ms+service-time=1ms+tls=1.3" -> 0;
        default -> 1;
      };
    });
  }

  /** Three round trips and that many service times, with long figures. */
  static ModelWorld columns(int columns) {
    List<String> profiles = new ArrayList<>();
    for (int column = 1; column <= columns; column++) {
      for (int row = 1; row <= 3; row++) {
        profiles.add("rtt=" + row * 100.5 + "ms+service-time=" + column * 30.25 + "ms");
      }
    }
    return new ModelWorld(profiles, List.of("jdk"), 0.2, 1, (cell, arm) -> 1);
  }

  static Map<String, String> files(ModelWorld world) throws InputException {
    return Report.files(new JudgedRun(
        world.verdict(), world.results(), ModelWorld.environment(), Optional.empty(), ""));
  }

  /** The sections of the model alone. */
  private static String sections(String markdown) {
    return markdown.substring(
        markdown.indexOf("## Measured against"), markdown.indexOf("## Single forks"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"model.md", "surface-1.svg", "surface-4.svg"})
  void givesTheSameBytes(String name) throws Exception {
    Map<String, String> files = files(world());
    String actual = name.equals("model.md") ? sections(files.get("report.md")) : files.get(name);
    Path golden = GOLDEN.resolve(name);
    if (Boolean.getBoolean("golden.update")) {
      Files.createDirectories(GOLDEN);
      Files.writeString(golden, actual);
    }

    assertThat(actual).isEqualTo(Files.readString(golden));
  }

  @Test
  void htmlAndMarkdownSayTheSame() throws Exception {
    Map<String, String> files = files(world());
    String sentence = "okhttp connection-per-request costs 30 % more than the model at"
        + " rtt=8ms+service-time=5ms+tls=1.2.";

    assertThat(files.get("report.html")).contains(sentence).hasSizeLessThan(2 << 20);
    assertThat(files.get("report.md")).contains(sentence);
    for (int i = 1; i <= 4; i++) {
      assertThat(files.get("report.html")).contains(files.get("surface-" + i + ".svg"));
      assertThat(files.get("report.md")).contains("(surface-" + i + ".svg)");
    }
    assertThat(files).doesNotContainKey("surface-5.svg");
  }

  @Test
  void saysWhyThereIsNoPrediction() throws Exception {
    List<String> profiles = List.of(
        "rtt=1ms+service-time=1ms",
        "rtt=2ms+service-time=1ms",
        "rtt=1ms+service-time=2ms",
        "rtt=2ms+service-time=2ms");
    Map<String, String> files =
        files(new ModelWorld(profiles, List.of("jdk"), 0.02, 1, (cell, arm) -> 1));

    assertThat(sections(files.get("report.md")))
        .startsWith(
            "## Measured against a model\n\nNo prediction for plain: 4 cells, and it takes 6.\n\n## ");
    assertThat(files.get("surface-1.svg")).doesNotContain(">model 4");
  }

  /** Legible with few columns and many; a wall of them is left to the table. */
  @ParameterizedTest
  @CsvSource({"2, true, true", "5, true, true", "6, true, false", "7, true, false", "8, false, x"})
  void fitsItsWidth(int columns, boolean drawn, String words) throws Exception {
    Map<String, String> files = files(columns(columns));

    assertThat(files.containsKey("surface-1.svg")).isEqualTo(drawn);
    assertThat(files.get("report.md")).contains("| 301.5 | " + Text.shortest(columns * 30.25));
    if (drawn) {
      String svg = files.get("surface-1.svg");
      assertThat(Pattern.compile(">model \\d").matcher(svg).find()).isEqualTo(words.equals("true"));
      assertThat(Pattern.compile(" x=\"(\\d+\\.\\d)\"[^>]* width=\"(\\d+)")
              .matcher(svg)
              .results())
          .hasSize(3 * columns)
          .allMatch(square -> Double.parseDouble(square.group(1)) >= 76
              && Double.parseDouble(square.group(1)) + Double.parseDouble(square.group(2)) <= 445);
    }
  }
}
