package dev.poolmark.analysis.calibrate;

import dev.poolmark.analysis.calibrate.Calibration.Answer;
import dev.poolmark.analysis.calibrate.Experiment.Row;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What was tried, what was counted, and which bound holds, as text. Words between stars or backquotes are marked as in
 * Markdown: what fails stands out.
 *
 * @param introduction paragraphs
 * @param chapters a table of the bounds, then one for each question
 */
public record CalibrationPage(String title, List<String> introduction, List<Chapter> chapters) {

  /** Makes the page anew. */
  public static final String COMMAND = "java -jar analysis/target/poolmark.jar calibrate --out DIR";

  /**
   * A table and what must be known of it.
   *
   * @param text empty if the title says enough
   */
  public record Chapter(String title, String text, List<Column> columns, List<List<String>> rows) {}

  /**
   * A column.
   *
   * @param figures whether it holds figures rather than words
   */
  public record Column(String name, boolean figures) {}

  /** The page of what was counted. */
  public static CalibrationPage of(Calibration calibration) {
    return new CalibrationPage(
        "Calibration: "
            + (calibration.holds()
                ? "every promised bound holds"
                : "a promised bound does not hold"),
        List.of(
            "The statistics of Poolmark, tried on runs that were drawn by chance and whose truth is known."
                + " A run has one value for each of " + Truth.ITERATIONS
                + " iterations of each fork; iterations differ by 1 % about their fork, and forks by the spread"
                + " that a row names. Seeds and numbers of draws are in `calibrate.json` and do not change.",
            "Shapes of the forks: *normal*; *log-normal*, a floor and an excess of sigma 1 above it;"
                + " *bimodal*, two modes equally likely, 1.96 standard deviations apart; *drifting*, normal on a"
                + " machine that slows down by 5 % during the run."),
        Stream.concat(
                Stream.of(overview(calibration)),
                calibration.answers().stream().map(CalibrationPage::chapter))
            .toList());
  }

  /** {@code calibrate.md}. */
  public String markdown() {
    return "# " + title + "\n\n"
        + String.join("\n\n", introduction)
        + "\n\n```\n" + COMMAND + "\n```\n\n"
        + chapters.stream()
            .map(chapter -> chapter.text().isEmpty()
                ? table(chapter)
                : "## " + chapter.title() + "\n\n" + chapter.text() + "\n\n" + table(chapter))
            .collect(Collectors.joining("\n"));
  }

  private static String table(Chapter chapter) {
    return line(chapter.columns().stream().map(Column::name).toList())
        + chapter.columns().stream()
            .map(column -> column.figures() ? "---:|" : "---|")
            .collect(Collectors.joining("", "|", "\n"))
        + chapter.rows().stream().map(CalibrationPage::line).collect(Collectors.joining());
  }

  private static String line(List<String> cells) {
    return "| " + String.join(" | ", cells) + " |\n";
  }

  private static Chapter overview(Calibration calibration) {
    return new Chapter(
        "Bounds",
        "",
        List.of(
            new Column("question", false),
            new Column("bound", false),
            new Column("promised in rows", true),
            new Column("worst of them", false),
            new Column("verdict", false)),
        calibration.answers().stream()
            .filter(answer -> answer.section().bound().isPresent())
            .map(CalibrationPage::overview)
            .toList());
  }

  private static List<String> overview(Answer answer) {
    Bound bound = answer.section().bound().orElseThrow();
    List<Row> promised = answer.rows().stream().filter(Row::promised).toList();
    List<Row> broken = answer.rows().stream()
        .filter(row -> !row.promised() && !answer.holds(row, 0))
        .toList();
    String verdict = answer.broken(0).isEmpty() ? "holds" : "**fails**";
    if (!broken.isEmpty()) {
      verdict +=
          "; not promised, and broken, in " + broken.size() + " more: " + worst(bound, broken);
    }
    return List.of(
        answer.section().title(),
        bound.words(),
        String.valueOf(promised.size()),
        worst(bound, promised),
        verdict);
  }

  private static String worst(Bound bound, List<Row> rows) {
    Row worst = rows.stream()
        .reduce((one, other) ->
            bound.isWorse(other.percents().get(0), one.percents().get(0)) ? other : one)
        .orElseThrow();
    return percent(worst.percents().get(0)) + " (" + worst.setting() + ")";
  }

  private static Chapter chapter(Answer answer) {
    Section section = answer.section();
    List<Column> columns = new ArrayList<>();
    columns.add(new Column("drawn", false));
    columns.add(new Column("times", true));
    section.columns().forEach(name -> columns.add(new Column(name, true)));
    section.bound().ifPresent(bound -> columns.add(new Column("bound", false)));
    List<List<String>> rows = new ArrayList<>();
    for (Row row : answer.rows()) {
      List<String> cells = new ArrayList<>();
      cells.add(row.setting());
      cells.add(String.valueOf(row.trials()));
      row.percents().forEach(percent -> cells.add(percent(percent)));
      section.bound().ifPresent(bound -> cells.add(status(answer, row)));
      rows.add(cells);
    }
    String bound = section
        .bound()
        .map(words -> " Bound, for the first figure: " + words.words() + ".")
        .orElse("");
    return new Chapter(section.title(), section.text() + bound, columns, rows);
  }

  private static String percent(double percent) {
    return String.format(Locale.ROOT, "%.2f %%", percent);
  }

  private static String status(Answer answer, Row row) {
    if (!row.promised()) {
      return answer.holds(row, 0) ? "kept, not promised" : "**broken**, not promised";
    }
    return answer.holds(row, 0) ? "holds" : "**fails**";
  }
}
