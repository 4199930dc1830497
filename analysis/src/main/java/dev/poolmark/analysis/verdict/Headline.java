package dev.poolmark.analysis.verdict;

import dev.poolmark.analysis.stats.Interval;
import dev.poolmark.analysis.study.Cell;
import dev.poolmark.analysis.study.Study;
import dev.poolmark.analysis.table.Text;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The answer of a study in a sentence: from the lowest to the highest end of the intervals, by what varies most to the
 * point. That is the candidate if it is an axis, else the scenario, else the last axis with more than one value, if
 * these are few.
 */
final class Headline {

  private static final int MAX_GROUPS = 8;

  private final Verdict verdict;
  private final Study study;

  private Headline(Verdict verdict) {
    this.verdict = verdict;
    this.study = verdict.study();
  }

  /** Without a full stop. */
  static String of(Verdict verdict) {
    return new Headline(verdict).sentence();
  }

  /**
   * One group of cells.
   *
   * @param verb {@code cuts}
   * @param object of the verb: {@code latency}
   * @param amount {@code by 39-43 %}
   * @param rest what follows in the first part only
   */
  private record Part(
      String subject, String verb, String object, String amount, String rest, String where) {}

  private String sentence() {
    Optional<Interval> all = Verdict.span(verdict.cells());
    if (all.isEmpty()) {
      return "Nothing could be compared: " + verdict.tally();
    }
    if (study.design().arms().parameter().isEmpty()) {
      double most = Math.max(Math.abs(all.get().low()), Math.abs(all.get().high()));
      return "Identical arms differ by at most " + Text.decimal(most, 1) + " %";
    }
    List<Part> parts = parts();
    List<String> words = new ArrayList<>();
    for (int i = 0; i < parts.size(); i++) {
      Part part = parts.get(i);
      boolean sameObject = i > 0 && part.object().equals(parts.get(i - 1).object());
      boolean again = sameObject && part.verb().equals(parts.get(i - 1).verb());
      String subject = i > 0 && part.subject().equals(parts.get(0).subject()) ? "" : part.subject();
      String object = sameObject && !part.object().isEmpty() ? "it" : part.object();
      words.add(Stream.of(
              subject,
              again ? "" : part.verb(),
              again ? "" : object,
              part.amount(),
              again ? "" : part.rest(),
              part.where())
          .filter(word -> !word.isEmpty())
          .collect(Collectors.joining(" ")));
    }
    return Text.capitalized(Text.list(words));
  }

  private List<Part> parts() {
    Map<String, List<JudgedCell>> groups = new LinkedHashMap<>();
    for (JudgedCell cell : verdict.cells()) {
      groups.computeIfAbsent(groupOf(cell.cell()), group -> new ArrayList<>()).add(cell);
    }
    if (groups.size() > MAX_GROUPS) {
      groups.clear();
      groups.put("", verdict.cells());
    }
    List<Part> parts = new ArrayList<>();
    groups.forEach((group, cells) -> parts.add(part(group, cells)));
    return parts;
  }

  private Part part(String group, List<JudgedCell> cells) {
    boolean isSubject = study.design().candidateIsAnAxis() && !group.isEmpty();
    String subject =
        isSubject ? group : study.aim().nameOf(study.design().arms().candidate().value());
    String where = isSubject ? "" : group;
    String measure = cells.stream()
        .map(cell -> study.measureOf(cell.cell().scenario()))
        .distinct()
        .collect(Collectors.joining(" or "));
    Optional<Interval> span = Verdict.span(cells);
    if (span.isEmpty()) {
      return new Part(subject, "could not be compared", "", "", "", where);
    }
    double low = span.get().low();
    double high = span.get().high();
    if (study.aim().ratio()) {
      String times = Text.range(1 - high / 100, 1 - low / 100) + " times";
      String rest = "the " + measure + " of "
          + study.aim().nameOf(study.design().arms().baseline().value());
      return new Part(subject, "takes", "", times, rest, where);
    }
    if (low > 0) {
      return new Part(subject, "cuts", measure, "by " + Text.range(low, high) + " %", "", where);
    }
    if (high < 0) {
      return new Part(
          subject, "raises", measure, "by " + Text.range(-high, -low) + " %", "", where);
    }
    int decimals = high - low < 2 ? 1 : 0;
    String change =
        "by " + Text.signed(-high, decimals) + " to " + Text.signed(-low, decimals) + " %";
    return new Part(subject, "changes", measure, change, "", where);
  }

  private String groupOf(Cell cell) {
    if (study.design().candidateIsAnAxis()) {
      return named(study.design().arms().parameter().orElseThrow(), cell, "");
    }
    if (study.design().benchmarks().size() > 1) {
      String name = study.aim().nameOf(cell.scenario());
      return name.equals(cell.scenario()) ? "in " + name : name;
    }
    return study.design().axes().entrySet().stream()
        .filter(axis -> axis.getValue().size() > 1)
        .reduce((first, second) -> second)
        .map(axis -> named(axis.getKey(), cell, "with "))
        .orElse("");
  }

  /** The study's own name of a value; else the value, after its axis if it is a number, which says nothing alone. */
  private String named(String axis, Cell cell, String preposition) {
    String value = cell.parameters().get(axis);
    String name = study.aim().nameOf(value);
    if (!name.equals(value)) {
      return name;
    }
    return preposition + (value.matches("[0-9.]+") ? axis + " = " + value : value);
  }
}
