package dev.poolmark.analysis.model;

import dev.poolmark.analysis.results.Environment;
import dev.poolmark.analysis.results.Json;
import dev.poolmark.analysis.results.RunFolder;
import dev.poolmark.analysis.stats.Interval;
import dev.poolmark.analysis.study.InputException;
import dev.poolmark.analysis.study.Profile;
import dev.poolmark.analysis.study.Profile.Tls;
import dev.poolmark.analysis.verdict.JudgedRun;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;

/**
 * The model's constants, the run that they are from, and how well they predicted the rest of it. Immutable.
 *
 * @param run name of the run's study
 * @param date when it began, ISO-8601
 * @param machine its processor and JDK
 * @param cells what distinguishes its cells but the profile, such as the client
 * @param accuracy of the predictions, for each kind of TLS
 * @param roundTripMillis from the shortest to the longest
 * @param serviceMillis from the shortest to the longest
 */
public record FittedCost(
    String run,
    String date,
    String machine,
    List<String> cells,
    ConnectionCost cost,
    Map<Tls, Accuracy> accuracy,
    Interval roundTripMillis,
    Interval serviceMillis) {

  private static final String PUBLISHED = "/model/published.json";

  /**
   * How far the savings of the cells that did not calibrate the model were off.
   *
   * @param cells how many were predicted
   */
  public record Accuracy(int cells, double medianPoints, double largestPoints) {}

  /** From the run that is published as {@code surface}. */
  public static FittedCost published() {
    try (InputStream in = FittedCost.class.getResourceAsStream(PUBLISHED)) {
      return Json.read(in.readAllBytes(), FittedCost.class);
    } catch (IOException e) {
      throw new UncheckedIOException("the model's constants cannot be read", e);
    }
  }

  /**
   * From a run.
   *
   * @throws InputException if its study has no model, or too few cells for one
   */
  public static FittedCost of(RunFolder folder) throws InputException, IOException {
    JudgedRun run = JudgedRun.read(folder);
    Environment environment = run.environment();
    Fit fit = Fit.of(run.verdict())
        .filter(each -> each.cost().isPresent())
        .orElseThrow(() -> new InputException(folder.dir() + " must be a run of a study with a"
            + " model and at least " + Fit.FEWEST_OF_A_KIND + " cells of a kind of TLS: "
            + run.study().name()));
    Map<Tls, Accuracy> accuracy = new EnumMap<>(Tls.class);
    for (Tls tls : fit.cost().orElseThrow().setUpMillis().keySet()) {
      List<Double> errors = fit.errorPoints(tls);
      accuracy.put(
          tls, new Accuracy(errors.size(), Fit.median(errors), errors.get(errors.size() - 1)));
    }
    return new FittedCost(
        run.study().name(),
        environment.date(),
        environment.cpu().model() + " with " + environment.cpu().cores() + " cores, JDK "
            + environment.jdk().version(),
        fit.cells().stream()
            .map(cell -> fit.model().label(cell.cell()))
            .distinct()
            .toList(),
        fit.cost().orElseThrow(),
        accuracy,
        range(fit, Profile::roundTripMillis),
        range(fit, Profile::serviceMillis));
  }

  private static Interval range(Fit fit, ToDoubleFunction<Profile> millis) {
    double[] sorted = fit.cells().stream()
        .map(cell -> fit.model().profileOf(cell.cell()))
        .mapToDouble(millis)
        .sorted()
        .toArray();
    return new Interval(sorted[0], sorted[sorted.length - 1]);
  }
}
