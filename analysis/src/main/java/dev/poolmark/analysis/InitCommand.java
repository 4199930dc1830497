package dev.poolmark.analysis;

import dev.poolmark.analysis.draft.StudyDraft;
import dev.poolmark.analysis.draft.Workload;
import dev.poolmark.analysis.study.InputException;
import dev.poolmark.analysis.study.Study;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code poolmark init}. */
@Command(
    name = "init",
    description = "Writes a study of your own service, from what you know of it.",
    footer = {"", "Exit status: 0 written, 2 wrong usage or input."})
final class InitCommand implements Callable<Integer> {

  private static final String EXTENSION = ".yaml";

  @Parameters(
      paramLabel = "FILE",
      description = "The file to write, such as checkout.yaml; it must not exist yet.")
  private Path file;

  @Mixin
  private ServiceOptions service;

  @Spec
  private CommandSpec spec;

  @Override
  public Integer call() throws InputException {
    Workload workload = service.workload();
    StudyDraft draft = new StudyDraft(name(), workload, service.assumptions());
    Study study = draft.study();
    write(draft.text());
    int cells = study.design().cells().size();
    PrintWriter out = spec.commandLine().getOut();
    out.println("Written: " + file);
    out.println(cells + " cells x 2 arms x " + study.design().rounds() + " rounds = "
        + 2 * cells * study.design().rounds() + " forks, about " + minutes(draft.estimate())
        + " min (an estimate).");
    out.println("Next: run " + file);
    return Poolmark.HOLDS;
  }

  private String name() throws InputException {
    String last = String.valueOf(file.getFileName());
    if (!last.endsWith(EXTENSION) || last.equals(EXTENSION)) {
      throw new InputException("FILE must be a name that ends with " + EXTENSION + ": " + file);
    }
    return last.substring(0, last.length() - EXTENSION.length())
        .replaceAll("[^A-Za-z0-9._$-]", "-");
  }

  private void write(String text) throws InputException {
    try {
      Files.writeString(file, text, StandardOpenOption.CREATE_NEW);
    } catch (FileAlreadyExistsException e) {
      throw new InputException("FILE must not exist yet: " + file);
    } catch (IOException e) {
      throw new InputException("FILE must be in a folder that can be written: " + file);
    }
  }

  private static long minutes(Duration time) {
    return time.plusMinutes(1).minusNanos(1).toMinutes();
  }
}
