package dev.poolmark.analysis.verdict;

import dev.poolmark.analysis.results.Capabilities;
import dev.poolmark.analysis.results.Environment;
import dev.poolmark.analysis.results.Results;
import dev.poolmark.analysis.results.RunFolder;
import dev.poolmark.analysis.study.InputException;
import dev.poolmark.analysis.study.Study;
import java.io.IOException;
import java.util.Optional;

/**
 * A run, read and judged: what every command works on. Immutable.
 *
 * @param capabilities what the measured clients can do; empty if the run does not say
 * @param checksums of the raw data, in the format of {@code sha256sum}
 */
public record JudgedRun(
    Verdict verdict,
    Results results,
    Environment environment,
    Optional<Capabilities> capabilities,
    String checksums) {

  /**
   * Reads and judges what is in the folder.
   *
   * @throws InputException if it is not the folder of a run
   */
  public static JudgedRun read(RunFolder folder) throws InputException, IOException {
    Study study = folder.readStudy();
    Environment environment = folder.readEnvironment();
    Results results = Results.read(folder, study, environment);
    return new JudgedRun(
        Judge.judge(study, results, environment),
        results,
        environment,
        Capabilities.read(folder),
        folder.checksums());
  }

  /** The study that was run. */
  public Study study() {
    return verdict.study();
  }
}
