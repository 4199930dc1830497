package dev.poolmark.analysis.report;

import static dev.poolmark.analysis.report.Svg.LEFT;
import static dev.poolmark.analysis.report.Svg.RIGHT;

import dev.poolmark.analysis.model.Surface;
import dev.poolmark.analysis.model.Surface.Point;
import dev.poolmark.analysis.stats.Comparison;
import dev.poolmark.analysis.stats.Interval;
import dev.poolmark.analysis.study.Profile;
import dev.poolmark.analysis.study.Study;
import dev.poolmark.analysis.table.Text;
import dev.poolmark.analysis.verdict.CellVerdict;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The savings of a surface as a grid of squares, as SVG: service times from left to right, round trips upwards. Each
 * square has its figures in words and the mark of its verdict, so that it needs no colours. Dotted lines part
 * neighbours between which the model passes an edge of the target.
 */
final class SurfacePlot {

  /** More do not leave room for their figures. */
  private static final int MAX_COLUMNS = 7;

  private static final int TOP = 96;
  private static final int FIRST = 76;
  private static final int GAP = 8;
  private static final int HEIGHT = 80;
  private static final int WIDEST = 116;
  /** A narrower square has no room for a word and a figure. */
  private static final int NARROW = 66;

  private final Study study;
  private final List<Double> services;
  private final List<Double> roundTrips;
  private final int width;
  private final Svg svg = new Svg();

  private SurfacePlot(Study study, Surface surface) {
    this.study = study;
    this.services = surface.services();
    this.roundTrips = surface.roundTrips();
    this.width = Math.min(WIDEST, (RIGHT - FIRST + GAP) / services.size() - GAP);
  }

  /**
   * The picture; empty if there are too many service times for one.
   *
   * @param id tells it from other pictures of the same page
   * @param what is measured, in words
   */
  static Optional<String> svg(String id, String what, Study study, Surface surface) {
    return surface.services().size() > MAX_COLUMNS
        ? Optional.empty()
        : Optional.of(new SurfacePlot(study, surface).draw(id, what, surface));
  }

  private String draw(String id, String what, Surface surface) {
    String title = "latency saved by " + study.design().arms().candidate().value();
    svg.text("fp-head", LEFT, 20, "start", what);
    svg.text("fp-note", RIGHT, 20, "end", title);
    legend();
    svg.text("fp-note", LEFT, TOP - 10, "start", "round trip, ms");
    for (double roundTrip : roundTrips) {
      double y = y(roundTrip) + HEIGHT / 2.0 + 4;
      svg.text("fp-name", FIRST - GAP, y, "end", Text.shortest(roundTrip));
    }
    int bottom = TOP + roundTrips.size() * (HEIGHT + GAP) - GAP;
    for (double service : services) {
      double x = x(service) + width / 2.0;
      svg.text("fp-name", x, bottom + 20, "middle", Text.shortest(service));
    }
    svg.text("fp-note", FIRST, bottom + 40, "start", "service time, ms");
    surface.points().forEach(this::square);
    edges(surface);
    return svg.document(id, "Savings by service time and round trip: " + what, bottom + 54);
  }

  private void legend() {
    double x = LEFT + 6;
    for (CellVerdict verdict : CellVerdict.values()) {
      if ((verdict == CellVerdict.MEASURED) == study.aim().target().isPresent()) {
        continue;
      }
      svg.mark(verdict, x, 40);
      svg.text("fp-note", x + 11, 44, "start", verdict.word());
      x += 34 + 6.6 * verdict.word().length();
    }
    study.aim().target().ifPresent(target -> {
      String edges =
          Text.shortest(target.minPercent()) + " or " + Text.shortest(target.maxPercent()) + " %";
      svg.path("fp-edge", "M" + LEFT + " 60h24");
      svg.text("fp-note", LEFT + 32, 64, "start", "the model passes " + edges);
    });
  }

  private void square(Point point) {
    CellVerdict verdict = point.cell().verdict();
    int top = y(point.profile().roundTripMillis());
    double left = x(point.profile().serviceMillis());
    double middle = left + width / 2.0;
    Optional<Double> saved = point.cell().comparison().map(Comparison::reductionPercent);
    Optional<Double> half = point.cell().reductionInterval().map(Interval::halfWidth);
    svg.open(point.cell().cell().label() + ": " + verdict.word());
    svg.rect("fp-square fp-" + verdict.word(), left, top, width, HEIGHT);
    if (verdict == CellVerdict.VOID || saved.isEmpty()) {
      svg.text("fp-figure", middle, top + 21, "middle", saved.isEmpty() ? "–" : "void");
    } else {
      String unit = width < NARROW ? "" : " %";
      svg.text("fp-figure", middle, top + 21, "middle", Text.decimal(saved.get(), 1) + unit);
      svg.text(
          "fp-note",
          middle,
          top + 37,
          "middle",
          "± " + half.map(h -> Text.decimal(h, 1)).orElse("?"));
    }
    point
        .modelPercent()
        .map(percent -> Text.decimal(percent, 1))
        .ifPresent(model -> svg.text(
            "fp-note",
            middle,
            top + 53,
            "middle",
            width < NARROW ? "(" + model + ")" : "model " + model));
    svg.mark(verdict, middle, top + 67);
    svg.close();
  }

  /** In the gaps between neighbours that the model has on different sides of an edge of the target. */
  private void edges(Surface surface) {
    Map<List<Integer>, Integer> sides = new HashMap<>();
    for (Point point : surface.points()) {
      point.modelPercent().ifPresent(percent -> sides.put(place(point.profile()), side(percent)));
    }
    StringBuilder lines = new StringBuilder();
    for (int row = 0; row < roundTrips.size(); row++) {
      for (int column = 0; column < services.size(); column++) {
        Integer here = sides.get(List.of(row, column));
        Integer right = sides.get(List.of(row, column + 1));
        Integer above = sides.get(List.of(row + 1, column));
        double left = x(services.get(column)) - GAP / 2.0;
        double top = y(roundTrips.get(row)) - GAP / 2.0;
        if (here != null && right != null && !here.equals(right)) {
          lines.append("M" + Text.decimal(left + width + GAP, 1) + " " + Text.shortest(top) + "v"
              + (HEIGHT + GAP));
        }
        if (here != null && above != null && !here.equals(above)) {
          lines.append(
              "M" + Text.decimal(left, 1) + " " + Text.shortest(top) + "h" + (width + GAP));
        }
      }
    }
    if (lines.length() > 0) {
      svg.path("fp-edge", lines.toString());
    }
  }

  private List<Integer> place(Profile profile) {
    return List.of(
        roundTrips.indexOf(profile.roundTripMillis()), services.indexOf(profile.serviceMillis()));
  }

  private int side(double percent) {
    return study
        .aim()
        .target()
        .map(target -> percent < target.minPercent() ? -1 : percent > target.maxPercent() ? 1 : 0)
        .orElse(0);
  }

  private double x(double service) {
    return FIRST + services.indexOf(service) * (width + GAP);
  }

  /** The longest round trip is on top. */
  private int y(double roundTrip) {
    return TOP + (roundTrips.size() - 1 - roundTrips.indexOf(roundTrip)) * (HEIGHT + GAP);
  }
}
