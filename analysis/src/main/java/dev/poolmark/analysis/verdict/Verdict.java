package dev.poolmark.analysis.verdict;

import dev.poolmark.analysis.stats.Interval;
import dev.poolmark.analysis.study.Arm;
import dev.poolmark.analysis.study.Cell;
import dev.poolmark.analysis.study.Study;
import dev.poolmark.analysis.verdict.JudgedCell.Significance;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A study and what its cells say.
 *
 * @param missing the planned forks that were not measured, for people
 * @param warnings why the whole run deserves less trust than it seems to; those of single cells are theirs
 */
public record Verdict(
    Study study,
    List<JudgedCell> cells,
    List<String> missing,
    List<Warning> warnings,
    StudyVerdict verdict) {

  private static final int MOST_NOTES_OF_A_KIND = 4;
  private static final int MOST_GROUPS = 8;

  /** How many cells have this verdict. */
  public long count(CellVerdict wanted) {
    return cells.stream().filter(cell -> cell.verdict() == wanted).count();
  }

  /**
   * How many comparisons came out different from nil, before and after the correction, in a sentence. Void cells count:
   * their arms may differ, whatever they are.
   */
  public String differences() {
    double alpha = 1 - study.confidence();
    List<Significance> all =
        cells.stream().flatMap(cell -> cell.significance().stream()).toList();
    return String.format(
        Locale.ROOT,
        "Different at alpha %s %%: %d of %d comparisons after Holm's correction, %d before.",
        number(100 * alpha),
        all.stream().filter(each -> each.adjustedP() < alpha).count(),
        all.size(),
        all.stream().filter(each -> each.p() < alpha).count());
  }

  /**
   * What people must know of the run and of single cells, a sentence each. What is the same in many cells is one
   * sentence, with one of them for an example.
   */
  public List<String> notes() {
    Map<String, List<String>> kinds = new LinkedHashMap<>();
    for (JudgedCell cell : cells) {
      cell.notes()
          .forEach((kind, notes) -> kinds
              .computeIfAbsent(kind, none -> new ArrayList<>())
              .add(cell.cell().label() + ": " + String.join("; ", notes)));
    }
    return Stream.concat(
            warnings.stream().map(Warning::message),
            kinds.entrySet().stream().flatMap(kind -> together(kind.getKey(), kind.getValue())))
        .toList();
  }

  private Stream<String> together(String kind, List<String> notes) {
    return notes.size() <= MOST_NOTES_OF_A_KIND
        ? notes.stream()
        : Stream.of(String.format(
            Locale.ROOT,
            "%s in %d of %d cells (verdict.json has each); the first: %s",
            kind,
            notes.size(),
            cells.size(),
            notes.get(0)));
  }

  /** From the lowest end to the highest end of the intervals that are not void; empty if there are none. */
  public Optional<Interval> span() {
    return span(cells);
  }

  private static Optional<Interval> span(List<JudgedCell> cells) {
    List<Interval> intervals = cells.stream()
        .filter(cell -> cell.verdict() != CellVerdict.VOID)
        .flatMap(cell -> cell.reductionInterval().stream())
        .toList();
    if (intervals.isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(new Interval(
        intervals.stream().mapToDouble(Interval::low).min().getAsDouble(),
        intervals.stream().mapToDouble(Interval::high).max().getAsDouble()));
  }

  /** The verdict with its figures, in one sentence. */
  public String sentence() {
    String word = verdict.word();
    String saving = span()
        .map(span -> String.format(
            Locale.ROOT,
            "saves %.1f to %.1f %% of the %s of %s",
            span.low(),
            span.high(),
            study.compared(),
            study.arms().baseline().value()))
        .orElse("saves nothing that could be measured against "
            + study.arms().baseline().value());
    return String.format(
        Locale.ROOT,
        "%s: %s %s (%s %% intervals; cells: %d; target: %s to %s %%): %s.",
        word.substring(0, 1).toUpperCase(Locale.ROOT) + word.substring(1),
        study.arms().candidate().value(),
        saving,
        number(100 * study.confidence()),
        cells.size(),
        number(study.target().minPercent()),
        number(study.target().maxPercent()),
        tally());
  }

  /**
   * What was found, in a sentence: from the lowest to the highest end of the intervals, by what varies most to the point.
   * That is the candidate if it is an axis, else the scenario, else the last axis with more than one value, if these
   * are few.
   */
  public String finding() {
    Map<String, List<JudgedCell>> groups = new LinkedHashMap<>();
    for (JudgedCell cell : cells) {
      groups.computeIfAbsent(groupOf(cell.cell()), group -> new ArrayList<>()).add(cell);
    }
    if (groups.size() > MOST_GROUPS) {
      groups.clear();
      groups.put("", cells);
    }
    List<String> parts = new ArrayList<>();
    groups.forEach((group, members) -> parts.add((group + " "
            + span(members)
                .map(span -> String.format(Locale.ROOT, "%.1f to %.1f %%", span.low(), span.high()))
                .orElse("nothing that could be measured"))
        .strip()));
    return "Of the " + study.compared() + " of " + words(study.arms().baseline()) + ", "
        + words(study.arms().candidate()) + " saves: " + String.join(", ", parts) + ".";
  }

  /** A number says nothing without what it is of. */
  private static String words(String name, String value) {
    return value.matches("[0-9.]+") ? name + " = " + value + ":" : value;
  }

  private String words(Arm arm) {
    return study
        .arms()
        .parameter()
        .filter(name -> arm.value().matches("[0-9.]+"))
        .map(name -> name + " = " + arm.value())
        .orElse(arm.value());
  }

  private String groupOf(Cell cell) {
    if (study.candidateIsAnAxis()) {
      String name = study.arms().parameter().orElseThrow();
      return words(name, cell.parameters().get(name));
    }
    if (study.benchmarks().size() > 1) {
      return cell.scenario();
    }
    return study.axes().entrySet().stream()
        .filter(axis -> axis.getValue().size() > 1)
        .reduce((first, second) -> second)
        .map(axis -> words(axis.getKey(), cell.parameters().get(axis.getKey())))
        .orElse("");
  }

  private String tally() {
    List<String> parts = new ArrayList<>();
    for (CellVerdict each : CellVerdict.values()) {
      if (count(each) > 0) {
        parts.add(count(each) + " " + each.word());
      }
    }
    parts.add((missing.isEmpty() ? "no" : String.valueOf(missing.size()))
        + (missing.size() == 1 ? " fork missing" : " forks missing"));
    return String.join(", ", parts);
  }

  /** Without a fraction where there is none. */
  private static String number(double value) {
    double rounded = Math.round(value * 1e6) / 1e6;
    return rounded == Math.rint(rounded) ? String.valueOf((long) rounded) : String.valueOf(rounded);
  }
}
