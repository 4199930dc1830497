package dev.poolmark.analysis.report;

import static org.assertj.core.api.Assertions.assertThat;

import dev.poolmark.analysis.results.RunFolder;
import dev.poolmark.analysis.stats.Interval;
import dev.poolmark.analysis.verdict.JudgedCell;
import dev.poolmark.analysis.verdict.JudgedRun;
import dev.poolmark.analysis.verdict.Verdict;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What is published in the tree is what its raw rounds give. After a wanted change of the report, {@code poolmark
 * report} on the folder writes it anew.
 */
class PublishedTest {
  private static final String BEGIN = "<!-- studies -->\n";
  private static final String END = "<!-- /studies -->";

  static List<Path> folders() throws IOException {
    try (Stream<Path> folders = Files.list(Path.of("published"))) {
      return folders
          .filter(folder -> Files.exists(folder.resolve("study.yaml")))
          .sorted()
          .toList();
    }
  }

  /** With {@code -Dreadme.update=true}, writes the table first. */
  @Test
  void theReadmeSaysWhatEachFound() throws Exception {
    StringBuilder table =
        new StringBuilder("| question | answer | claim | report |\n|---|---|---|---|\n");
    for (Path folder : folders()) {
      Verdict verdict = JudgedRun.read(new RunFolder(folder)).verdict();
      String name = folder.getFileName().toString();
      table.append("| %s | %s. | %s | [%s](%s/report.md) |%n"
          .formatted(
              verdict.study().question(),
              verdict.headline(),
              verdict.verdict().word(),
              name,
              name));
    }
    Path readme = Path.of("published", "README.md");
    String text = Files.readString(readme);
    int begin = text.indexOf(BEGIN) + BEGIN.length();
    int end = text.indexOf(END);
    if (Boolean.getBoolean("readme.update")) {
      text = text.substring(0, begin) + table + text.substring(end);
      Files.writeString(readme, text);
    }
    assertThat(text.substring(begin, text.indexOf(END)))
        .as("the table of " + readme + "; to write it again, add -Dreadme.update=true")
        .isEqualTo(table.toString());
  }

  /** The README's answer has the savings of each scenario of {@code quick}, in that order, and of {@code surface}. */
  @Test
  void theReadmesAnswerIsWhatWasFound() throws Exception {
    List<JudgedCell> quick = cells("quick");
    List<String> answer = new ArrayList<>();
    for (String scenario : List.of("sequential", "concurrent", "indexing")) {
      answer.add(range(
          quick.stream().filter(cell -> cell.cell().scenario().equals(scenario)).toList()));
    }
    answer.add(range(cells("surface")));
    assertThat(Path.of("..", "README.md")).content().containsSubsequence(answer);
  }

  private static List<JudgedCell> cells(String study) throws Exception {
    return JudgedRun.read(new RunFolder(Path.of("published", study))).verdict().cells();
  }

  /** From the lowest to the highest end of the intervals, in whole percent. */
  private static String range(List<JudgedCell> cells) {
    List<Interval> intervals =
        cells.stream().flatMap(cell -> cell.reductionInterval().stream()).toList();
    return "%.0f-%.0f %%"
        .formatted(
            intervals.stream().mapToDouble(Interval::low).min().orElseThrow(),
            intervals.stream().mapToDouble(Interval::high).max().orElseThrow());
  }

  @ParameterizedTest
  @MethodSource("folders")
  void everyFileFollowsFromTheRounds(Path folder) throws Exception {
    GoldenTest.files(new RunFolder(folder))
        .forEach(
            (name, text) -> assertThat(folder.resolve(name)).content().as(name).isEqualTo(text));
  }
}
