package dev.poolmark.analysis;

import dev.poolmark.analysis.compare.ComparisonText;
import dev.poolmark.analysis.compare.RunComparison;
import dev.poolmark.analysis.results.RunFolder;
import dev.poolmark.analysis.study.InputException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code poolmark compare}. */
@Command(
    name = "compare",
    description = "Compares two runs of the same study, such as before and after a new library"
        + " version or JDK.",
    footer = {
      "",
      "Exit status: 0 nothing regressed, 1 something did or could not be compared, 2 wrong usage or"
          + " input."
    })
final class CompareCommand implements Callable<Integer> {

  @Parameters(index = "0", paramLabel = "BASE", description = "The folder of the earlier run.")
  private Path base;

  @Parameters(index = "1", paramLabel = "NEW", description = "The folder of the later run.")
  private Path newer;

  @ArgGroup
  private Format format = new Format();

  @Option(
      names = "--allow-different-machines",
      description = "Compares runs from different machines, and marks them.")
  private boolean allowDifferentMachines;

  @Spec
  private CommandSpec spec;

  /** One of them at most. */
  static final class Format {
    @Option(names = "--json", description = "Prints JSON instead of a table.")
    private boolean json;

    @Option(names = "--markdown", description = "Prints Markdown instead of a table.")
    private boolean markdown;
  }

  @Override
  public Integer call() throws InputException, IOException {
    RunComparison comparison =
        RunComparison.of(new RunFolder(base), new RunFolder(newer), allowDifferentMachines);
    spec.commandLine().getOut().print(text(comparison));
    spec.commandLine().getOut().flush();
    return comparison.regressed() || !comparison.complete()
        ? Poolmark.DOES_NOT_HOLD
        : Poolmark.HOLDS;
  }

  private String text(RunComparison comparison) {
    if (format.json) {
      return ComparisonText.json(comparison);
    }
    return format.markdown ? ComparisonText.markdown(comparison) : ComparisonText.table(comparison);
  }
}
