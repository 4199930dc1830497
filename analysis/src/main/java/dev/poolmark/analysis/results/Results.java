package dev.poolmark.analysis.results;

import dev.poolmark.analysis.study.Arm;
import dev.poolmark.analysis.study.Cell;
import dev.poolmark.analysis.study.Fork;
import dev.poolmark.analysis.study.Study;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Everything that a run has measured.
 *
 * @param forks what each fork measured, in the order of the rounds
 * @param missing every planned fork that is not among them, and why, for people
 */
public record Results(Map<Fork, ForkResult> forks, List<String> missing) {

  /** Reads every planned fork of the study; one that cannot be read is missing, and the others still count. */
  public static Results read(RunFolder folder, Study study) {
    Map<Fork, ForkResult> forks = new LinkedHashMap<>();
    List<String> missing = new ArrayList<>();
    for (List<Fork> round : study.plan()) {
      for (Fork fork : round) {
        String file = folder.dir().relativize(folder.result(fork)).toString().replace('\\', '/');
        if (Files.exists(folder.result(fork))) {
          try {
            forks.put(fork, read(folder.result(fork), study, fork));
          } catch (UnreadableException e) {
            missing.add(fork.label() + ": " + e.getMessage() + ", " + file);
          }
        } else if (Files.exists(folder.failure(fork))) {
          missing.add(
              fork.label() + ": failed, see rounds/" + folder.failure(fork).getFileName());
        } else {
          missing.add(fork.label() + ": not run");
        }
      }
    }
    return new Results(forks, List.copyOf(missing));
  }

  /** Reads what one fork measured. */
  public static ForkResult read(Path file, Study study, Fork fork) throws UnreadableException {
    return JmhFile.read(
        file, study.benchmarks().get(fork.cell().scenario()).benchmark(), study.parametersOf(fork));
  }

  /** What was measured of one arm of one cell, one value a fork. */
  public List<ForkResult> of(Cell cell, Arm arm) {
    List<ForkResult> results = new ArrayList<>();
    forks.forEach((fork, result) -> {
      if (fork.cell().equals(cell) && fork.arm().equals(arm)) {
        results.add(result);
      }
    });
    return results;
  }
}
