package dev.poolmark.analysis.report;

import dev.poolmark.analysis.model.Fit;
import dev.poolmark.analysis.model.ModelledCell;
import dev.poolmark.analysis.model.ModelledCell.Arm;
import dev.poolmark.analysis.model.Outlier;
import dev.poolmark.analysis.model.Surface;
import dev.poolmark.analysis.stats.Interval;
import dev.poolmark.analysis.study.Arms;
import dev.poolmark.analysis.study.Study;
import dev.poolmark.analysis.table.Section;
import dev.poolmark.analysis.table.Section.Picture;
import dev.poolmark.analysis.table.Table;
import dev.poolmark.analysis.table.Text;
import dev.poolmark.analysis.verdict.CellVerdict;
import dev.poolmark.analysis.verdict.JudgedCell;
import dev.poolmark.analysis.verdict.Verdict;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** The parts of a page that set the model of the cost of a connection against what was measured. */
final class ModelSections {

  private final Verdict verdict;
  private final Study study;
  private final Fit fit;
  /** Tells this run's files and pictures from those of others on the same page; may be empty. */
  private final String prefix;

  private ModelSections(Verdict verdict, Fit fit, String prefix) {
    this.verdict = verdict;
    this.study = verdict.study();
    this.fit = fit;
    this.prefix = prefix;
  }

  /** None if the study has nothing to model. */
  static List<Section> of(Verdict verdict, String prefix) {
    return Fit.of(verdict)
        .map(fit -> new ModelSections(verdict, fit, prefix).all())
        .orElse(List.of());
  }

  private List<Section> all() {
    List<Section> sections = new ArrayList<>();
    sections.add(cells());
    List<Surface> surfaces = Surface.of(verdict, fit);
    for (int i = 0; i < surfaces.size(); i++) {
      sections.add(surface(surfaces.get(i), prefix + "surface-" + (i + 1)));
    }
    return sections;
  }

  private Section cells() {
    List<String> text = new ArrayList<>();
    if (fit.cost().isPresent()) {
      text.add(result());
      text.add(outliers());
      text.add(rules());
    }
    fit.tooFew()
        .forEach((tls, cells) -> text.add("No prediction for %s: %d cells, and it takes %d."
            .formatted(tls.word(), cells, Fit.FEWEST_OF_A_KIND)));
    if (fit.leftOut() > 0) {
      text.add("Cells that are void or lack the forks of an arm take no part: %d."
          .formatted(fit.leftOut()));
    } else if (text.isEmpty()) {
      text.add("No prediction: no cell was measured.");
    }
    return new Section(
        "Measured against a model",
        text,
        Optional.empty(),
        fit.cost()
            .map(cost -> List.of(Table.ofWords(
                "Model and measurement",
                columns(),
                3 + study.design().axes().size(),
                fit.cells().stream().map(this::row).toList())))
            .orElse(List.of()));
  }

  private String result() {
    long predicted = fit.cells().stream().filter(cell -> !cell.calibrates()).count();
    return ("Calibrated on %d of %d cells, the model predicts the saving of the other %d. It is off"
            + " by %s points at the median and by %s at most.")
        .formatted(
            fit.cells().size() - predicted,
            fit.cells().size(),
            predicted,
            Text.decimal(fit.medianErrorPoints(), 1),
            Text.decimal(fit.largestErrorPoints(), 1));
  }

  private String outliers() {
    List<Outlier> outliers = fit.outliers();
    return "Outliers, which are times that lie more than %d %% off the model and whose %s %% interval"
            .formatted(Fit.OUTLIER_PERCENT, Text.percent(study.aim().confidence()))
        + " excludes the model's time: "
        + (outliers.isEmpty()
            ? "none."
            : outliers.stream().map(Outlier::sentence).collect(Collectors.joining("; ")) + ".");
  }

  private String rules() {
    var cost = fit.cost().orElseThrow();
    String setUp = cost.setUpMillis().entrySet().stream()
        .map(k -> Text.decimal(k.getValue(), 2) + " ms (" + k.getKey().word() + ")")
        .collect(Collectors.joining(", "));
    String trips = cost.setUpMillis().keySet().stream()
        .map(tls -> tls.roundTrips() + " (" + tls.word() + ")")
        .collect(Collectors.joining(", "));
    Arms arms = study.design().arms();
    return "The model: a call of " + arms.candidate().value()
        + " takes RTT + S + d, and " + arms.baseline().value()
        + " adds RTT x (1 + h) + K for its connection. RTT is the round trip and S the service time"
        + " that were set; h is the round trips of a handshake: " + trips
        + ". d and K are the same for all clients, one K for each kind of TLS: those with the"
        + " smallest sum of relative deviations over the cells that calibrate. Here d is "
        + Text.decimal(cost.callMillis(), 2) + " ms and K " + setUp
        + ". The study's seed draws a quarter of the cells of each kind to calibrate, and at least "
        + Fit.FEWEST_TO_CALIBRATE
        + ". A deviation is what was measured less what the model says.";
  }

  private List<String> columns() {
    List<String> columns = new ArrayList<>(List.of("scenario"));
    columns.addAll(study.design().axes().keySet());
    columns.addAll(List.of("use", "outlier"));
    for (String arm : List.of(
        study.design().arms().baseline().value(),
        study.design().arms().candidate().value())) {
      columns.addAll(List.of(arm + ": model, ms", arm + ": measured, ms", arm + ": deviation, %"));
    }
    columns.addAll(List.of("saving: model, %", "saving: measured, %", "saving: deviation, points"));
    return columns;
  }

  private List<String> row(ModelledCell cell) {
    List<String> row = new ArrayList<>(List.of(cell.cell().scenario()));
    row.addAll(cell.cell().parameters().values());
    row.add(cell.calibrates() ? "calibration" : "prediction");
    row.add(cell.arms().stream()
        .filter(Arm::isOutlier)
        .map(Arm::value)
        .collect(Collectors.joining(", ")));
    for (Arm arm : cell.arms()) {
      row.addAll(List.of(
          Text.figures(arm.millis()),
          Text.figures(arm.measured().value()),
          Text.signed(arm.deviationPercent(), 1)));
    }
    row.add(Text.decimal(cell.modelPercent(), 1));
    row.add(Text.decimal(cell.measuredPercent(), 1));
    row.add(Text.signed(cell.deviationPoints(), 1));
    return row;
  }

  private Section surface(Surface surface, String name) {
    String what = (surface.label().isEmpty() ? "" : surface.label() + ", ")
        + surface.tls().word();
    Optional<Picture> picture = SurfacePlot.svg(name, what, study, surface)
        .map(svg -> new Picture(
            name + ".svg",
            svg,
            "Savings by service time and round trip; the table below has the figures",
            "Each square is a cell: its saving in percent, half the width of its interval in points,"
                + " and the model's saving in percent. Its mark is that of its verdict. A dotted line parts"
                + " neighbours between which the model passes an edge of the target. The steps are"
                + " not to scale."));
    return new Section(
        "Saving by service time and round trip: " + what,
        List.of(tally(surface)),
        picture,
        List.of(Table.ofWords(
            "Savings: " + what,
            List.of(
                "verdict",
                "round trip, ms",
                "service time, ms",
                "saving, %",
                Text.percent(study.aim().confidence()) + " % interval",
                "half its width, points",
                "model, %"),
            1,
            surface.points().stream().map(ModelSections::row).toList())));
  }

  private static List<String> row(Surface.Point point) {
    JudgedCell cell = point.cell();
    Optional<Interval> interval = cell.reductionInterval();
    return List.of(
        cell.verdict().word(),
        Text.shortest(point.profile().roundTripMillis()),
        Text.shortest(point.profile().serviceMillis()),
        cell.comparison().map(c -> Text.decimal(c.reductionPercent(), 1)).orElse("–"),
        interval
            .map(i -> Text.decimal(i.low(), 1) + " to " + Text.decimal(i.high(), 1))
            .orElse("–"),
        interval.map(i -> Text.decimal(i.halfWidth(), 1)).orElse("–"),
        point.modelPercent().map(percent -> Text.decimal(percent, 1)).orElse("–"));
  }

  /** How many cells have which verdict. */
  private String tally(Surface surface) {
    String tally = Arrays.stream(CellVerdict.values())
        .map(word ->
            surface.points().stream().filter(p -> p.cell().verdict() == word).count() + " "
                + word.word())
        .filter(part -> !part.startsWith("0 "))
        .collect(Collectors.joining(", "));
    return study.aim().targetWords().map(words -> "Target " + words + "; ").orElse("")
        + Text.count(surface.points().size(), "cell") + ": " + tally + ".";
  }
}
