package dev.poolmark.analysis.model;

import dev.poolmark.analysis.study.Profile;
import dev.poolmark.analysis.study.Profile.Tls;
import dev.poolmark.analysis.verdict.JudgedCell;
import dev.poolmark.analysis.verdict.Verdict;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;

/**
 * The saving over round trip and service time, for one kind of TLS and for cells that differ in nothing else.
 *
 * @param label what tells its cells from those of other surfaces of the kind; may be empty
 * @param points in ascending order of the round trip, then of the service time; void cells included
 */
public record Surface(String label, Tls tls, List<Point> points) {

  /** Fewer are told as well by a table. */
  private static final int FEWEST_POINTS = 4;

  /**
   * A cell and where it stands.
   *
   * @param modelPercent the saving that the model predicts; empty if its kind was not calibrated
   */
  public record Point(Profile profile, JudgedCell cell, Optional<Double> modelPercent) {}

  /** Every surface with at least {@value #FEWEST_POINTS} points, two round trips and two service times. */
  public static List<Surface> of(Verdict verdict, Fit fit) {
    Map<Tls, Map<String, List<Point>>> kinds = new TreeMap<>();
    for (JudgedCell cell : verdict.cells()) {
      if (fit.model().calls().containsKey(cell.cell().scenario())) {
        Profile profile = fit.model().profileOf(cell.cell());
        Optional<Double> model = fit.cost()
            .filter(cost -> cost.knows(profile.tls()))
            .map(cost -> cost.savingPercent(profile));
        kinds
            .computeIfAbsent(profile.tls(), tls -> new LinkedHashMap<>())
            .computeIfAbsent(fit.model().label(cell.cell()), label -> new ArrayList<>())
            .add(new Point(profile, cell, model));
      }
    }
    List<Surface> surfaces = new ArrayList<>();
    kinds.forEach((tls, labels) -> labels.forEach((label, points) -> {
      points.sort(Comparator.comparingDouble((Point point) -> point.profile().roundTripMillis())
          .thenComparingDouble(point -> point.profile().serviceMillis()));
      Surface surface = new Surface(label, tls, List.copyOf(points));
      if (points.size() >= FEWEST_POINTS
          && surface.roundTrips().size() > 1
          && surface.services().size() > 1) {
        surfaces.add(surface);
      }
    }));
    return surfaces;
  }

  /** The round trips, in ms, in ascending order. */
  public List<Double> roundTrips() {
    return distinct(Profile::roundTripMillis);
  }

  /** The service times, in ms, in ascending order. */
  public List<Double> services() {
    return distinct(Profile::serviceMillis);
  }

  private List<Double> distinct(Function<Profile, Double> millis) {
    return points.stream()
        .map(point -> millis.apply(point.profile()))
        .distinct()
        .sorted()
        .toList();
  }
}
