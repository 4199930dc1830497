package dev.poolmark.analysis.calibrate;

import dev.poolmark.analysis.calibrate.Calibration.Answer;
import dev.poolmark.analysis.calibrate.Experiment.Row;
import dev.poolmark.analysis.table.Column;
import dev.poolmark.analysis.table.Section;
import dev.poolmark.analysis.table.Table;
import dev.poolmark.analysis.table.Text;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What was tried, what was counted, and which bound holds, as text that is not escaped yet.
 *
 * @param introduction paragraphs
 * @param sections a table of the bounds, then one for each question
 */
public record CalibrationPage(String title, List<String> introduction, List<Section> sections) {

  /** Makes the page anew. */
  public static final String COMMAND = "java -jar analysis/target/poolmark.jar calibrate --out DIR";

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
                + " that a row names. Seeds and numbers of draws are in calibrate.json and do not change.",
            "Shapes of the forks: normal; log-normal, a floor and an excess of sigma 1 above it;"
                + " bimodal, two modes equally likely, 1.96 standard deviations apart; drifting, normal on a"
                + " machine that slows down by 5 % during the run."),
        Stream.concat(
                Stream.of(bounds(calibration)),
                calibration.answers().stream().map(CalibrationPage::section))
            .toList());
  }

  /** {@code calibrate.md}. */
  public String markdown() {
    return "# " + title + "\n\n"
        + String.join("\n\n", introduction)
        + "\n\n```\n" + COMMAND + "\n```\n\n"
        + sections.stream()
            .map(section -> "## " + section.title() + "\n\n"
                + section.text().get(0) + "\n\n"
                + section.tables().get(0).markdown())
            .collect(Collectors.joining("\n"));
  }

  private static Section bounds(Calibration calibration) {
    return Section.of(
        "Bounds",
        "What is promised of each question, and the row that comes nearest to breaking it.",
        new Table<>(
            "Bounds",
            List.<Column<Answer>>of(
                Column.label("question", answer -> answer.question().title()),
                Column.label("bound", answer -> bound(answer).words()),
                Column.figure(
                    "promised in rows",
                    answer -> String.valueOf(promised(answer).size())),
                Column.label("worst of them", answer -> worst(bound(answer), promised(answer))),
                Column.label("verdict", CalibrationPage::verdict)),
            calibration.answers().stream()
                .filter(answer -> answer.question().bound().isPresent())
                .toList()));
  }

  private static Bound bound(Answer answer) {
    return answer.question().bound().orElseThrow();
  }

  private static List<Row> promised(Answer answer) {
    return answer.rows().stream().filter(Row::promised).toList();
  }

  private static String verdict(Answer answer) {
    List<Row> broken = answer.brokenUnpromised();
    return (answer.broken(0).isEmpty() ? "holds" : "FAILS")
        + (broken.isEmpty()
            ? ""
            : "; not promised, and broken, in " + broken.size() + " more: "
                + worst(bound(answer), broken));
  }

  private static String worst(Bound bound, List<Row> rows) {
    Row worst = rows.stream()
        .reduce((one, other) ->
            bound.isWorse(other.percents().get(0), one.percents().get(0)) ? other : one)
        .orElseThrow();
    return percent(worst.percents().get(0)) + " (" + worst.setting() + ")";
  }

  private static Section section(Answer answer) {
    Question question = answer.question();
    List<Column<Row>> columns = new ArrayList<>();
    columns.add(Column.label("drawn", Row::setting));
    columns.add(Column.figure("times", row -> String.valueOf(row.trials())));
    for (int i = 0; i < question.columns().size(); i++) {
      int place = i;
      columns.add(
          Column.figure(question.columns().get(i), row -> percent(row.percents().get(place))));
    }
    question
        .bound()
        .ifPresent(bound -> columns.add(Column.label("bound", row -> status(answer, row))));
    String bound = question
        .bound()
        .map(words -> " Bound, for the first figure: " + words.words() + ".")
        .orElse("");
    return Section.of(
        question.title(),
        question.text() + bound,
        new Table<>(question.title(), columns, answer.rows()));
  }

  private static String percent(double percent) {
    return Text.decimal(percent, 2) + " %";
  }

  private static String status(Answer answer, Row row) {
    if (!row.promised()) {
      return answer.holds(row, 0) ? "kept, not promised" : "BROKEN, not promised";
    }
    return answer.holds(row, 0) ? "holds" : "FAILS";
  }
}
