package dev.poolmark.analysis.run;

import dev.poolmark.analysis.results.Environment;
import dev.poolmark.analysis.results.ForkResult;
import dev.poolmark.analysis.results.Json;
import dev.poolmark.analysis.results.Results;
import dev.poolmark.analysis.results.RunFolder;
import dev.poolmark.analysis.results.UnreadableException;
import dev.poolmark.analysis.study.Fork;
import dev.poolmark.analysis.study.InputException;
import dev.poolmark.analysis.study.Study;
import dev.poolmark.analysis.study.StudyFile;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * A run of a study into a folder, or the rest of one that was stopped. One fork is measured at a time. A fork's result
 * appears under its name only when it is whole, so whatever stops the run, what is there is valid.
 */
public final class Run {

  private static final String PART = ".part";
  /** Less room than this is no room for a result. */
  private static final long MIN_FREE_BYTES = 1 << 20;

  private final Study study;
  private final RunFolder folder;
  private final String version;
  private final Options options;
  private final PrintWriter out;
  private final long commandNanos = System.nanoTime();

  /**
   * How to measure.
   *
   * @param retryFailed whether forks that failed in an earlier run are measured again
   * @param more whether the study may have more rounds than the one in the folder, to which they are then added
   * @param busy whether to measure on a machine that other processes use, too
   * @param keepGoing whether to go on after a round in which the server's counts contradict an arm
   * @param forkTimeout after which a fork is stopped, and has failed
   */
  public record Options(
      boolean retryFailed, boolean more, boolean busy, boolean keepGoing, Duration forkTimeout) {}

  /**
   * Prepares; nothing is written yet.
   *
   * @param version of this tool, for the record
   */
  public Run(Study study, RunFolder folder, String version, Options options, PrintWriter out) {
    this.study = study;
    this.folder = folder;
    this.version = version;
    this.options = options;
    this.out = out;
  }

  /** Whether the folder holds an end of every fork of the study: a result, or how it failed. */
  public boolean isFinished() {
    return study.design().plan().stream().flatMap(List::stream).allMatch(this::isEnded);
  }

  /**
   * Measures what is not measured yet.
   *
   * @return what the folder holds afterwards
   * @throws InputException if the study and the jar, or the study and the folder, do not go together
   * @throws IOException if the folder cannot be written
   */
  public Results measure() throws InputException, IOException, InterruptedException {
    Path jarPath = Path.of(study.design().jar());
    JmhJar jar = JmhJar.open(
        jarPath, study.design().benchmarks().values().iterator().next().jmh());
    jar.check(study);
    Environment environment = Machine.describe(version, jarPath, study.design().jvms());
    checkFolder(environment);
    if (!options.busy() && (options.retryFailed() || !isFinished())) {
      // Before anything is written: a run that is refused leaves no record.
      OtherLoad.check();
    }
    Files.createDirectories(folder.rounds());
    Files.createDirectories(folder.courses());
    try (FileChannel channel = FileChannel.open(
            folder.dir().resolve(".lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        FileLock lock = lock(channel)) {
      if (lock == null) {
        throw new InputException(folder.dir() + " is in use by another run");
      }
      prepareFolder(environment);
      measureRounds(jar);
    }
    return Results.read(folder, study, environment);
  }

  private void measureRounds(JmhJar jar) throws InputException, IOException, InterruptedException {
    List<List<Fork>> plan = study.design().plan();
    int total = plan.stream().mapToInt(List::size).sum();
    int ended = 0;
    for (List<Fork> round : plan) {
      for (Fork fork : round) {
        ended += isEnded(fork) ? 1 : 0;
      }
    }
    out.printf(
        Locale.ROOT,
        "%s: %d cells x 2 arms x %d rounds = %d forks%s, into %s%n",
        study.name(),
        study.design().cells().size(),
        study.design().rounds(),
        total,
        ended == 0 ? "" : ", " + ended + " of them ended before",
        folder.dir());
    if (ended < total) {
      try (Forks forks = Forks.start(study, jar, folder, options.forkTimeout(), commandNanos)) {
        Progress progress =
            new Progress(out, Progress.onTerminal(), total, ended, System::nanoTime);
        measureRounds(plan, forks, progress);
      }
    }
  }

  private void measureRounds(List<List<Fork>> plan, Forks forks, Progress progress)
      throws InputException, IOException, InterruptedException {
    for (List<Fork> round : plan) {
      List<Fork> measured = round.stream().filter(fork -> !isEnded(fork)).toList();
      for (Fork fork : measured) {
        progress.ended(fork, measure(forks, fork));
      }
      if (!options.keepGoing()) {
        checkCounts(measured);
      }
      if (round.stream().allMatch(fork -> Files.exists(folder.failure(fork)))) {
        throw new InputException("every fork of round " + round.get(0).round() + " failed, first "
            + folder.failure(round.get(0)) + "; mend the cause and run again with --retry-failed");
      }
    }
  }

  /** A void cell stays void: whoever waits for the other rounds waits in vain. */
  private void checkCounts(List<Fork> measured) throws InputException {
    for (Fork fork : measured) {
      if (!Files.exists(folder.result(fork))) {
        continue;
      }
      try {
        Optional<String> why = Results.read(folder.result(fork), study, fork)
            .contradiction(
                fork.arm().value(),
                study.design().connectionsPerRequest(fork.cell(), fork.arm()),
                study.design().inFlight(fork.cell(), fork.arm()));
        if (why.isPresent()) {
          throw new InputException("stopped after round " + fork.round() + ", because "
              + fork.cell().label() + " is void: " + why.get()
              + ". Change the study, or go on with --keep-going");
        }
      } catch (UnreadableException e) {
        // Counts as missing, and is said at the end.
      }
    }
  }

  /** Whether an earlier run has dealt with the fork. A result that cannot be read is measured again. */
  private boolean isEnded(Fork fork) {
    if (Files.exists(folder.failure(fork))) {
      return true;
    }
    try {
      Results.read(folder.resultThere(fork), study, fork);
      return true;
    } catch (UnreadableException e) {
      return false;
    }
  }

  private String measure(Forks forks, Fork fork)
      throws InputException, IOException, InterruptedException {
    Path part = folder.rounds().resolve("." + fork.fileName() + ".json" + PART);
    Forks.Ended ended = forks.run(fork, part);
    Children.Exit exit = ended.exit();
    String reason;
    if (exit.status() == 0) {
      try {
        ForkResult result = Results.read(part, study, fork);
        RunFolder.write(folder.course(fork), Json.format(ended.course()));
        Files.deleteIfExists(folder.resultThere(fork)); // it could not be read
        Files.move(
            part,
            folder.result(fork),
            StandardCopyOption.ATOMIC_MOVE,
            StandardCopyOption.REPLACE_EXISTING);
        return String.format(Locale.ROOT, "%.4g ms", result.millis());
      } catch (UnreadableException e) {
        reason = "result " + e.getMessage();
      }
    } else {
      reason = exit.late()
          ? "stopped after " + options.forkTimeout().toSeconds() + " s, --fork-timeout"
          : "exit status " + exit.status();
    }
    Files.deleteIfExists(part);
    if (folder.rounds().toFile().getUsableSpace() < MIN_FREE_BYTES) {
      // Not the fork's failure: it is measured again when there is room.
      throw new IOException("no space left on the disk");
    }
    RunFolder.write(folder.failure(fork), reason + "\n" + exit.output().text());
    return "FAILED (" + reason + ")";
  }

  /** Refuses to mix rounds that must not be compared. */
  private void checkFolder(Environment now) throws InputException, IOException {
    String advice = "; use another --out, or delete the folder";
    if (Files.exists(folder.study())) {
      Study there = folder.readStudy();
      boolean mayGrow =
          options.more() && there.design().rounds() <= study.design().rounds();
      Optional<String> difference =
          (mayGrow ? there.withRounds(study.design().rounds()) : there).differenceFrom(study);
      if (difference.isPresent()) {
        throw new InputException(
            folder.dir() + " holds rounds of another study: " + difference.get() + advice);
      }
    } else if (Files.isDirectory(folder.rounds()) && !isEmpty(folder.rounds())) {
      throw new InputException(folder.dir() + " holds rounds without a study.yaml" + advice);
    }
    if (Files.exists(folder.environment())) {
      Optional<String> conflict = folder.readEnvironment().conflictWith(now);
      if (conflict.isPresent()) {
        throw new InputException(folder.dir() + " holds rounds from " + conflict.get() + advice);
      }
    }
  }

  private void prepareFolder(Environment environment) throws IOException {
    if (!Files.exists(folder.environment())) {
      RunFolder.write(folder.environment(), Json.format(environment));
    }
    Optional<String> capabilities = Machine.capabilities(Path.of(study.design().jar()));
    if (capabilities.isPresent() && !Files.exists(folder.capabilities())) {
      RunFolder.write(folder.capabilities(), capabilities.get());
    }
    if (options.more() || !Files.exists(folder.study())) {
      RunFolder.write(folder.study(), StudyFile.format(study));
    }
    try (DirectoryStream<Path> parts = Files.newDirectoryStream(folder.rounds(), ".*" + PART)) {
      for (Path part : parts) {
        Files.delete(part);
      }
    }
    if (options.retryFailed()) {
      for (List<Fork> round : study.design().plan()) {
        for (Fork fork : round) {
          Files.deleteIfExists(folder.failure(fork));
        }
      }
    }
  }

  private static boolean isEmpty(Path dir) throws IOException {
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(dir)) {
      return !entries.iterator().hasNext();
    }
  }

  private static FileLock lock(FileChannel channel) throws IOException {
    try {
      return channel.tryLock();
    } catch (OverlappingFileLockException e) {
      return null;
    }
  }
}
