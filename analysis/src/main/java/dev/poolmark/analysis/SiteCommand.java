package dev.poolmark.analysis;

import dev.poolmark.analysis.report.Site;
import dev.poolmark.analysis.results.RunFolder;
import dev.poolmark.analysis.study.InputException;
import dev.poolmark.analysis.verdict.JudgedRun;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code poolmark site}. */
@Command(
    name = "site",
    description =
        "Makes a folder that any static host serves: a page over all runs in DIR, a report"
            + " of each with its raw data, and index.json for programs.",
    footer = {"", "Exit status: 0 written, 2 wrong usage or input."})
final class SiteCommand implements Callable<Integer> {

  private static final String STUDY = "study.yaml";

  @Parameters(paramLabel = "DIR", description = "The folder whose folders are runs.")
  private Path dir;

  @Option(
      names = "--out",
      paramLabel = "SITE",
      required = true,
      description = "Where the site goes; made if it does not exist.")
  private Path out;

  @Spec
  private CommandSpec spec;

  @Override
  public Integer call() throws InputException, IOException {
    Map<String, JudgedRun> runs = new TreeMap<>();
    for (Path folder : folders()) {
      runs.put(folder.getFileName().toString(), JudgedRun.read(new RunFolder(folder)));
    }
    if (runs.isEmpty()) {
      throw new InputException(
          "DIR must have folders of runs, each with its " + STUDY + ": " + dir);
    }
    for (String name : runs.keySet()) {
      copy(dir.resolve(name), out.resolve(name));
    }
    for (Map.Entry<String, String> file : Site.files(runs).entrySet()) {
      RunFolder.write(out.resolve(file.getKey()), file.getValue());
    }
    spec.commandLine().getOut().println("Written: " + out.resolve("index.html"));
    return Poolmark.HOLDS;
  }

  private List<Path> folders() throws InputException, IOException {
    if (!Files.isDirectory(dir)) {
      throw new InputException("DIR must be a folder: " + dir);
    }
    try (Stream<Path> folders = Files.list(dir)) {
      return folders
          .filter(folder -> Files.exists(folder.resolve(STUDY)))
          .sorted()
          .toList();
    }
  }

  /** What was measured; the report's own files are made anew. */
  private static void copy(Path from, Path to) throws IOException {
    try (Stream<Path> files = Files.walk(from)) {
      for (Path file : files.toList()) {
        Path copy = to.resolve(from.relativize(file).toString());
        if (Files.isDirectory(file)) {
          Files.createDirectories(copy);
        } else {
          Files.copy(file, copy, StandardCopyOption.REPLACE_EXISTING);
        }
      }
    }
  }
}
