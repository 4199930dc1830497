package dev.poolmark.analysis.compare;

import com.fasterxml.jackson.annotation.JsonValue;
import dev.poolmark.analysis.results.Environment;
import dev.poolmark.analysis.results.ForkResult;
import dev.poolmark.analysis.results.ForkResult.Jmh;
import dev.poolmark.analysis.results.Results;
import dev.poolmark.analysis.stats.Comparison;
import dev.poolmark.analysis.stats.Holm;
import dev.poolmark.analysis.study.Arm;
import dev.poolmark.analysis.study.Cell;
import dev.poolmark.analysis.study.InputException;
import dev.poolmark.analysis.study.Study;
import dev.poolmark.analysis.verdict.JudgedCell;
import dev.poolmark.analysis.verdict.JudgedRun;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * Two runs of one study: the time of every arm of every cell, new against base. Immutable.
 *
 * <p>A row is {@code void} if the server's counts contradict its arm in either run, and {@code missing} if a run has
 * fewer than two forks of it. Else it is {@code improved} if it is significantly faster (Holm's correction over all
 * rows); {@code pass} if the whole interval of its change lies at or below the limit; {@code regressed} if it is
 * significantly slower. Else, and for a row that would be {@code regressed} while a run was measured under other load,
 * it {@code cannot tell}.
 *
 * <p>The runs were made one after the other, so what the machine did in between is in every change. It mostly moves
 * all rows alike: {@link #commonPercent} shows it.
 *
 * @param study of the new run
 * @param maxRegressionPercent the limit: how much slower an arm may be, in percent
 * @param differences what is not the same in the two runs, a line each
 * @param machines why the runs are of different machines; empty if they are of one
 * @param warnings why one of the runs deserves less trust than it seems to
 */
public record RunComparison(
    Study study,
    double maxRegressionPercent,
    List<String> differences,
    Optional<String> machines,
    List<String> warnings,
    List<ComparedArm> rows) {

  /** More rounds than these are no advice. */
  private static final int MAX_ROUNDS = 200;

  /** What a gate does. */
  public enum Outcome {
    /** No arm can be slower by more than the limit. */
    PASS,
    /** At least one arm is slower. */
    REGRESSED,
    /** Neither was shown. */
    CANNOT_TELL;

    /** The word in the JSON. */
    @JsonValue
    public String word() {
      return name().toLowerCase(Locale.ROOT).replace('_', ' ');
    }
  }

  /**
   * Compares two runs.
   *
   * @param maxRegressionPercent how much slower an arm may be; at least 0
   * @param allowDifferentMachines whether runs from different machines are compared, and marked, or refused
   * @throws InputException if the runs are not to be compared
   */
  public static RunComparison of(
      JudgedRun base, JudgedRun newer, double maxRegressionPercent, boolean allowDifferentMachines)
      throws InputException {
    if (!(maxRegressionPercent >= 0 && Double.isFinite(maxRegressionPercent))) {
      throw new InputException(
          "--max-regression must be a number of percent >= 0: " + maxRegressionPercent);
    }
    Optional<String> difference =
        base.study().withRounds(newer.study().design().rounds()).differenceFrom(newer.study());
    if (difference.isPresent()) {
      throw new InputException("BASE and NEW must be runs of the same study: " + difference.get());
    }
    Optional<String> machines = machines(base.environment(), newer.environment());
    if (machines.isPresent() && !allowDifferentMachines) {
      throw new InputException("BASE and NEW must be runs of one machine: " + machines.get()
          + "; --allow-different-machines compares them all the same");
    }
    List<String> warnings = new ArrayList<>();
    base.verdict().warnings().forEach(warning -> warnings.add("BASE: " + warning.message()));
    newer.verdict().warnings().forEach(warning -> warnings.add("NEW: " + warning.message()));
    List<String> setups = setups(base.results(), newer.results());
    List<String> differences =
        new ArrayList<>(differences(base.environment(), newer.environment()));
    differences.addAll(setups);
    return new RunComparison(
        newer.study(),
        maxRegressionPercent,
        List.copyOf(differences),
        machines,
        List.copyOf(warnings),
        compare(base, newer, maxRegressionPercent, warnings.isEmpty() && setups.isEmpty()));
  }

  /** What a gate does: any regressed row fails it, and any row that proves nothing leaves it open. */
  public Outcome outcome() {
    if (count(Change.REGRESSED) > 0) {
      return Outcome.REGRESSED;
    }
    return count(Change.PASS) + count(Change.IMPROVED) == rows.size()
        ? Outcome.PASS
        : Outcome.CANNOT_TELL;
  }

  /** How many rows came out so. */
  public long count(Change wanted) {
    return rows.stream().filter(row -> row.change() == wanted).count();
  }

  /** How many more rounds of both runs would tell; empty if none are needed, or if no likely number would. */
  public Optional<Integer> moreRounds() {
    List<ComparedArm> open =
        rows.stream().filter(row -> row.change() == Change.CANNOT_TELL).toList();
    return open.isEmpty() || open.stream().anyMatch(row -> row.moreRounds().isEmpty())
        ? Optional.empty()
        : open.stream().flatMap(row -> row.moreRounds().stream()).max(Integer::compare);
  }

  /** The median of all changes, in percent; empty if nothing was compared. */
  public Optional<Double> commonPercent() {
    double[] changes = rows.stream()
        .flatMap(row -> row.changePercent().stream())
        .mapToDouble(change -> change)
        .sorted()
        .toArray();
    return changes.length == 0
        ? Optional.empty()
        : Optional.of((changes[(changes.length - 1) / 2] + changes[changes.length / 2]) / 2);
  }

  private static List<ComparedArm> compare(
      JudgedRun base, JudgedRun newer, double limit, boolean comparable) {
    Study study = newer.study();
    List<ComparedArm> measured = new ArrayList<>();
    for (int i = 0; i < study.design().cells().size(); i++) {
      JudgedCell then = base.verdict().cells().get(i);
      JudgedCell now = newer.verdict().cells().get(i);
      for (Arm arm : study.design().arms().both()) {
        boolean proven = then.arm(arm).proven() && now.arm(arm).proven();
        measured.add(measured(
            now.cell(),
            arm.value(),
            base.results().of(now.cell(), arm),
            newer.results().of(now.cell(), arm),
            proven,
            study.aim().confidence()));
      }
    }
    return judged(measured, 1 - study.aim().confidence(), limit, comparable);
  }

  /** Not judged yet: what can be is {@link Change#CANNOT_TELL}. */
  private static ComparedArm measured(
      Cell cell,
      String arm,
      List<ForkResult> base,
      List<ForkResult> newer,
      boolean proven,
      double confidence) {
    Optional<Comparison> times = base.isEmpty() || newer.isEmpty()
        ? Optional.empty()
        : Optional.of(Comparison.of(millis(base), millis(newer), confidence));
    Change change = times.flatMap(Comparison::p).isEmpty()
        ? Change.MISSING
        : proven ? Change.CANNOT_TELL : Change.VOID;
    return new ComparedArm(
        cell, arm, base.size(), newer.size(), times, Optional.empty(), Optional.empty(), change);
  }

  private static List<ComparedArm> judged(
      List<ComparedArm> rows, double alpha, double limit, boolean comparable) {
    double[] adjusted = Holm.adjust(rows.stream()
        .filter(row -> row.change() == Change.CANNOT_TELL)
        .mapToDouble(row -> row.times().flatMap(Comparison::p).orElseThrow())
        .toArray());
    List<ComparedArm> judged = new ArrayList<>();
    int place = 0;
    for (ComparedArm row : rows) {
      judged.add(
          row.change() == Change.CANNOT_TELL
              ? judged(row, adjusted[place++], alpha, limit, comparable)
              : row);
    }
    return List.copyOf(judged);
  }

  private static ComparedArm judged(
      ComparedArm row, double p, double alpha, double limit, boolean comparable) {
    Comparison times = row.times().orElseThrow();
    Change change = Change.CANNOT_TELL;
    if (p < alpha && times.ratio() < 1) {
      change = Change.IMPROVED;
    } else if (row.interval().orElseThrow().high() <= limit) {
      change = Change.PASS;
    } else if (p < alpha && comparable) {
      change = Change.REGRESSED;
    }
    return new ComparedArm(
        row.cell(),
        row.arm(),
        row.baseForks(),
        row.newForks(),
        row.times(),
        Optional.of(p),
        change == Change.CANNOT_TELL
            ? times.moreForksToLeaveOut(-limit, MAX_ROUNDS)
            : Optional.empty(),
        change);
  }

  /** How JMH was set, where that is not the same: such forks measured other loads. */
  private static List<String> setups(Results base, Results newer) {
    List<String> lines = new ArrayList<>();
    difference("JMH mode", setup(base, Jmh::mode), setup(newer, Jmh::mode), lines);
    difference("threads", setup(base, Jmh::threads), setup(newer, Jmh::threads), lines);
    difference("JVM flags", setup(base, Jmh::jvmArgs), setup(newer, Jmh::jvmArgs), lines);
    difference(
        "iterations",
        setup(base, Jmh::measurementIterations),
        setup(newer, Jmh::measurementIterations),
        lines);
    return lines;
  }

  private static String setup(Results results, Function<Jmh, Object> setting) {
    return results.forks().values().stream()
        .map(fork -> String.valueOf(setting.apply(fork.jmh())))
        .distinct()
        .sorted()
        .collect(Collectors.joining(", "));
  }

  private static Optional<String> machines(Environment there, Environment here) {
    if (!there.cpu().equals(here.cpu())) {
      return Optional.of("cpu is " + there.cpu().cores() + " x " + there.cpu().model() + ", now "
          + here.cpu().cores() + " x " + here.cpu().model());
    }
    // Hypervisors and kernels keep a little for themselves, and not always the same.
    if (Math.abs(there.memoryBytes() - here.memoryBytes()) > there.memoryBytes() / 20) {
      return Optional.of("memoryBytes is " + there.memoryBytes() + ", now " + here.memoryBytes());
    }
    return Optional.empty();
  }

  private static List<String> differences(Environment there, Environment here) {
    List<String> lines = new ArrayList<>();
    difference("jar", there.jar().sha256(), here.jar().sha256(), lines);
    difference("jdk", there.jdk().toString(), here.jdk().toString(), lines);
    difference("os", there.os(), here.os(), lines);
    difference("kernel", there.kernel(), here.kernel(), lines);
    difference("poolmark", there.poolmark(), here.poolmark(), lines);
    Map<String, String> before = there.libraries();
    Map<String, String> now = here.libraries();
    TreeSet<String> names = new TreeSet<>(before.keySet());
    names.addAll(now.keySet());
    for (String name : names) {
      difference(name, before.getOrDefault(name, "none"), now.getOrDefault(name, "none"), lines);
    }
    return List.copyOf(lines);
  }

  private static void difference(String what, String before, String now, List<String> lines) {
    if (!before.equals(now)) {
      lines.add(what + ": " + before + ", now " + now);
    }
  }

  private static double[] millis(List<ForkResult> forks) {
    return forks.stream().mapToDouble(ForkResult::millis).toArray();
  }
}
