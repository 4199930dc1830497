package dev.poolmark.analysis.calibrate;

import dev.poolmark.analysis.calibrate.Experiment.Row;
import dev.poolmark.analysis.results.Json;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * The statistics of this tool, tried on runs that are drawn by chance and whose truth is known. Seeds and numbers of
 * draws are fixed, so the figures are the same each time. Immutable.
 *
 * @param answers the questions in their order, each with what was counted
 */
public record Calibration(List<Answer> answers) {

  /** The first seed; every row has its own. */
  private static final long SEED = 20261125;

  /** With 10,000 pairs, chance alone would break a bound of 5.5 % in one of the rows; with 40,000 it does not. */
  static final Questions PUBLISHED = new Questions(40_000, 10_000);

  /** A question and its rows. */
  record Answer(Question question, List<Row> rows) {

    /**
     * The rows whose figure passes the bound that is promised for them.
     *
     * @param standardErrors of the figure that the bound may be passed by; 0 to take it at its word
     */
    List<Row> broken(double standardErrors) {
      return rows.stream()
          .filter(row -> row.promised() && !holds(row, standardErrors))
          .toList();
    }

    /** The rows whose figure breaks a bound that is not promised for them. */
    List<Row> brokenUnpromised() {
      return rows.stream().filter(row -> !row.promised() && !holds(row, 0)).toList();
    }

    boolean holds(Row row, double standardErrors) {
      return question
          .bound()
          .map(bound -> {
            double share = bound.percent() / 100;
            double slack = standardErrors * 100 * Math.sqrt(share * (1 - share) / row.trials());
            return bound.holds(row.percents().get(0), slack);
          })
          .orElse(true);
    }
  }

  /** The calibration that is published: less than a minute on two cores. Uses the common pool. */
  public static Calibration run() {
    return run(PUBLISHED);
  }

  static Calibration run(Questions questions) {
    List<Question> all = questions.all();
    List<Answer> answers = new ArrayList<>();
    for (int i = 0; i < all.size(); i++) {
      Question question = all.get(i);
      long seed = SEED + 1000L * i;
      List<Row> rows = IntStream.range(0, question.experiments().size())
          .parallel()
          .mapToObj(j -> question.experiments().get(j).run(question.columns().size(), seed + j))
          .toList();
      answers.add(new Answer(question, rows));
    }
    return new Calibration(List.copyOf(answers));
  }

  /** Runs one row; questions and rows are numbered from 0. */
  static Row run(Question question, int number, int row) {
    long seed = SEED + 1000L * number + row;
    return question.experiments().get(row).run(question.columns().size(), seed);
  }

  /** Whether every figure keeps to the bound that is promised for it. */
  public boolean holds() {
    return answers.stream().allMatch(answer -> answer.broken(0).isEmpty());
  }

  /** For the terminal: a line a question, and a line for each bound that is broken. */
  public String summary() {
    StringBuilder text = new StringBuilder();
    for (Answer answer : answers) {
      answer.question().bound().ifPresent(bound -> {
        List<Row> broken = answer.broken(0);
        long promised = answer.rows().stream().filter(Row::promised).count();
        int unpromised = answer.brokenUnpromised().size();
        text.append(String.format(
            Locale.ROOT,
            "%s: %s in %d of %d rows: %s%s%n",
            answer.question().title(),
            bound.words(),
            promised - broken.size(),
            promised,
            broken.isEmpty() ? "holds" : "FAILS",
            unpromised == 0
                ? ""
                : "; broken in " + unpromised + " more, where it is not promised"));
        broken.forEach(row -> text.append(String.format(
            Locale.ROOT, "  %s: %.2f %%%n", row.setting(), row.percents().get(0))));
      });
    }
    return text.toString();
  }

  /** {@code calibrate.json}: every figure, in percent, with its seed and number of draws. */
  public String json() {
    List<Map<String, Object>> sections = new ArrayList<>();
    for (Answer answer : answers) {
      List<Map<String, Object>> rows = new ArrayList<>();
      for (Row row : answer.rows()) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("setting", row.setting());
        fields.put("trials", row.trials());
        fields.put("seed", row.seed());
        fields.put("percents", row.percents());
        fields.put("promised", answer.question().bound().isPresent() && row.promised());
        fields.put("holds", answer.holds(row, 0));
        rows.add(fields);
      }
      Map<String, Object> fields = new LinkedHashMap<>();
      fields.put("section", answer.question().title());
      fields.put("bound", answer.question().bound().map(Bound::words).orElse(null));
      fields.put("columns", answer.question().columns());
      fields.put("rows", rows);
      sections.add(fields);
    }
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("holds", holds());
    fields.put("sections", sections);
    return Json.format(fields);
  }
}
