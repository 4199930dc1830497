package dev.poolmark.analysis;

import dev.poolmark.analysis.results.RunFolder;
import dev.poolmark.analysis.study.InputException;
import dev.poolmark.analysis.verdict.JudgedRun;
import dev.poolmark.analysis.verdict.Verdict;
import dev.poolmark.analysis.verdict.VerdictFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code poolmark verdict}. */
@Command(
    name = "verdict",
    description = "Judges the rounds in a folder and writes verdict.json there.",
    footer = {
      "",
      "Exit status: 0 the claim holds, or a study without a claim is complete; 1 it does not, or is"
          + " undecided or provisional; 2 wrong usage or input."
    })
final class VerdictCommand implements Callable<Integer> {

  @Parameters(paramLabel = "DIR", description = "The folder of a run.")
  private Path dir;

  @Option(names = "--json", description = "Prints verdict.json instead of the table.")
  private boolean json;

  @Spec
  private CommandSpec spec;

  @Override
  public Integer call() throws InputException, IOException {
    Verdict verdict = JudgedRun.read(new RunFolder(dir)).verdict();
    String text = VerdictFile.format(verdict);
    RunFolder.write(dir.resolve("verdict.json"), text);
    spec.commandLine().getOut().print(json ? text : VerdictFile.text(verdict));
    spec.commandLine().getOut().flush();
    return verdict.holds() ? Poolmark.HOLDS : Poolmark.DOES_NOT_HOLD;
  }
}
