package dev.poolmark.analysis.report;

import static dev.poolmark.analysis.report.Svg.LEFT;
import static dev.poolmark.analysis.report.Svg.RIGHT;
import static dev.poolmark.analysis.report.Svg.WIDTH;

import dev.poolmark.analysis.stats.Comparison;
import dev.poolmark.analysis.stats.GeometricMean;
import dev.poolmark.analysis.stats.Interval;
import dev.poolmark.analysis.study.Cell;
import dev.poolmark.analysis.study.Study;
import dev.poolmark.analysis.table.Text;
import dev.poolmark.analysis.table.TimeScale;
import dev.poolmark.analysis.verdict.JudgedCell;
import dev.poolmark.analysis.verdict.Verdict;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.DoubleStream;
import java.util.stream.Stream;

/**
 * The times of both arms as curves, as SVG: a panel for each combination of other values, with the interval of each
 * mean. A scale that spans more than a factor of ten is logarithmic.
 */
final class CurvePlot {

  private static final int MAX_PANELS = 4;
  private static final int MIN_POINTS = 3;
  private static final int TOP = 74;
  private static final int PANEL = 190;
  private static final int HEADING = 26;
  private static final int BELOW = 42;
  private static final double FIRST = LEFT + 44;
  private static final double LAST = RIGHT - 22;
  private static final double WIDE = 10;

  private final Study study;
  private final Map<String, List<Point>> panels;
  private final Map<Double, String> ticks;
  private final Scale across;
  private final Scale up;
  private final TimeScale time;
  private final Svg svg = new Svg();

  /** Both arms at a place of the horizontal axis, in ms. */
  record Point(double x, GeometricMean baseline, GeometricMean candidate) {}

  /** From a value to its place between two pixels. */
  record Scale(double min, double max, boolean logarithmic) {
    static Scale of(DoubleStream all, boolean fromZero) {
      double[] values = all.toArray();
      double min = DoubleStream.of(values).min().orElse(1);
      double max = DoubleStream.of(values).max().orElse(1);
      boolean logarithmic = max > WIDE * min;
      return new Scale(fromZero && !logarithmic ? 0 : min, max, logarithmic);
    }

    double at(double value, double from, double to) {
      double share =
          logarithmic ? Math.log(value / min) / Math.log(max / min) : (value - min) / (max - min);
      return from + Math.max(0, Math.min(1, share)) * (to - from);
    }

    /** Round values: 1, 2 and 5 of each power of ten, or some five steps of such a size. */
    List<Double> ticks() {
      List<Double> ticks = new ArrayList<>();
      if (logarithmic) {
        for (double power = Math.pow(10, Math.floor(Math.log10(min))); power <= max; power *= 10) {
          for (double digit : new double[] {1, 2, 5}) {
            if (power * digit >= min && power * digit <= max) {
              ticks.add(power * digit);
            }
          }
        }
        return ticks;
      }
      double rough = (max - min) / 5;
      double power = Math.pow(10, Math.floor(Math.log10(rough)));
      double step = power * (rough / power < 2 ? 2 : rough / power < 5 ? 5 : 10);
      for (double tick = Math.ceil(min / step) * step; tick <= max; tick += step) {
        ticks.add(tick);
      }
      return ticks;
    }
  }

  /**
   * Prepares a plot.
   *
   * @param panels points from left to right, by the panel's name
   * @param ticks labels by their places on the horizontal axis
   */
  CurvePlot(Study study, Map<String, List<Point>> panels, Map<Double, String> ticks, Scale across) {
    this.study = study;
    this.panels = panels;
    this.ticks = ticks;
    this.across = across;
    List<GeometricMean> means = panels.values().stream()
        .flatMap(List::stream)
        .flatMap(point -> Stream.of(point.baseline(), point.candidate()))
        .toList();
    this.up = Scale.of(means.stream().flatMapToDouble(CurvePlot::ends), true);
    this.time = TimeScale.of(means.stream().mapToDouble(GeometricMean::value));
  }

  /** The mean and the ends of its interval, all of which the panel has to show. */
  private static DoubleStream ends(GeometricMean mean) {
    return DoubleStream.concat(
        DoubleStream.of(mean.value()),
        mean.interval().stream()
            .flatMapToDouble(interval -> DoubleStream.of(interval.low(), interval.high())));
  }

  /**
   * What the study compares over an axis of numbers, such as a rate or the size of a pool; empty if no axis is of three
   * numbers or more, or if there are too many panels, or nothing to draw.
   */
  static Optional<String> svg(String id, Verdict verdict) {
    Study study = verdict.study();
    if (!verdict.cells().stream().allMatch(cell -> cell.comparison().isPresent())) {
      return Optional.empty();
    }
    return axis(study).flatMap(axis -> {
      Map<Double, String> ticks = new LinkedHashMap<>();
      study.design().axes().get(axis).forEach(value -> ticks.put(number(value), value));
      Map<String, List<Point>> panels = new LinkedHashMap<>();
      for (JudgedCell cell : verdict.cells()) {
        Comparison made = cell.comparison().orElseThrow();
        panels
            .computeIfAbsent(label(study, cell.cell(), axis), none -> new ArrayList<>())
            .add(new Point(
                number(cell.cell().parameters().get(axis)),
                made.baselineMean(),
                made.candidateMean()));
      }
      Scale across = Scale.of(ticks.keySet().stream().mapToDouble(value -> value), false);
      return panels.size() > MAX_PANELS
          ? Optional.empty()
          : Optional.of(new CurvePlot(study, panels, ticks, across)
              .draw(id, study.compared(), "by " + axis, verdict.headline()));
    });
  }

  private static double number(String value) {
    return Double.parseDouble(value);
  }

  private static Optional<String> axis(Study study) {
    return study.design().axes().entrySet().stream()
        .filter(axis -> axis.getValue().size() >= MIN_POINTS)
        .filter(axis -> axis.getValue().stream()
            .allMatch(value -> value.matches("[0-9]+(\\.[0-9]+)?") && number(value) > 0))
        .map(Map.Entry::getKey)
        .findFirst();
  }

  /** The values that tell a panel from the others, but for those of its horizontal axis. */
  static String label(Study study, Cell cell, String axis) {
    String varied = cell.parameters().entrySet().stream()
        .filter(value -> !value.getKey().equals(axis))
        .filter(value -> study.design().axes().get(value.getKey()).size() > 1)
        .map(value -> value.getKey() + " " + value.getValue())
        .collect(Collectors.joining(", "));
    return study.design().benchmarks().size() > 1 ? cell.scenario() + " " + varied : varied;
  }

  /**
   * The document.
   *
   * @param what is plotted, and over what
   * @param answer for who does not see it
   */
  String draw(String id, String what, String over, String answer) {
    String title = what + ", " + time.unit();
    svg.text("fp-head", WIDTH / 2.0, 20, "middle", title + ", " + over);
    legend(study.design().arms().baseline().value(), LEFT, "fp-base");
    legend(study.design().arms().candidate().value(), LEFT + 200, "fp-cand");
    int top = TOP;
    for (Map.Entry<String, List<Point>> panel : panels.entrySet()) {
      if (!panel.getKey().isEmpty()) {
        svg.text("fp-head", LEFT, top, "start", panel.getKey());
        top += HEADING;
      }
      grid(top, top + PANEL);
      curve(panel.getValue(), Point::baseline, "fp-base", top);
      curve(panel.getValue(), Point::candidate, "fp-cand", top);
      top += PANEL + BELOW;
    }
    return svg.document(id, title + " " + over + ". " + answer, top + 6);
  }

  private void legend(String arm, double x, String look) {
    svg.path("fp-curve " + look, "M" + Text.decimal(x, 1) + " 46h26");
    svg.text("fp-note", x + 32, 50, "start", Axes.shortened(arm));
  }

  private void grid(int top, int bottom) {
    for (double tick : up.ticks()) {
      double y = up.at(tick, bottom, top);
      svg.path("fp-grid", "M" + FIRST + " " + Text.decimal(y, 1) + "H" + LAST);
      svg.text("fp-tick", FIRST - 6, y + 4, "end", time.words(tick).replaceFirst("\\.0+$", ""));
    }
    ticks.forEach((place, label) -> {
      double x = across.at(place, FIRST, LAST);
      svg.path("fp-grid", "M" + Text.decimal(x, 1) + " " + bottom + "v5");
      svg.text("fp-tick", x, bottom + 18, "middle", label);
    });
  }

  private void curve(List<Point> points, Function<Point, GeometricMean> arm, String look, int top) {
    StringBuilder line = new StringBuilder();
    StringBuilder bars = new StringBuilder();
    for (Point point : points) {
      GeometricMean mean = arm.apply(point);
      double x = across.at(point.x(), FIRST, LAST);
      line.append(line.isEmpty() ? "M" : "L").append(point(x, y(mean.value(), top)));
      mean.interval().ifPresent(i -> bars.append(bar(x, i, top)));
    }
    svg.path("fp-curve " + look, line.toString());
    svg.path("fp-curve " + look, bars.toString());
  }

  private String bar(double x, Interval interval, int top) {
    return "M" + point(x, y(interval.low(), top)) + "V" + Text.decimal(y(interval.high(), top), 1)
        + "m-3 0h6";
  }

  private double y(double millis, int top) {
    return up.at(millis, top + PANEL, top);
  }

  private static String point(double x, double y) {
    return Text.decimal(x, 1) + " " + Text.decimal(y, 1);
  }
}
