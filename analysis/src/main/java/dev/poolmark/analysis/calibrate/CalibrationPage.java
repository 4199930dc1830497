package dev.poolmark.analysis.calibrate;

import dev.poolmark.analysis.calibrate.Calibration.Answer;
import dev.poolmark.analysis.calibrate.Experiment.Row;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** {@code calibrate.md}: what was tried, what was counted, and which bound holds. */
public final class CalibrationPage {

  private CalibrationPage() {}

  /** The text of the page. */
  public static String markdown(Calibration calibration) {
    StringBuilder page = new StringBuilder("# Calibration: ")
        .append(
            calibration.holds() ? "every promised bound holds" : "a promised bound does not hold")
        .append("\n\n")
        .append(
            "The statistics of Poolmark, tried on runs that were drawn by chance and whose truth is known.")
        .append(" A run has one value for each of ")
        .append(Truth.ITERATIONS)
        .append(
            " iterations of each fork; iterations differ by 1 % about their fork, and forks by the spread")
        .append(
            " that a row names. Seeds and numbers of draws are in `calibrate.json` and do not change.\n\n")
        .append(
            "Shapes of the forks: *normal*; *log-normal*, a floor and an excess of sigma 1 above it;")
        .append(
            " *bimodal*, two modes equally likely, 1.96 standard deviations apart; *drifting*, normal on a")
        .append(" machine that slows down by 5 % during the run.\n\n")
        .append("```\njava -jar analysis/target/poolmark.jar calibrate --out DIR\n```\n\n")
        .append(
            "| question | bound | promised in rows | worst of them | verdict |\n|---|---|---:|---|---|\n");
    calibration.answers().stream()
        .filter(answer -> answer.section().bound().isPresent())
        .forEach(answer -> page.append(overview(answer)));
    calibration.answers().forEach(answer -> page.append(chapter(answer)));
    return page.toString();
  }

  private static String overview(Answer answer) {
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
    return String.format(
        Locale.ROOT,
        "| %s | %s | %d | %s | %s |\n",
        answer.section().title(),
        bound.words(),
        promised.size(),
        worst(bound, promised),
        verdict);
  }

  private static String worst(Bound bound, List<Row> rows) {
    Row worst = rows.stream()
        .reduce((one, other) ->
            bound.isWorse(other.percents().get(0), one.percents().get(0)) ? other : one)
        .orElseThrow();
    return String.format(Locale.ROOT, "%.2f %% (%s)", worst.percents().get(0), worst.setting());
  }

  private static String chapter(Answer answer) {
    Section section = answer.section();
    StringBuilder text =
        new StringBuilder("\n## ").append(section.title()).append("\n\n").append(section.text());
    section
        .bound()
        .ifPresent(bound ->
            text.append(" Bound, for the first figure: ").append(bound.words()).append('.'));
    text.append("\n\n| drawn | times | ")
        .append(String.join(" | ", section.columns()))
        .append(" |");
    text.append(section.bound().isPresent() ? " bound |\n" : "\n")
        .append("|---|---:|")
        .append("---:|".repeat(section.columns().size()))
        .append(section.bound().isPresent() ? "---|\n" : "\n");
    for (Row row : answer.rows()) {
      text.append("| ")
          .append(row.setting())
          .append(" | ")
          .append(row.trials())
          .append(" | ")
          .append(row.percents().stream()
              .map(percent -> String.format(Locale.ROOT, "%.2f %%", percent))
              .collect(Collectors.joining(" | ")))
          .append(section.bound().isPresent() ? " | " + status(answer, row) + " |\n" : " |\n");
    }
    return text.toString();
  }

  private static String status(Answer answer, Row row) {
    if (!row.promised()) {
      return answer.holds(row, 0) ? "kept, not promised" : "**broken**, not promised";
    }
    return answer.holds(row, 0) ? "holds" : "**fails**";
  }
}
