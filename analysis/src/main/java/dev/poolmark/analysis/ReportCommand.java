package dev.poolmark.analysis;

import dev.poolmark.analysis.report.Report;
import dev.poolmark.analysis.results.Environment;
import dev.poolmark.analysis.results.Results;
import dev.poolmark.analysis.results.RunFolder;
import dev.poolmark.analysis.study.InputException;
import dev.poolmark.analysis.study.Study;
import dev.poolmark.analysis.verdict.Judge;
import dev.poolmark.analysis.verdict.Verdict;
import dev.poolmark.analysis.verdict.VerdictFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code poolmark report}. */
@Command(
    name = "report",
    description =
        "Judges the rounds in a folder; writes verdict.json, report.html, report.md and forest.svg there.",
    footer = {"", "Exit status: 0 written, whatever the verdict; 2 wrong usage or input."})
final class ReportCommand implements Callable<Integer> {

  @Parameters(paramLabel = "DIR", description = "The folder of a run.")
  private Path dir;

  @Spec
  private CommandSpec spec;

  @Override
  public Integer call() throws InputException, IOException {
    RunFolder folder = new RunFolder(dir);
    Study study = folder.readStudy();
    Environment environment = folder.readEnvironment();
    Results results = Results.read(folder, study);
    Verdict verdict = Judge.judge(study, results);
    RunFolder.write(dir.resolve("verdict.json"), VerdictFile.format(verdict));
    Map<String, String> files = Report.of(verdict, results, environment).files();
    for (Map.Entry<String, String> file : files.entrySet()) {
      RunFolder.write(dir.resolve(file.getKey()), file.getValue());
    }
    spec.commandLine().getOut().println(verdict.sentence());
    spec.commandLine().getOut().println("Written: " + dir.resolve("report.html"));
    return Poolmark.HOLDS;
  }
}
