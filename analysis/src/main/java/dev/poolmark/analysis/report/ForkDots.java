package dev.poolmark.analysis.report;

import static dev.poolmark.analysis.report.Svg.LEFT;
import static dev.poolmark.analysis.report.Svg.RIGHT;
import static dev.poolmark.analysis.report.Svg.WIDTH;

import dev.poolmark.analysis.results.Results;
import dev.poolmark.analysis.study.Arm;
import dev.poolmark.analysis.study.Cell;
import dev.poolmark.analysis.study.Fork;
import dev.poolmark.analysis.study.Study;
import dev.poolmark.analysis.table.Text;
import java.util.stream.IntStream;

/**
 * Every single fork as a mark, against the typical value of its arm, as SVG: the spread, two clusters, and the stray
 * fork are seen that an interval hides. Squares are the baseline, discs the candidate.
 */
final class ForkDots {

  private static final int TOP = 64;
  private static final int HEADING = 30;
  private static final int ROW = 58;
  private static final int LINE = 15;
  /** Beyond this a mark stands at the edge; the table has its value. */
  private static final double WIDEST_PERCENT = 50;

  private final Study study;
  private final Results results;
  private final double most;
  private final Svg rows = new Svg();
  private int bottom = TOP;

  private ForkDots(Study study, Results results) {
    this.study = study;
    this.results = results;
    double largest = 0;
    for (Cell cell : Axes.pictured(study)) {
      for (Arm arm : study.design().arms().both()) {
        double typical = Deviations.typicalMillis(results, cell, arm);
        for (Fork fork : results.forksOf(cell, arm)) {
          double percent = Deviations.percent(results.forks().get(fork).millis(), typical);
          largest = Math.max(largest, Math.abs(percent));
        }
      }
    }
    double step = step(largest);
    this.most = Math.min(WIDEST_PERCENT, Math.max(step, step * Math.ceil(largest / step)));
  }

  /**
   * The picture.
   *
   * @param id tells it from other pictures of the same page
   */
  static String svg(String id, Study study, Results results) {
    return new ForkDots(study, results).draw(id);
  }

  private String draw(String id) {
    String scenario = "";
    for (Cell cell : Axes.pictured(study)) {
      if (!cell.scenario().equals(scenario)) {
        scenario = cell.scenario();
        rows.text("fp-head", LEFT, bottom + 21, "start", scenario);
        bottom += HEADING;
      }
      row(cell);
    }
    Svg svg = new Svg();
    String axis = "each fork against the typical one of its arm, %";
    svg.text("fp-head", WIDTH / 2.0, 20, "middle", axis);
    String legend = "squares: " + study.design().arms().baseline().value() + "; discs: "
        + study.design().arms().candidate().value();
    svg.text("fp-note", WIDTH / 2.0, 40, "middle", legend);
    for (double at : steps()) {
      String tick = (at > 0 ? "+" : "") + Text.shortest(at);
      svg.text("fp-tick", x(at), TOP - 6, "middle", tick);
      svg.text("fp-tick", x(at), bottom + 20, "middle", tick);
    }
    svg.add(rows);
    return svg.document(id, "Dots of single forks: " + axis + ". " + legend, bottom + 36);
  }

  private void row(Cell cell) {
    rows.open(cell.label());
    bottom += rows.named(Axes.label(study, cell), "fp-note", spreads(cell), bottom + 14);
    rows.grid(
        IntStream.range(0, steps().length).mapToDouble(i -> x(steps()[i])).toArray(),
        bottom + 19,
        2 * LINE + 4);
    int y = bottom + 19 + LINE / 2 + 1;
    for (Arm arm : study.design().arms().both()) {
      double typical = Deviations.typicalMillis(results, cell, arm);
      for (Fork fork : results.forksOf(cell, arm)) {
        double percent = Deviations.percent(results.forks().get(fork).millis(), typical);
        mark(arm, x(percent), y);
      }
      y += LINE + 2;
    }
    rows.close();
    bottom += ROW;
  }

  private void mark(Arm arm, double x, int y) {
    String at = "M" + Text.decimal(x, 1) + " " + y;
    if (arm.equals(study.design().arms().baseline())) {
      rows.path("fp-dot fp-base", at + "m-4-4h8v8h-8z");
    } else {
      rows.path("fp-dot fp-cand", at + "m-4 0a4 4 0 1 0 8 0a4 4 0 1 0-8 0z");
    }
  }

  private String spreads(Cell cell) {
    return "spread " + spread(cell, study.design().arms().baseline()) + " and "
        + spread(cell, study.design().arms().candidate());
  }

  private String spread(Cell cell, Arm arm) {
    var spread = Deviations.spreadPercent(results.of(cell, arm));
    return spread.isPresent() ? Text.decimal(spread.getAsDouble(), 1) + " %" : "unknown";
  }

  private static double step(double largest) {
    return largest <= 3 ? 1 : largest <= 8 ? 2 : largest <= 20 ? 5 : 10;
  }

  private double[] steps() {
    double step = step(most);
    int each = (int) Math.floor(most / step + 1e-9);
    return IntStream.rangeClosed(-each, each).mapToDouble(i -> i * step).toArray();
  }

  private double x(double percent) {
    double within = Math.max(-most, Math.min(most, percent));
    return (LEFT + RIGHT) / 2.0 + within / most * (RIGHT - LEFT - 16) / 2.0;
  }
}
