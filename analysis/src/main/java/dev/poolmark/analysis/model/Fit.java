package dev.poolmark.analysis.model;

import dev.poolmark.analysis.model.ConnectionCost.Call;
import dev.poolmark.analysis.model.ModelledCell.Arm;
import dev.poolmark.analysis.stats.Comparison;
import dev.poolmark.analysis.study.Cell;
import dev.poolmark.analysis.study.Model;
import dev.poolmark.analysis.study.Profile;
import dev.poolmark.analysis.study.Profile.Tls;
import dev.poolmark.analysis.verdict.CellVerdict;
import dev.poolmark.analysis.verdict.JudgedCell;
import dev.poolmark.analysis.verdict.Verdict;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.function.Function;

/**
 * The model of the cost of a connection, calibrated on some cells and set against all.
 *
 * <p>The cells of each kind of TLS are shuffled with the study's seed. The first quarter of each kind, but at least
 * {@value #FEWEST_TO_CALIBRATE}, calibrates; the others are predicted. A kind of fewer than {@value #FEWEST_OF_A_KIND}
 * cells takes no part; nor do void cells, nor those that lack the forks of an arm.
 *
 * @param cost empty if no kind has enough cells
 * @param cells in the study's order
 * @param tooFew how many cells there are of each kind that has too few
 * @param leftOut how many cells are void or lack the forks of an arm
 */
public record Fit(
    Model model,
    Optional<ConnectionCost> cost,
    List<ModelledCell> cells,
    Map<Tls, Integer> tooFew,
    int leftOut) {

  /** One cell that is off is outvoted by two others. */
  public static final int FEWEST_TO_CALIBRATE = 3;

  /** No more cells calibrate than are predicted. */
  public static final int FEWEST_OF_A_KIND = 6;

  /** A time that is further off the model is an outlier, if its interval excludes the model's time. */
  public static final int OUTLIER_PERCENT = 15;

  /** Calibrates and predicts; empty if the study has nothing to model. */
  public static Optional<Fit> of(Verdict verdict) {
    return verdict.study().aim().model().map(model -> of(verdict, model));
  }

  private static Fit of(Verdict verdict, Model model) {
    Map<Tls, List<JudgedCell>> kinds = new EnumMap<>(Tls.class);
    int leftOut = 0;
    for (JudgedCell cell : verdict.cells()) {
      if (model.calls().containsKey(cell.cell().scenario())) {
        if (cell.verdict() == CellVerdict.VOID || cell.comparison().isEmpty()) {
          leftOut++;
        } else {
          Tls tls = model.profileOf(cell.cell()).tls();
          kinds.computeIfAbsent(tls, kind -> new ArrayList<>()).add(cell);
        }
      }
    }
    Map<Tls, Integer> tooFew = new EnumMap<>(Tls.class);
    kinds.forEach((tls, cells) -> tooFew.put(tls, cells.size()));
    tooFew.values().removeIf(cells -> cells >= FEWEST_OF_A_KIND);
    kinds.keySet().removeAll(tooFew.keySet());
    if (kinds.isEmpty()) {
      return new Fit(model, Optional.empty(), List.of(), tooFew, leftOut);
    }
    Set<Cell> calibrating = new HashSet<>();
    List<Call> calls = new ArrayList<>();
    for (JudgedCell cell : draw(kinds.values(), verdict.study().design().seed())) {
      Profile profile = model.profileOf(cell.cell());
      int number = model.calls().get(cell.cell().scenario());
      Comparison measured = cell.comparison().orElseThrow();
      calls.add(new Call(profile, true, measured.baseline() / number));
      calls.add(new Call(profile, false, measured.candidate() / number));
      calibrating.add(cell.cell());
    }
    ConnectionCost cost = ConnectionCost.calibrate(calls);
    List<ModelledCell> cells = verdict.cells().stream()
        .filter(cell -> kinds.values().stream().anyMatch(kind -> kind.contains(cell)))
        .map(cell -> modelled(cost, model, cell, calibrating.contains(cell.cell())))
        .toList();
    return new Fit(model, Optional.of(cost), cells, tooFew, leftOut);
  }

  private static List<JudgedCell> draw(Collection<List<JudgedCell>> kinds, long seed) {
    Random random = new Random(seed);
    List<JudgedCell> drawn = new ArrayList<>();
    for (List<JudgedCell> kind : kinds) {
      List<JudgedCell> shuffled = new ArrayList<>(kind);
      Collections.shuffle(shuffled, random);
      drawn.addAll(shuffled.subList(0, Math.max(FEWEST_TO_CALIBRATE, (kind.size() + 3) / 4)));
    }
    return drawn;
  }

  private static ModelledCell modelled(
      ConnectionCost cost, Model model, JudgedCell cell, boolean calibrates) {
    Profile profile = model.profileOf(cell.cell());
    int calls = model.calls().get(cell.cell().scenario());
    Comparison measured = cell.comparison().orElseThrow();
    return new ModelledCell(
        cell.cell(),
        calibrates,
        new Arm(
            cell.baseline().value(),
            calls * cost.connectingMillis(profile),
            measured.baselineMean()),
        new Arm(
            cell.candidate().value(), calls * cost.pooledMillis(profile), measured.candidateMean()),
        measured.reductionPercent());
  }

  /** How far the savings of the predicted cells are off, in points: the median. */
  public double medianErrorPoints() {
    return median(errorPoints(cells));
  }

  /** How far the savings of the predicted cells are off, in points, at most. */
  public double largestErrorPoints() {
    List<Double> errors = errorPoints(cells);
    return errors.get(errors.size() - 1);
  }

  /** How far the saving of each predicted cell of a kind is off, in points, in ascending order. */
  List<Double> errorPoints(Tls tls) {
    return errorPoints(
        cells.stream().filter(cell -> model.profileOf(cell.cell()).tls() == tls).toList());
  }

  private static List<Double> errorPoints(List<ModelledCell> cells) {
    return cells.stream()
        .filter(cell -> !cell.calibrates())
        .map(cell -> Math.abs(cell.deviationPoints()))
        .sorted()
        .toList();
  }

  static double median(List<Double> sorted) {
    int middle = sorted.size() / 2;
    return sorted.size() % 2 == 1
        ? sorted.get(middle)
        : (sorted.get(middle - 1) + sorted.get(middle)) / 2;
  }

  /** The arms that are outliers in at least one cell, whether it calibrates or is predicted. */
  public List<Outlier> outliers() {
    Map<String, List<ModelledCell>> byLabel = new LinkedHashMap<>();
    for (ModelledCell cell : cells) {
      byLabel
          .computeIfAbsent(model.label(cell.cell()), label -> new ArrayList<>())
          .add(cell);
    }
    List<Outlier> outliers = new ArrayList<>();
    byLabel.forEach((label, ofLabel) -> {
      for (boolean slower : new boolean[] {true, false}) {
        addOutlier(outliers, label, ofLabel, ModelledCell::baseline, slower);
        addOutlier(outliers, label, ofLabel, ModelledCell::candidate, slower);
      }
    });
    return outliers;
  }

  private void addOutlier(
      List<Outlier> outliers,
      String label,
      List<ModelledCell> ofLabel,
      Function<ModelledCell, Arm> arm,
      boolean slower) {
    List<ModelledCell> off = ofLabel.stream()
        .filter(cell -> arm.apply(cell).isOutlier())
        .filter(cell -> arm.apply(cell).deviationPercent() > 0 == slower)
        .toList();
    if (!off.isEmpty()) {
      outliers.add(new Outlier(
          label,
          arm.apply(off.get(0)).value(),
          off.stream().map(cell -> arm.apply(cell).deviationPercent()).toList(),
          off.stream().map(cell -> cell.cell().parameters().get(model.axis())).toList(),
          ofLabel.size()));
    }
  }
}
