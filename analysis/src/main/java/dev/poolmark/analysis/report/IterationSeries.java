package dev.poolmark.analysis.report;

import static dev.poolmark.analysis.report.Svg.LEFT;
import static dev.poolmark.analysis.report.Svg.RIGHT;
import static dev.poolmark.analysis.report.Svg.WIDTH;

import dev.poolmark.analysis.results.Course;
import dev.poolmark.analysis.results.Results;
import dev.poolmark.analysis.study.Arm;
import dev.poolmark.analysis.study.Cell;
import dev.poolmark.analysis.study.Fork;
import dev.poolmark.analysis.study.Study;
import dev.poolmark.analysis.table.Text;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The iterations of every fork, one after the other, as SVG: a small chart for each arm of each cell, a curve for each
 * fork, warm-up iterations on a shaded ground. A series that still falls where it is measured was not warm.
 */
final class IterationSeries {

  private static final int TOP = 48;
  private static final int HEADING = 30;
  private static final int ROW = 92;
  private static final int CHART = 62;
  private static final int GAP = 34;
  private static final double MIDDLE = (LEFT + RIGHT) / 2.0;
  /** Beyond this a curve runs along the edge; the table has the values. */
  private static final double WIDEST_PERCENT = 50;

  private final Study study;
  private final Results results;
  private final double most;
  private final Svg rows = new Svg();
  private int bottom = TOP;

  /** The iterations of a fork in ms per operation, those of the warm-up first. */
  record Series(int warmUp, List<Double> millis) {

    static Optional<Series> of(Fork fork, Results results) {
      List<Double> measured = results.forks().get(fork).iterationMillis();
      List<Double> warmUp = Optional.ofNullable(results.courses().get(fork))
          .map(Course::warmUpMillis)
          .orElse(List.of());
      return measured.isEmpty()
          ? Optional.empty()
          : Optional.of(new Series(
              warmUp.size(), Stream.concat(warmUp.stream(), measured.stream()).toList()));
    }
  }

  private IterationSeries(Study study, Results results) {
    this.study = study;
    this.results = results;
    double largest = 5;
    for (Cell cell : Axes.pictured(study)) {
      for (Arm arm : study.design().arms().both()) {
        double typical = Deviations.typicalMillis(results, cell, arm);
        for (Series series : seriesOf(cell, arm)) {
          for (double millis :
              series.millis().subList(series.warmUp(), series.millis().size())) {
            largest = Math.max(largest, Math.abs(Deviations.percent(millis, typical)));
          }
        }
      }
    }
    this.most = Math.min(WIDEST_PERCENT, 5 * Math.ceil(largest / 5));
  }

  /** The series of an arm's forks. */
  static List<Series> seriesOf(Results results, Cell cell, Arm arm) {
    List<Series> all = new ArrayList<>();
    results.forksOf(cell, arm).forEach(fork -> Series.of(fork, results).ifPresent(all::add));
    return all;
  }

  private List<Series> seriesOf(Cell cell, Arm arm) {
    return seriesOf(results, cell, arm);
  }

  /**
   * The picture; empty if no fork tells its iterations.
   *
   * @param id tells it from other pictures of the same page
   */
  static Optional<String> svg(String id, Study study, Results results) {
    boolean any = Axes.pictured(study).stream()
        .anyMatch(cell -> study.design().arms().both().stream()
            .anyMatch(arm -> !seriesOf(results, cell, arm).isEmpty()));
    return any ? Optional.of(new IterationSeries(study, results).draw(id)) : Optional.empty();
  }

  private String draw(String id) {
    String scenario = "";
    for (Cell cell : Axes.pictured(study)) {
      if (!cell.scenario().equals(scenario)) {
        scenario = cell.scenario();
        rows.text("fp-head", LEFT, bottom + 21, "start", scenario);
        bottom += HEADING;
      }
      rows.open(cell.label());
      rows.text("fp-name", LEFT, bottom + 14, "start", Axes.label(study, cell));
      rows.text("fp-tick", MIDDLE, bottom + 30, "middle", "+" + Text.shortest(most));
      rows.text("fp-tick", MIDDLE, bottom + CHART / 2.0 + 26, "middle", "0");
      rows.text("fp-tick", MIDDLE, bottom + CHART + 22, "middle", "-" + Text.shortest(most));
      chart(cell, study.design().arms().baseline(), LEFT, MIDDLE - GAP / 2.0, "fp-base");
      chart(cell, study.design().arms().candidate(), MIDDLE + GAP / 2.0, RIGHT, "fp-cand");
      rows.close();
      bottom += ROW;
    }
    Svg svg = new Svg();
    String axis = "iterations against the arm's typical fork, %";
    svg.text("fp-head", WIDTH / 2.0, 20, "middle", axis);
    svg.text("fp-note", LEFT, 40, "start", study.design().arms().baseline().value());
    svg.text("fp-note", RIGHT, 40, "end", study.design().arms().candidate().value());
    svg.add(rows);
    return svg.document(id, "Iteration series: " + axis + ". Shaded: warm-up.", bottom + 12);
  }

  private void chart(Cell cell, Arm arm, double left, double right, String look) {
    int top = bottom + 21;
    List<Series> all = seriesOf(cell, arm);
    int longest = all.stream().mapToInt(series -> series.millis().size()).max().orElse(0);
    int warmUp = all.stream().mapToInt(Series::warmUp).max().orElse(0);
    if (longest == 0) {
      rows.text("fp-note", (left + right) / 2, top + CHART / 2, "middle", "no iterations known");
      return;
    }
    double slot = (right - left) / longest;
    rows.rect("fp-warm", left, top, slot * warmUp, CHART);
    String frame = "M%s %dH%sM%s %dH%sM%s %dH%s";
    String from = Text.decimal(left, 1);
    String to = Text.decimal(right, 1);
    rows.path(
        "fp-grid",
        frame.formatted(from, top, to, from, top + CHART / 2, to, from, top + CHART, to));
    double typical = Deviations.typicalMillis(results, cell, arm);
    for (Series series : all) {
      StringBuilder curve = new StringBuilder();
      for (int i = 0; i < series.millis().size(); i++) {
        // Measured iterations stand under each other, whatever is known of the warm-up.
        double x = left + slot * (i + warmUp - series.warmUp() + 0.5);
        String y = Text.decimal(y(Deviations.percent(series.millis().get(i), typical), top), 1);
        curve.append(i == 0 ? "M" : "L").append(Text.decimal(x, 1)).append(' ').append(y);
        if (i == 0) {
          // A series of one iteration is a dash.
          curve.append("h-2h4h-2");
        }
      }
      rows.path("fp-curve " + look, curve.toString());
    }
  }

  private double y(double percent, int top) {
    double within = Math.max(-most, Math.min(most, percent));
    return top + CHART / 2.0 - within / most * (CHART / 2.0);
  }
}
