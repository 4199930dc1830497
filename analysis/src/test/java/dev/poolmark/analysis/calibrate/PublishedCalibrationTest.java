package dev.poolmark.analysis.calibrate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.poolmark.analysis.calibrate.Experiment.Row;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The published page is what the code gives: the first row of each question is drawn again, as often as published. */
class PublishedCalibrationTest {

  private static final Path FOLDER = Path.of("published", "calibrate");
  /** Of a hundred: room for a draw or two that another processor's last digit puts on the other side. */
  private static final double LAST_DIGIT = 0.02;

  /** The page is made with JDK 17; later ones draw some normal numbers otherwise from the same seed. */
  private static double room(double percent, int trials) {
    double share = Math.min(Math.max(percent / 100, 1.0 / trials), 1 - 1.0 / trials);
    double errorOfDifference = 100 * Math.sqrt(2 * share * (1 - share) / trials);
    return Runtime.version().feature() == 17 ? LAST_DIGIT : LAST_DIGIT + 4 * errorOfDifference;
  }

  @Test
  void rowsFollowFromTheirSeeds() throws Exception {
    JsonNode published =
        JsonMapper.shared().readTree(Files.readString(FOLDER.resolve("calibrate.json")));
    List<Question> questions = Calibration.PUBLISHED.all();

    assertThat(published.path("holds").asBoolean()).isTrue();
    assertThat(published.path("sections").size()).isEqualTo(questions.size());
    for (int i = 0; i < questions.size(); i++) {
      JsonNode rows = published.path("sections").get(i).path("rows");
      Row row = Calibration.run(questions.get(i), i, 0);
      assertThat(rows.size()).isEqualTo(questions.get(i).experiments().size());
      assertThat(rows.get(0).path("setting").asString()).isEqualTo(row.setting());
      assertThat(rows.get(0).path("trials").asInt()).isEqualTo(row.trials());
      for (int column = 0; column < row.percents().size(); column++) {
        double percent = rows.get(0).path("percents").get(column).asDouble();
        assertThat(row.percents().get(column))
            .isCloseTo(percent, within(room(percent, row.trials())));
      }
    }
  }

  @Test
  void thePageShowsEveryRow() throws Exception {
    String page = Files.readString(FOLDER.resolve("calibrate.md"));

    for (Question question : Calibration.PUBLISHED.all()) {
      assertThat(page).contains("## " + question.title(), question.text());
      for (Experiment experiment : question.experiments()) {
        assertThat(page).contains("| " + experiment.setting() + " | " + experiment.trials());
      }
    }
  }

  @Test
  void htmlAndMarkdownHaveTheSameCells() throws Exception {
    String html = Files.readString(FOLDER.resolve("calibrate.html"));
    List<String> markdown = Files.readString(FOLDER.resolve("calibrate.md"))
        .lines()
        .filter(line -> line.startsWith("| "))
        .flatMap(line -> Stream.of(line.substring(2).split(" \\|\\s*")))
        .toList();

    assertThat(Pattern.compile("<t[hd][^>]*>(.*?)</t[hd]>")
            .matcher(html)
            .results()
            .map(cell -> cell.group(1).replace("&quot;", "\"")))
        .hasSizeGreaterThan(900)
        .containsExactlyElementsOf(markdown);
    assertThat(html).contains("<td>BROKEN, not promised</td>");
  }

  @Test
  void htmlLooksLikeAReport() throws Exception {
    String report = Files.readString(Path.of("published", "quick", "report.html"));
    String style = report.substring(report.indexOf("<style>"), report.indexOf("</style>"));

    assertThat(FOLDER.resolve("calibrate.html")).content().contains(style);
  }
}
