package dev.poolmark.analysis;

import dev.poolmark.analysis.results.Results;
import dev.poolmark.analysis.results.RunFolder;
import dev.poolmark.analysis.run.Run;
import dev.poolmark.analysis.study.InputException;
import dev.poolmark.analysis.study.Studies;
import dev.poolmark.analysis.study.Study;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code poolmark run}. */
@Command(
    name = "run",
    description = "Measures a study, one JMH fork at a time, in rounds of random order.",
    footer = {
      "",
      "A run that was stopped goes on with the same command.",
      "Exit status: 0 everything was measured, 1 forks failed, 2 wrong usage or input."
    })
final class RunCommand implements Callable<Integer> {

  @Parameters(paramLabel = "STUDY", description = "Name of a built-in study, or a study file.")
  private String study;

  @Option(
      names = "--out",
      paramLabel = "DIR",
      description = "Where to write; default: results/NAME.")
  private Path dir;

  @Option(names = "--jar", paramLabel = "JAR", description = "The JMH jar; default: the study's.")
  private String jar;

  @Option(names = "--full", description = "The study's full form, which takes hours.")
  private boolean full;

  @Option(names = "--rounds", paramLabel = "N", description = "Rounds; default: the study's.")
  private Integer rounds;

  @Option(
      names = "--more",
      paramLabel = "N",
      description = "Adds N rounds to a finished run. One that is not is finished first.")
  private Integer more;

  @Option(
      names = "--only",
      paramLabel = "AXIS=VALUE[,VALUE]",
      description = "Only these values of an axis, or of scenario. May be repeated for other axes.")
  private List<String> only = List.of();

  @Option(names = "--retry-failed", description = "Measures again the forks that failed before.")
  private boolean retryFailed;

  @Option(
      names = "--busy",
      description = "Measures although others use the machine; the report says how much they did.")
  private boolean busy;

  @Option(
      names = "--fork-timeout",
      paramLabel = "SECONDS",
      defaultValue = "1800",
      description =
          "A fork that takes longer is stopped, and has failed; default: ${DEFAULT-VALUE}.")
  private int forkTimeout;

  @Option(
      names = "--keep-going",
      description = "Goes on after a round in which the server's counts contradict an arm, so that"
          + " its cell is void.")
  private boolean keepGoing;

  @Option(
      names = "--jvm",
      paramLabel = "NAME=JAVA",
      description =
          "Measures every cell on this JDK as well: JAVA is its java command, or its home."
              + " Repeat it for each JDK.")
  private Map<String, Path> jvms = Map.of();

  @Spec
  private CommandSpec spec;

  @Override
  public Integer call() throws InputException, IOException, InterruptedException {
    Study inForce = studyInForce();
    RunFolder folder = new RunFolder(dir == null ? Path.of("results", inForce.name()) : dir);
    PrintWriter out = spec.commandLine().getOut();
    if (more != null) {
      inForce = inForce.withRounds(roundsWithMore(folder));
    }
    Results results = runOf(inForce, folder).measure();
    if (results.missing().isEmpty()) {
      out.println("All forks measured. Next: report " + folder.dir());
      return Poolmark.HOLDS;
    }
    results.missing().forEach(missing -> out.println("missing: " + missing));
    out.println("Some forks are missing. --retry-failed measures them again.");
    return Poolmark.DOES_NOT_HOLD;
  }

  private Run runOf(Study inForce, RunFolder folder) {
    return new Run(
        inForce,
        folder,
        Poolmark.version(),
        new Run.Options(
            retryFailed, more != null, busy, keepGoing, Duration.ofSeconds(forkTimeout)),
        spec.commandLine().getOut());
  }

  /** A command that was stopped and is given again must not add its rounds twice. */
  private int roundsWithMore(RunFolder folder) throws InputException {
    Study there = folder.readStudy();
    if (runOf(there, folder).isFinished()) {
      return there.design().rounds() + more;
    }
    spec.commandLine()
        .getOut()
        .println("Not finished yet: its " + there.design().rounds()
            + " rounds come first; none are added.");
    return there.design().rounds();
  }

  private Study studyInForce() throws InputException {
    Study opened = Studies.open(study);
    Study inForce = opened.shortForm();
    if (full) {
      inForce = opened
          .fullForm()
          .orElseThrow(() -> new InputException(
              "--full must be of a study with a full form: " + opened.name() + " has none"));
    }
    if (jar != null) {
      inForce = inForce.withJar(jar);
    }
    if (forkTimeout < 1) {
      throw new InputException("--fork-timeout must be >= 1: " + forkTimeout);
    }
    if (more != null && more < 1) {
      throw new InputException("--more must be >= 1: " + more);
    }
    if (more != null && rounds != null) {
      throw new InputException("--more must not be combined with --rounds: " + rounds);
    }
    if (rounds != null) {
      if (rounds < 1) {
        throw new InputException("--rounds must be >= 1: " + rounds);
      }
      inForce = inForce.withRounds(rounds);
    }
    if (!jvms.isEmpty()) {
      Map<String, String> commands = new LinkedHashMap<>();
      jvms.forEach((name, path) -> commands.put(name, javaOf(path).toString()));
      try {
        inForce = inForce.withJvms(commands);
      } catch (IllegalArgumentException e) {
        throw new InputException("--jvm: " + e.getMessage());
      }
    }
    return inForce.only(only);
  }

  private static Path javaOf(Path path) {
    return Files.isDirectory(path) ? path.resolve("bin").resolve("java") : path;
  }
}
