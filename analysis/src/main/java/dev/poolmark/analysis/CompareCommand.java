package dev.poolmark.analysis;

import dev.poolmark.analysis.compare.ComparisonText;
import dev.poolmark.analysis.compare.RunComparison;
import dev.poolmark.analysis.results.RunFolder;
import dev.poolmark.analysis.study.InputException;
import dev.poolmark.analysis.verdict.JudgedRun;
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
    footer = {"", "Exit status: 0 pass, 1 regressed, 2 wrong usage or input, 3 cannot tell."})
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

  @Option(
      names = "--max-regression",
      paramLabel = "PERCENT",
      defaultValue = "5",
      description =
          "How much slower an arm of a cell may be, in percent; default: ${DEFAULT-VALUE}.")
  private double maxRegression;

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
    RunComparison comparison = RunComparison.of(
        JudgedRun.read(new RunFolder(base)),
        JudgedRun.read(new RunFolder(newer)),
        maxRegression,
        allowDifferentMachines);
    spec.commandLine().getOut().print(text(comparison));
    spec.commandLine().getOut().flush();
    return switch (comparison.outcome()) {
      case PASS -> Poolmark.HOLDS;
      case REGRESSED -> Poolmark.DOES_NOT_HOLD;
      default -> Poolmark.CANNOT_TELL;
    };
  }

  private String text(RunComparison comparison) {
    if (format.json) {
      return ComparisonText.json(comparison);
    }
    return format.markdown ? ComparisonText.markdown(comparison) : ComparisonText.table(comparison);
  }
}
