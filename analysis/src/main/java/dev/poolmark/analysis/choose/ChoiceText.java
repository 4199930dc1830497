package dev.poolmark.analysis.choose;

import dev.poolmark.analysis.choose.Contender.Level;
import dev.poolmark.analysis.choose.Standing.Place;
import dev.poolmark.analysis.results.Json;
import dev.poolmark.analysis.stats.Comparison;
import dev.poolmark.analysis.stats.GeometricMean;
import dev.poolmark.analysis.stats.Interval;
import dev.poolmark.analysis.study.Cell;
import dev.poolmark.analysis.study.Study;
import dev.poolmark.analysis.verdict.Columns;
import dev.poolmark.analysis.verdict.JudgedCell.Significance;
import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** A choice for the terminal and as JSON. */
public final class ChoiceText {

  /** More cells than these a client make a line too long; the JSON has all. */
  private static final int MOST_COLUMNS = 4;

  private ChoiceText() {}

  /** The answer, a row a client, why others are out, and what would change the answer; lines ended with a newline. */
  public static String table(Choice choice) {
    StringBuilder text = new StringBuilder();
    List<String> lines = new ArrayList<>(List.of(sentence(choice), basis(choice)));
    lines.forEach(line -> text.append(line).append('\n'));
    text.append(Columns.of(rows(choice)));
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

  /** The same as JSON. Figures are rounded to six decimals, p to four digits; one that could not be had is null. */
  public static String json(Choice choice) {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("study", choice.study().name());
    fields.put("arm", choice.study().arms().candidate().value());
    fields.put("confidence", choice.study().confidence());
    fields.put("rounds", choice.study().rounds());
    fields.put("scenarios", List.copyOf(choice.study().benchmarks().keySet()));
    fields.put("by", "geometric mean");
    fields.put("among", choice.axis());
    fields.put("needs", choice.needs().stream().map(Need::option).toList());
    fields.put("first", choice.first());
    fields.put(
        "standings", choice.standings().stream().map(ChoiceText::fieldsOf).toList());
    fields.put("warnings", choice.warnings());
    fields.put("changes", choice.changes());
    return Json.format(fields);
  }

  private static Map<String, Object> fieldsOf(Standing standing) {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("name", standing.contender().name());
    fields.put("place", standing.place());
    put(fields, standing.millis());
    Optional<Interval> interval = behindInterval(standing);
    fields.put("behindPercent", rounded(standing.behindPercent()));
    fields.put("behindLowPercent", rounded(interval.map(Interval::low)));
    fields.put("behindHighPercent", rounded(interval.map(Interval::high)));
    fields.put(
        "adjustedP",
        standing
            .adjustedP()
            .map(p -> BigDecimal.valueOf(p).round(new MathContext(4, RoundingMode.HALF_EVEN)))
            .orElse(null));
    fields.put("smallestVisiblePercent", rounded(standing.smallestVisiblePercent()));
    List<Map<String, Object>> cells = new ArrayList<>();
    for (Level level : standing.contender().levels()) {
      Map<String, Object> cell = new LinkedHashMap<>();
      cell.put("scenario", level.cell().scenario());
      cell.putAll(level.cell().parameters());
      put(cell, Optional.of(level.millis()));
      cell.put("bytes", rounded(level.bytes().map(GeometricMean::value)));
      cells.add(cell);
    }
    fields.put("cells", cells);
    fields.put("reasons", standing.reasons());
    return fields;
  }

  private static void put(Map<String, Object> fields, Optional<GeometricMean> millis) {
    Optional<Interval> interval = millis.flatMap(GeometricMean::interval);
    fields.put("millis", rounded(millis.map(GeometricMean::value)));
    fields.put("lowMillis", rounded(interval.map(Interval::low)));
    fields.put("highMillis", rounded(interval.map(Interval::high)));
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
        : "It is " + choice.words() + ": their times could not be told apart. Of the " + meeting
            + " " + nouns(choice, meeting) + " that meet the needs none was seen to be faster.";
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
        study.arms().candidate().value(),
        study.rounds(),
        String.join(", ", study.benchmarks().keySet()),
        otherAxes(choice),
        choice.needs().isEmpty()
            ? "none"
            : choice.needs().stream().map(Need::option).collect(Collectors.joining(", ")));
  }

  private static String otherAxes(Choice choice) {
    return choice.study().axes().entrySet().stream()
        .filter(axis -> !axis.getKey().equals(choice.axis()))
        .map(axis -> " and " + axis.getKey() + " (" + String.join(", ", axis.getValue()) + ")")
        .collect(Collectors.joining());
  }

  private static List<List<String>> rows(Choice choice) {
    List<Cell> cells = choice.study().cells().stream()
        .filter(cell -> cell.parameters()
            .get(choice.axis())
            .equals(choice.study().axes().get(choice.axis()).get(0)))
        .toList();
    boolean single = cells.size() > 1 && cells.size() <= MOST_COLUMNS;
    List<String> head = new ArrayList<>(List.of(choice.axis(), "ms", "interval"));
    if (single) {
      cells.forEach(cell -> head.add(situation(choice, cell) + " ms"));
    }
    head.addAll(List.of("behind %", "all pairs' interval", "p (Holm)", "visible %", "place"));
    List<List<String>> rows = new ArrayList<>(List.of(head));
    for (Standing standing : choice.standings()) {
      List<String> row = new ArrayList<>(List.of(
          standing.contender().name(),
          number("%.1f", standing.millis().map(GeometricMean::value)),
          interval("%.1f to %.1f", standing.millis().flatMap(GeometricMean::interval))));
      if (single) {
        for (int i = 0; i < cells.size(); i++) {
          List<Level> levels = standing.contender().levels();
          row.add(
              levels.isEmpty()
                  ? "-"
                  : number("%.1f", Optional.of(levels.get(i).millis().value())));
        }
      }
      row.addAll(List.of(
          number("%+.1f", standing.behindPercent()),
          interval("%+.1f to %+.1f", behindInterval(standing)),
          standing.adjustedP().map(Significance::words).orElse("-"),
          number("%.1f", standing.smallestVisiblePercent()),
          standing.place().word()));
      rows.add(row);
    }
    return rows;
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

  private static String number(String format, Optional<Double> value) {
    return value.map(number -> String.format(Locale.ROOT, format, number)).orElse("-");
  }

  private static String interval(String format, Optional<Interval> value) {
    return value.map(i -> String.format(Locale.ROOT, format, i.low(), i.high())).orElse("-");
  }

  private static BigDecimal rounded(Optional<Double> value) {
    return value
        .map(number -> BigDecimal.valueOf(number).setScale(6, RoundingMode.HALF_EVEN))
        .orElse(null);
  }
}
