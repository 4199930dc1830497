package dev.poolmark.analysis.results;

import dev.poolmark.analysis.study.Arm;
import dev.poolmark.analysis.study.Cell;
import dev.poolmark.analysis.study.Fork;
import dev.poolmark.analysis.study.Study;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** Everything that a run has measured. Immutable. */
public final class Results {

  private final Map<Fork, ForkResult> forks;
  private final Map<Fork, Course> courses;
  private final List<String> missing;
  private final List<String> remarks;
  private final Map<Side, List<Fork>> sides = new HashMap<>();

  private record Side(Cell cell, Arm arm) {}

  /** Of which no courses are known. */
  public Results(Map<Fork, ForkResult> forks, List<String> missing) {
    this(forks, Map.of(), missing, List.of());
  }

  /**
   * What was measured.
   *
   * @param forks what each measured fork measured
   * @param courses how forks went, as far as it is known
   * @param missing the planned forks that were not measured, for people
   * @param remarks what a reader must know of the files, for people
   */
  public Results(
      Map<Fork, ForkResult> forks,
      Map<Fork, Course> courses,
      List<String> missing,
      List<String> remarks) {
    this.forks = new LinkedHashMap<>(forks);
    this.courses = Map.copyOf(courses);
    this.missing = List.copyOf(missing);
    this.remarks = List.copyOf(remarks);
    for (Fork fork : this.forks.keySet()) {
      sides
          .computeIfAbsent(new Side(fork.cell(), fork.arm()), side -> new ArrayList<>())
          .add(fork);
    }
  }

  /** Reads every planned fork of the study; one that cannot be read is missing, and the others still count. */
  public static Results read(RunFolder folder, Study study, Environment environment)
      throws IOException {
    Map<Fork, ForkResult> forks = new LinkedHashMap<>();
    Map<Fork, Course> courses = new LinkedHashMap<>();
    List<String> missing = new ArrayList<>();
    List<String> remarks = new ArrayList<>();
    Map<String, Fork> seen = new HashMap<>();
    Set<Path> known = new HashSet<>();
    for (List<Fork> round : study.design().plan()) {
      for (Fork fork : round) {
        Path file = folder.resultThere(fork);
        known.addAll(List.of(file, folder.failure(fork), folder.course(fork)));
        if (Files.exists(file)) {
          try {
            byte[] text = JmhFile.bytesOf(file);
            ForkResult result = parse(
                text, study, fork, Optional.of(environment.jdkOf(fork.cell()).version()));
            Fork twin = seen.putIfAbsent(Digest.of(text), fork);
            if (twin != null) {
              throw new UnreadableException(
                  "must not be a copy of " + folder.nameOf(folder.resultThere(twin)));
            }
            forks.put(fork, result);
          } catch (UnreadableException e) {
            missing.add(fork.label() + ": " + e.getMessage() + ", " + folder.nameOf(file));
            continue;
          }
          readCourse(folder, fork, remarks).ifPresent(course -> courses.put(fork, course));
        } else if (Files.exists(folder.failure(fork))) {
          missing.add(
              fork.label() + ": failed, see rounds/" + folder.failure(fork).getFileName());
        } else {
          missing.add(fork.label() + ": not run");
        }
      }
    }
    remarks.addAll(strangers(folder, known));
    remarks.addAll(mixtures(forks.values()));
    return new Results(forks, courses, missing, remarks);
  }

  /** Reads what one fork measured. */
  public static ForkResult read(Path file, Study study, Fork fork) throws UnreadableException {
    return parse(JmhFile.bytesOf(file), study, fork, Optional.empty());
  }

  private static ForkResult parse(byte[] text, Study study, Fork fork, Optional<String> jdk)
      throws UnreadableException {
    return JmhFile.parse(
        text,
        study.design().benchmarks().get(fork.cell().scenario()),
        study.design().parametersOf(fork),
        study.design().jvmOf(fork),
        jdk);
  }

  private static Optional<Course> readCourse(RunFolder folder, Fork fork, List<String> remarks) {
    if (!Files.exists(folder.course(fork))) {
      return Optional.empty();
    }
    try {
      return Optional.of(Course.parse(JmhFile.bytesOf(folder.course(fork))));
    } catch (UnreadableException e) {
      remarks.add(folder.nameOf(folder.course(fork)) + " is left out: " + e.getMessage());
      return Optional.empty();
    }
  }

  /** Files that belong to no planned fork: whoever put them there may think that they count. */
  private static List<String> strangers(RunFolder folder, Set<Path> known) throws IOException {
    List<Path> files = new ArrayList<>(RunFolder.filesIn(folder.courses()));
    files.addAll(RunFolder.filesIn(folder.rounds()));
    return files.stream()
        .filter(file -> !known.contains(file))
        .map(file -> folder.nameOf(file) + " is left out: it belongs to no fork of the study")
        .toList();
  }

  /** Differences between forks that no study asks for. */
  private static List<String> mixtures(Iterable<ForkResult> forks) {
    Set<String> versions = new TreeSet<>();
    for (ForkResult fork : forks) {
      versions.add(fork.jmh().version());
    }
    return versions.size() < 2
        ? List.of()
        : List.of("The forks were measured with different versions of JMH: "
            + String.join(", ", versions));
  }

  /** What each fork measured, in the order of the rounds. */
  public Map<Fork, ForkResult> forks() {
    return Collections.unmodifiableMap(forks);
  }

  /** Every planned fork that was not measured, and why, for people. */
  public List<String> missing() {
    return missing;
  }

  /** What else a reader of the results must know, a sentence or so each. */
  public List<String> remarks() {
    return remarks;
  }

  /** How the forks went, as far as it is known. */
  public Map<Fork, Course> courses() {
    return courses;
  }

  /** The forks of one arm of one cell that were measured, in the order of the rounds. */
  public List<Fork> forksOf(Cell cell, Arm arm) {
    return sides.getOrDefault(new Side(cell, arm), List.of());
  }

  /** What was measured of one arm of one cell, one value a fork. */
  public List<ForkResult> of(Cell cell, Arm arm) {
    return forksOf(cell, arm).stream().map(forks::get).toList();
  }
}
