package dev.poolmark.analysis;

import dev.poolmark.analysis.report.Report;
import dev.poolmark.analysis.results.RunFolder;
import dev.poolmark.analysis.study.InputException;
import dev.poolmark.analysis.verdict.JudgedRun;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code poolmark report}. */
@Command(
    name = "report",
    description =
        "Judges the rounds in a folder; writes verdict.json, the report as HTML and Markdown with"
            + " its pictures, all cells and forks as CSV, and the checksums of the raw data there.",
    footer = {
      "",
      "One report of several folders goes into --out; the folders stay as they are.",
      "Exit status: 0 written, whatever the verdict; 2 wrong usage or input."
    })
final class ReportCommand implements Callable<Integer> {

  @Parameters(paramLabel = "DIR", arity = "1..*", description = "The folders of runs.")
  private List<Path> dirs;

  @Option(
      names = "--out",
      paramLabel = "DIR",
      description = "Where the report goes; default: the folder of the run, if it is one.")
  private Path out;

  @Spec
  private CommandSpec spec;

  @Override
  public Integer call() throws InputException, IOException {
    if (dirs.size() > 1 && out == null) {
      throw new InputException("--out must be set for the report of several folders: " + dirs);
    }
    Map<String, JudgedRun> runs = new LinkedHashMap<>();
    for (Path dir : dirs) {
      String name =
          dirs.size() == 1 ? "" : dir.toAbsolutePath().normalize().getFileName().toString();
      if (runs.put(name, JudgedRun.read(new RunFolder(dir))) != null) {
        throw new InputException("folders must have names that differ: " + name);
      }
    }
    PrintWriter terminal = spec.commandLine().getOut();
    runs.values().forEach(run -> terminal.println(run.verdict().headline() + "."));
    Path target = out == null ? dirs.get(0) : Files.createDirectories(out);
    for (Map.Entry<String, String> file : Report.files(runs).entrySet()) {
      RunFolder.write(target.resolve(file.getKey()), file.getValue());
    }
    terminal.println("Written: " + target.resolve("report.html"));
    return Poolmark.HOLDS;
  }
}
