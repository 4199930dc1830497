package dev.poolmark.analysis.compare;

import dev.poolmark.analysis.results.Environment;
import dev.poolmark.analysis.results.ForkResult;
import dev.poolmark.analysis.results.Results;
import dev.poolmark.analysis.results.RunFolder;
import dev.poolmark.analysis.stats.Comparison;
import dev.poolmark.analysis.stats.Holm;
import dev.poolmark.analysis.study.Arm;
import dev.poolmark.analysis.study.Cell;
import dev.poolmark.analysis.study.InputException;
import dev.poolmark.analysis.study.Study;
import dev.poolmark.analysis.verdict.Judge;
import dev.poolmark.analysis.verdict.JudgedCell;
import dev.poolmark.analysis.verdict.JudgedCell.JudgedArm;
import dev.poolmark.analysis.verdict.Verdict;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;

/**
 * Two runs of one study: the time of every arm of every cell, new against base. Immutable.
 *
 * <p>The runs were made one after the other, so what the machine did in between is in every change. It mostly moves
 * all rows alike: {@link #commonPercent} tells.
 *
 * @param study of the new run
 * @param differences what is not the same in the two environments, a line each
 * @param machines why the runs are of different machines; empty if they are of one
 * @param warnings why one of the runs deserves less trust than it seems to
 */
public record RunComparison(
    Study study,
    List<String> differences,
    Optional<String> machines,
    List<String> warnings,
    List<ComparedArm> rows) {

  /**
   * Compares the runs in two folders.
   *
   * @param allowDifferentMachines whether runs from different machines are compared, and marked, or refused
   * @throws InputException if a folder cannot be read, or if the runs are not to be compared
   * @throws IOException if a file of the runs cannot be read
   */
  public static RunComparison of(RunFolder base, RunFolder newer, boolean allowDifferentMachines)
      throws InputException, IOException {
    Side before = Side.read(base);
    Side now = Side.read(newer);
    Optional<String> difference =
        before.study().withRounds(now.study().rounds()).differenceFrom(now.study());
    if (difference.isPresent()) {
      throw new InputException("BASE and NEW must be runs of the same study: " + difference.get());
    }
    Optional<String> machines = machines(before.environment(), now.environment());
    if (machines.isPresent() && !allowDifferentMachines) {
      throw new InputException("BASE and NEW must be runs of one machine: " + machines.get()
          + "; --allow-different-machines compares them all the same");
    }
    List<String> warnings = new ArrayList<>();
    before.verdict().warnings().forEach(warning -> warnings.add("BASE: " + warning.message()));
    now.verdict().warnings().forEach(warning -> warnings.add("NEW: " + warning.message()));
    return new RunComparison(
        now.study(),
        differences(before.environment(), now.environment()),
        machines,
        List.copyOf(warnings),
        compare(before, now));
  }

  /** One of the two runs. */
  private record Side(Study study, Environment environment, Results results, Verdict verdict) {
    static Side read(RunFolder folder) throws InputException, IOException {
      Study study = folder.readStudy();
      Environment environment = folder.readEnvironment();
      Results results = Results.read(folder, study);
      return new Side(study, environment, results, Judge.judge(study, results, environment));
    }
  }

  /** Whether any row regressed. */
  public boolean regressed() {
    return count(Change.REGRESSED) > 0;
  }

  /** Whether every row could be compared. */
  public boolean complete() {
    return count(Change.MISSING) + count(Change.VOID) == 0;
  }

  /** How many rows came out so. */
  public long count(Change wanted) {
    return rows.stream().filter(row -> row.change() == wanted).count();
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

  private static List<ComparedArm> compare(Side before, Side now) {
    Study study = now.study();
    List<ComparedArm> measured = new ArrayList<>();
    for (int i = 0; i < study.cells().size(); i++) {
      JudgedCell then = before.verdict().cells().get(i);
      JudgedCell today = now.verdict().cells().get(i);
      Cell cell = today.cell();
      for (Arm arm : List.of(study.arms().baseline(), study.arms().candidate())) {
        boolean proven = armOf(then, arm).proven() && armOf(today, arm).proven();
        measured.add(measured(
            cell,
            arm.value(),
            before.results().of(cell, arm),
            now.results().of(cell, arm),
            proven,
            study.confidence()));
      }
    }
    return judged(measured, 1 - study.confidence());
  }

  private static JudgedArm armOf(JudgedCell cell, Arm arm) {
    return cell.baseline().value().equals(arm.value()) ? cell.baseline() : cell.candidate();
  }

  /** Not judged yet: what can be is {@link Change#UNCHANGED}. */
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
        : proven ? Change.UNCHANGED : Change.VOID;
    return new ComparedArm(
        cell, arm, base.size(), newer.size(), times, Optional.empty(), Optional.empty(), change);
  }

  private static List<ComparedArm> judged(List<ComparedArm> rows, double alpha) {
    List<ComparedArm> family =
        rows.stream().filter(row -> row.change() == Change.UNCHANGED).toList();
    double[] adjusted = Holm.adjust(family.stream()
        .mapToDouble(row -> row.times().flatMap(Comparison::p).orElseThrow())
        .toArray());
    List<ComparedArm> judged = new ArrayList<>();
    int place = 0;
    for (ComparedArm row : rows) {
      if (row.change() != Change.UNCHANGED) {
        judged.add(row);
        continue;
      }
      double p = adjusted[place++];
      Comparison times = row.times().orElseThrow();
      Change change =
          p >= alpha ? Change.UNCHANGED : times.ratio() > 1 ? Change.REGRESSED : Change.IMPROVED;
      judged.add(new ComparedArm(
          row.cell(),
          row.arm(),
          row.baseForks(),
          row.newForks(),
          row.times(),
          Optional.of(p),
          times.smallestVisiblePercent(alpha / family.size()),
          change));
    }
    return List.copyOf(judged);
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
