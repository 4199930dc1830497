package dev.poolmark.analysis.choose;

import dev.poolmark.analysis.choose.Contender.Level;
import dev.poolmark.analysis.choose.Standing.Place;
import dev.poolmark.analysis.results.Json;
import dev.poolmark.analysis.stats.Comparison;
import dev.poolmark.analysis.stats.GeometricMean;
import dev.poolmark.analysis.stats.Interval;
import dev.poolmark.analysis.study.Cell;
import dev.poolmark.analysis.study.Study;
import dev.poolmark.analysis.table.Column;
import dev.poolmark.analysis.table.Table;
import dev.poolmark.analysis.table.Text;
import dev.poolmark.analysis.table.TimeScale;
import dev.poolmark.analysis.verdict.CellColumns;
import dev.poolmark.analysis.verdict.JudgedCell.Significance;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/** A choice for the terminal and as JSON. */
public final class ChoiceText {

  /** With more cells per client than these, a line would be too long; the JSON has all. */
  private static final int MAX_COLUMNS = 4;

  private ChoiceText() {}

  /** The answer, a row a client, why others are out, and what would change the answer; lines end with a newline. */
  public static String table(Choice choice) {
    StringBuilder text = new StringBuilder();
    List<String> lines = new ArrayList<>(List.of(sentence(choice), basis(choice)));
    lines.forEach(line -> text.append(line).append('\n'));
    text.append(rows(choice).text());
    for (Standing standing : choice.standings()) {
      String name = standing.contender().name();
      standing
          .reasons()
          .forEach(
              why -> text.append("out: ").append(name).append(": ").append(why).append('\n'));
      if (standing.reasons().isEmpty()) {
        honoured(choice, standing.contender())
            .ifPresent(how -> text.append(name).append(": ").append(how).append('\n'));
      }
    }
    choice.warnings().forEach(warning -> text.append(warning).append('\n'));
    List<String> changes = choice.changes();
    if (!changes.isEmpty()) {
      text.append("What would change the answer:\n");
      changes.forEach(change -> text.append("  ").append(change).append('\n'));
    }
    return text.toString();
  }

  /** The same as JSON. Figures have eight significant digits; one that is unknown is null. */
  public static String json(Choice choice) {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("study", choice.study().name());
    fields.put("arm", choice.study().design().arms().candidate().value());
    fields.put("confidence", choice.study().aim().confidence());
    fields.put("rounds", choice.study().design().rounds());
    fields.put("scenarios", List.copyOf(choice.study().design().benchmarks().keySet()));
    fields.put("by", "geometric mean");
    fields.put("among", choice.axis());
    fields.put("needs", choice.needs().stream().map(Need::option).toList());
    fields.put("first", choice.first());
    fields.put("standings", rows(choice).objects());
    fields.put("warnings", choice.warnings());
    fields.put("changes", choice.changes());
    return Json.format(fields);
  }

  private static String sentence(Choice choice) {
    List<String> first = choice.first();
    long meeting = choice.standings().stream()
        .filter(standing -> standing.place() != Place.OUT)
        .count();
    if (first.isEmpty()) {
      return "No " + choice.axis()
          + " can be chosen: none meets the needs with times that prove something.";
    }
    if (meeting == 1) {
      return "Choose " + first.get(0) + ": it is the only " + nouns(choice, 1)
          + " that meets the needs.";
    }
    return first.size() == 1
        ? "Choose " + first.get(0) + ": it is the fastest of the " + meeting + " "
            + nouns(choice, meeting) + " that meet the needs."
        : "It is " + choice.words() + ": their times do not differ significantly, and none of the "
            + meeting + " " + nouns(choice, meeting) + " that meet the needs is faster.";
  }

  /** What there is to choose from. */
  private static String nouns(Choice choice, long count) {
    String ending = count == 1 ? "" : "s";
    return choice.axis().equals(Choice.CLIENT)
        ? "client" + ending
        : "value" + ending + " of " + choice.axis();
  }

  private static String basis(Choice choice) {
    Study study = choice.study();
    return String.format(
        Locale.ROOT,
        "%s, arm %s, %d rounds, geometric mean over scenarios (%s)%s; needs: %s.",
        study.name(),
        study.design().arms().candidate().value(),
        study.design().rounds(),
        String.join(", ", study.design().benchmarks().keySet()),
        otherAxes(choice),
        choice.needs().isEmpty()
            ? "none"
            : choice.needs().stream().map(Need::option).collect(Collectors.joining(", ")));
  }

  private static String otherAxes(Choice choice) {
    return choice.study().design().axes().entrySet().stream()
        .filter(axis -> !axis.getKey().equals(choice.axis()))
        .map(axis -> " and " + axis.getKey() + " (" + String.join(", ", axis.getValue()) + ")")
        .collect(Collectors.joining());
  }

  private static Table<Standing> rows(Choice choice) {
    TimeScale scale = TimeScale.of(choice.standings().stream()
        .flatMap(standing -> standing.millis().stream())
        .mapToDouble(GeometricMean::value));
    String unit = ", " + scale.unit();
    List<Column<Standing>> columns = new ArrayList<>();
    columns.add(
        Column.text("name", choice.axis(), standing -> standing.contender().name()));
    columns.add(new Column<>(
        "place",
        false,
        standing -> standing.place().word(),
        List.of(new Column.Field<>("place", Standing::place))));
    columns.add(Column.number(
        "millis",
        "time" + unit,
        standing -> standing.millis().map(GeometricMean::value),
        scale::words));
    columns.add(Column.interval(
        millis("lowMillis", scale, standing -> timeInterval(standing).map(Interval::low)),
        millis("highMillis", scale, standing -> timeInterval(standing).map(Interval::high)),
        "interval"));
    List<Cell> cells = choice.study().design().cells().stream()
        .filter(cell -> cell.parameters()
            .get(choice.axis())
            .equals(choice.study().design().axes().get(choice.axis()).get(0)))
        .toList();
    if (cells.size() > 1 && cells.size() <= MAX_COLUMNS) {
      for (int i = 0; i < cells.size(); i++) {
        int place = i;
        columns.add(Column.figure(
            situation(choice, cells.get(i)) + unit,
            standing -> standing.contender().levels().isEmpty()
                ? Column.UNKNOWN
                : scale.words(standing.contender().levels().get(place).millis().value())));
      }
    }
    columns.add(Column.number(
        "behindPercent", "slower by, %", Standing::behindPercent, value -> Text.signed(value, 1)));
    columns.add(Column.interval(
        percent("behindLowPercent", standing -> behindInterval(standing).map(Interval::low)),
        percent("behindHighPercent", standing -> behindInterval(standing).map(Interval::high)),
        "interval over all pairs"));
    columns.add(Column.number("adjustedP", "p (Holm)", Standing::adjustedP, Significance::words));
    columns.add(Column.number(
        "detectablePercent",
        "detectable, %",
        Standing::detectablePercent,
        value -> Text.decimal(value, 1)));
    columns.add(Column.field("cells", standing -> levels(choice, standing)));
    columns.add(Column.field("reasons", Standing::reasons));
    return new Table<>("Standings", columns, choice.standings());
  }

  private static List<Map<String, Object>> levels(Choice choice, Standing standing) {
    List<Column<Level>> columns = CellColumns.of(choice.study(), Level::cell);
    columns.add(Column.field("millis", level -> Column.rounded(level.millis().value())));
    columns.add(Column.field(
        "lowMillis", level -> level.millis().interval().map(Interval::low).map(Column::rounded)));
    columns.add(Column.field(
        "highMillis", level -> level.millis().interval().map(Interval::high).map(Column::rounded)));
    columns.add(Column.field(
        "bytes", level -> level.bytes().map(GeometricMean::value).map(Column::rounded)));
    return new Table<>("", columns, standing.contender().levels()).objects();
  }

  private static Column<Standing> millis(
      String name, TimeScale scale, Function<Standing, Optional<Double>> value) {
    return Column.number(name, name, value, scale::words);
  }

  private static Column<Standing> percent(String name, Function<Standing, Optional<Double>> value) {
    return Column.number(name, name, value, number -> Text.signed(number, 1));
  }

  private static Optional<Interval> timeInterval(Standing standing) {
    return standing.millis().flatMap(GeometricMean::interval);
  }

  /** Scenario and values, without what there is to choose from. */
  private static String situation(Choice choice, Cell cell) {
    return cell.parameters().entrySet().stream()
        .filter(value -> !value.getKey().equals(choice.axis()))
        .map(value -> " " + value.getValue())
        .collect(Collectors.joining("", cell.scenario(), ""));
  }

  private static Optional<String> honoured(Choice choice, Contender contender) {
    List<String> settings = choice.needs().stream()
        .filter(Need.Capability.class::isInstance)
        .map(need -> ((Need.Capability) need).setting())
        .map(setting -> setting + " " + contender.capabilities().get(setting))
        .toList();
    return settings.isEmpty() ? Optional.empty() : Optional.of(String.join(", ", settings));
  }

  private static Optional<Interval> behindInterval(Standing standing) {
    return standing
        .behind()
        .flatMap(Comparison::ratioInterval)
        .map(ratio -> new Interval(100 * (ratio.low() - 1), 100 * (ratio.high() - 1)));
  }
}
