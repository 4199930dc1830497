package dev.poolmark.analysis.compare;

import dev.poolmark.analysis.stats.Comparison;
import dev.poolmark.analysis.stats.Interval;
import dev.poolmark.analysis.study.Cell;
import java.util.Optional;

/**
 * One arm of one cell in both runs.
 *
 * @param arm the arm's name
 * @param baseForks forks that were measured in the base run
 * @param newForks likewise in the new run
 * @param times base and new; empty if either has no forks
 * @param adjustedP after Holm's correction over all rows; empty if it is not among them
 * @param moreRounds how many more rounds in both runs would exclude a regression above the limit four times out of
 *     five, if nothing changed; empty if that is excluded already, or if no likely number would
 */
public record ComparedArm(
    Cell cell,
    String arm,
    int baseForks,
    int newForks,
    Optional<Comparison> times,
    Optional<Double> adjustedP,
    Optional<Integer> moreRounds,
    Change change) {

  /** How much longer it takes than before, in percent; negative if less long. */
  public Optional<Double> changePercent() {
    return times.map(made -> 100 * (made.ratio() - 1));
  }

  /** The interval of {@link #changePercent()}. */
  public Optional<Interval> interval() {
    return times
        .flatMap(Comparison::ratioInterval)
        .map(ratio -> new Interval(100 * (ratio.low() - 1), 100 * (ratio.high() - 1)));
  }
}
