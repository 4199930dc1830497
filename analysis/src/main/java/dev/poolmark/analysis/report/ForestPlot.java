package dev.poolmark.analysis.report;

import static dev.poolmark.analysis.report.Svg.LEFT;
import static dev.poolmark.analysis.report.Svg.RIGHT;
import static dev.poolmark.analysis.report.Svg.WIDTH;

import dev.poolmark.analysis.stats.Comparison;
import dev.poolmark.analysis.stats.Interval;
import dev.poolmark.analysis.study.Study;
import dev.poolmark.analysis.study.Target;
import dev.poolmark.analysis.table.Text;
import dev.poolmark.analysis.verdict.JudgedCell;
import dev.poolmark.analysis.verdict.Verdict;
import java.util.Optional;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;

/**
 * The savings of all cells with their intervals, and the band of the target, as SVG. Each row has its figures in words above
 * its interval, so that the plot is narrow enough for a phone, and a shape of its own for each verdict, so that it
 * needs no colours.
 */
final class ForestPlot {

  private static final int TOP = 64;
  private static final int HEADING = 30;
  private static final int ROW = 40;
  private static final double WIDEST = -100;

  private final Verdict verdict;
  private final double min;
  private final double max;
  private final Svg rows = new Svg();
  private int bottom = TOP;

  private ForestPlot(Verdict verdict) {
    this.verdict = verdict;
    Optional<Target> target = verdict.study().aim().target();
    double[] points = verdict.cells().stream()
        .flatMap(cell -> cell.comparison().stream())
        .mapToDouble(Comparison::reductionPercent)
        .toArray();
    double[] ends = verdict.cells().stream()
        .flatMap(cell -> cell.reductionInterval().stream())
        .flatMapToDouble(i -> DoubleStream.of(i.low(), i.high()))
        .toArray();
    double lowestPoint = DoubleStream.of(points).min().orElse(0);
    double lowest = Math.min(lowestPoint, DoubleStream.of(ends).min().orElse(0));
    double highest = DoubleStream.concat(DoubleStream.of(points), DoubleStream.of(ends))
        .max()
        .orElse(0);
    // An interval of a few noisy forks may be wide; beyond this its figures say enough.
    double limit = Math.min(WIDEST, 2 * lowestPoint);
    lowest =
        Math.min(Math.min(target.map(Target::minPercent).orElse(0.0), 0), Math.max(lowest, limit));
    this.min = 10 * Math.floor(lowest / 10);
    this.max = Math.min(
        100,
        10 * Math.ceil(Math.max(highest, target.map(Target::maxPercent).orElse(0.0) + 10) / 10));
  }

  /**
   * The plot.
   *
   * @param id tells it from other pictures of the same page
   */
  static String svg(String id, Verdict verdict) {
    return new ForestPlot(verdict).draw(id);
  }

  private String draw(String id) {
    Study study = verdict.study();
    String scenario = "";
    for (JudgedCell cell :
        verdict.cells().subList(0, Math.min(Axes.MAX_CELLS, verdict.cells().size()))) {
      if (!cell.cell().scenario().equals(scenario)) {
        scenario = cell.cell().scenario();
        String counts = Axes.shortened(Axes.counts(study.design().benchmarks().get(scenario)));
        bottom += HEADING + rows.headed(scenario, "fp-note", counts, bottom + 21);
      }
      row(cell);
    }
    bottom += 6;
    String axis = "saving in " + study.compared() + ", %";
    Svg svg = new Svg();
    svg.text("fp-head", WIDTH / 2.0, 20, "middle", axis);
    verdict.study().aim().target().ifPresent(target -> band(svg, target));
    for (double at : steps()) {
      svg.text("fp-tick", x(at), TOP - 6, "middle", Text.shortest(at));
      svg.text("fp-tick", x(at), bottom + 16, "middle", Text.shortest(at));
    }
    svg.add(rows);
    return svg.document(
        id, "Forest plot: " + axis + ", by cell. " + verdict.headline(), bottom + 34);
  }

  private void band(Svg svg, Target target) {
    double left = x(target.minPercent());
    double right = x(target.maxPercent());
    svg.rect("fp-band", left, TOP, right - left, bottom - TOP);
    svg.text(
        "fp-note",
        (left + right) / 2,
        40,
        "middle",
        "target " + verdict.study().aim().targetWords().orElseThrow());
  }

  private double[] steps() {
    int step = max - min > 200 ? 50 : max - min > 100 ? 20 : 10;
    double first = step * Math.ceil(min / step);
    return IntStream.rangeClosed(0, (int) Math.floor((max - first) / step))
        .mapToDouble(i -> first + i * step)
        .toArray();
  }

  private void row(JudgedCell cell) {
    rows.open(cell.cell().label());
    String label = Axes.label(verdict.study(), cell.cell());
    bottom += rows.named(label, "fp-name", figures(cell), bottom + 14);
    // Grid lines only next to the interval: they would cross the words above it.
    rows.grid(DoubleStream.of(steps()).map(this::x).toArray(), bottom + 19, ROW - 21);
    int middle = bottom + 28;
    String look = "fp-" + cell.verdict().word();
    Optional<Interval> interval = cell.reductionInterval();
    interval.ifPresent(i -> {
      String low = Text.decimal(x(i.low()), 1);
      String high = Text.decimal(x(i.high()), 1);
      // No end is drawn where the interval goes on beyond the picture.
      String start = i.low() < min
          ? "M%s %d".formatted(low, middle)
          : "M%s %dv8m0-4".formatted(low, middle - 4);
      rows.path("fp-line " + look, start + "H%sm0-4v8".formatted(high));
    });
    cell.comparison().ifPresent(c -> rows.mark(cell.verdict(), x(c.reductionPercent()), middle));
    rows.close();
    bottom += ROW;
  }

  private static String figures(JudgedCell cell) {
    String point = cell.comparison()
        .map(c -> Text.decimal(c.reductionPercent(), 1) + " % ")
        .orElse("not measured, ");
    String interval = cell.reductionInterval()
        .map(i -> "(" + Text.decimal(i.low(), 1) + " to " + Text.decimal(i.high(), 1) + ") ")
        .orElse(cell.comparison().isPresent() ? "(too few forks) " : "");
    return point + interval + cell.verdict().word();
  }

  private double x(double percent) {
    double within = Math.max(min, Math.min(max, percent));
    return LEFT + (within - min) / (max - min) * (RIGHT - LEFT);
  }
}
