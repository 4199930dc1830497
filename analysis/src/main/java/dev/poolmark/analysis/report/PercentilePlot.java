package dev.poolmark.analysis.report;

import dev.poolmark.analysis.report.CurvePlot.Point;
import dev.poolmark.analysis.report.CurvePlot.Scale;
import dev.poolmark.analysis.results.Results;
import dev.poolmark.analysis.stats.GeometricMean;
import dev.poolmark.analysis.study.Arm;
import dev.poolmark.analysis.study.Benchmark;
import dev.poolmark.analysis.study.Cell;
import dev.poolmark.analysis.study.Study;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.DoubleStream;

/**
 * Latency over percentile for both arms, where the benchmark records percentiles: counters such as {@code p99Micros},
 * and {@code maxMicros}. The horizontal axis gives each further nine the same room.
 */
final class PercentilePlot {

  private static final int MAX_PANELS = 6;
  private static final int MIN_POINTS = 3;
  /** At least two digits, which follow the decimal point: p50 is 0.50, p999 is 0.999. */
  private static final Pattern PERCENTILE = Pattern.compile("(?:p(\\d{2,6})|max)[A-Z]\\w+");
  /** How far to the right of the last percentile the slowest call stands, in nines. */
  private static final double MAX_AFTER = 0.6;

  private final Study study;
  private final Results results;
  /** The counters by their places. */
  private final TreeMap<Double, String> counters = new TreeMap<>();

  private final Map<Double, String> ticks = new LinkedHashMap<>();

  private PercentilePlot(Study study, Results results) {
    this.study = study;
    this.results = results;
    Optional<String> max = Optional.empty();
    for (String name : results.forks().values().stream()
        .flatMap(fork -> fork.measures().keySet().stream())
        .distinct()
        .sorted()
        .toList()) {
      Matcher percentile = PERCENTILE.matcher(name);
      if (percentile.matches() && Benchmark.unitOf(name).isPresent()) {
        if (percentile.group(1) == null) {
          max = Optional.of(name);
        } else {
          double share = Double.parseDouble("0." + percentile.group(1));
          counters.put(-Math.log10(1 - share), name);
          ticks.put(-Math.log10(1 - share), "p" + percentile.group(1));
        }
      }
    }
    if (max.isPresent() && !counters.isEmpty()) {
      double place = counters.lastKey() + MAX_AFTER;
      counters.put(place, max.get());
      ticks.put(place, "max");
    }
  }

  /** The plot; empty if there are fewer than three percentiles, or too many cells. */
  static Optional<String> svg(String id, Study study, Results results) {
    PercentilePlot plot = new PercentilePlot(study, results);
    Map<String, List<Point>> panels = new LinkedHashMap<>();
    for (Cell cell : study.design().cells()) {
      List<Point> points = plot.points(cell);
      if (points.size() >= MIN_POINTS) {
        panels.put(CurvePlot.label(study, cell, ""), points);
      }
    }
    if (panels.isEmpty() || panels.size() > MAX_PANELS) {
      return Optional.empty();
    }
    Scale across = new Scale(plot.counters.firstKey(), plot.counters.lastKey(), false);
    return Optional.of(new CurvePlot(study, panels, plot.ticks, across)
        .draw(
            id, "latency", "by percentile", "The tables of other measurements have the figures."));
  }

  private List<Point> points(Cell cell) {
    List<Point> points = new ArrayList<>();
    counters.forEach((place, name) -> {
      Optional<GeometricMean> baseline = mean(cell, study.design().arms().baseline(), name);
      Optional<GeometricMean> candidate = mean(cell, study.design().arms().candidate(), name);
      if (baseline.isPresent() && candidate.isPresent()) {
        points.add(new Point(place, baseline.get(), candidate.get()));
      }
    });
    return points;
  }

  /** In ms; empty unless every fork has a time. */
  private Optional<GeometricMean> mean(Cell cell, Arm arm, String counter) {
    double[] millis = results.of(cell, arm).stream()
        .mapToDouble(fork -> fork.millisOf(counter).orElse(0.0))
        .toArray();
    return millis.length == 0 || DoubleStream.of(millis).anyMatch(time -> time <= 0)
        ? Optional.empty()
        : Optional.of(GeometricMean.of(millis, study.aim().confidence()));
  }
}
