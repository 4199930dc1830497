package dev.poolmark.analysis.verdict;

import dev.poolmark.analysis.stats.Interval;
import dev.poolmark.analysis.study.Study;
import dev.poolmark.analysis.table.Text;
import dev.poolmark.analysis.verdict.JudgedCell.Significance;
import java.util.ArrayList;
import java.util.Comparator;
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

  private static final int MAX_NOTES_OF_A_KIND = 4;

  /** How many cells have this verdict. */
  public long count(CellVerdict wanted) {
    return cells.stream().filter(cell -> cell.verdict() == wanted).count();
  }

  /** How many cells differ significantly, in a sentence. Void cells count: their arms may differ, whatever they are. */
  public String differences() {
    double alpha = 1 - study.aim().confidence();
    List<Significance> all =
        cells.stream().flatMap(cell -> cell.significance().stream()).toList();
    return String.format(
        Locale.ROOT,
        "%d of %s %s significantly (Holm, alpha = %s %%).",
        all.stream().filter(each -> each.adjustedP() < alpha).count(),
        Text.count(all.size(), "cell"),
        all.size() == 1 ? "differs" : "differ",
        Text.percent(alpha));
  }

  /**
   * Warnings of the run and of single cells, a sentence each. What is the same in many cells is one sentence, with the
   * first of them as an example.
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
    return notes.size() <= MAX_NOTES_OF_A_KIND
        ? notes.stream()
        : Stream.of(String.format(
            Locale.ROOT,
            "%s: %d of %d cells, such as %s (verdict.json has all)",
            kind,
            notes.size(),
            cells.size(),
            notes.get(0)));
  }

  /** From the lowest to the highest end of the intervals of cells that are not void; empty if there are none. */
  static Optional<Interval> span(List<JudgedCell> cells) {
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

  /** Whether the claim holds, or the study claims nothing and every cell was measured. */
  public boolean holds() {
    return verdict == StudyVerdict.VALIDATED
        || (verdict == StudyVerdict.FINDING && missing.isEmpty() && count(CellVerdict.VOID) == 0);
  }

  /** The answer, in a sentence without a full stop. */
  public String headline() {
    return Headline.of(this);
  }

  /** What the answer means for the claim, in sentences: whether it holds, and in how many cells. */
  public String judgement() {
    if (study.aim().finding()) {
      return "This study maps a field and claims nothing: " + tally() + ".";
    }
    String claim = "The claim \u201c" + study.claimWords() + "\u201d ";
    return switch (verdict) {
      case VALIDATED -> claim + "holds: " + tally() + ".";
      case REFUTED -> claim + "does not hold: " + tally() + ".";
      case PROVISIONAL ->
        claim + (count(CellVerdict.BELOW) > 0 ? "does not hold" : "holds") + " provisionally: "
            + tally() + ". " + tooFewForks();
      default -> claim + "is undecided: " + tally() + ".";
    };
  }

  private String tooFewForks() {
    return cells.stream()
        .flatMap(cell -> cell.warnings().stream())
        .filter(Warning.TooFewForks.class::isInstance)
        .map(Warning.TooFewForks.class::cast)
        .max(Comparator.comparingInt(few -> few.wanted() - few.forks()))
        .map(few -> Text.count(few.forks(), "fork") + " per arm are too few: "
            + Text.count(cells.size(), "cell") + (cells.size() == 1 ? " needs " : " need ")
            + few.wanted() + " (run --more " + (few.wanted() - few.forks()) + ").")
        .orElse("");
  }

  /** How many cells have which verdict, and how many forks are missing. */
  String tally() {
    List<String> parts = new ArrayList<>();
    for (CellVerdict each : CellVerdict.values()) {
      if (count(each) > 0) {
        parts.add((parts.isEmpty()
                ? count(each) + " of " + Text.count(cells.size(), "cell")
                : count(each))
            + " " + words(each));
      }
    }
    if (!missing.isEmpty()) {
      parts.add(Text.count(missing.size(), "fork") + " missing");
    }
    return String.join(", ", parts);
  }

  private String words(CellVerdict each) {
    return each.word()
        + (each == CellVerdict.WITHIN
            ? study
                .aim()
                .targetWords()
                .map(words -> words.startsWith("at ") ? " the target" : " " + words)
                .orElse("")
            : "");
  }
}
