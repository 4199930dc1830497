package dev.poolmark.analysis;

import dev.poolmark.analysis.study.InputException;
import dev.poolmark.analysis.study.Studies;
import dev.poolmark.analysis.study.Study;
import java.io.PrintWriter;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code poolmark studies}. */
@Command(
    name = "studies",
    description = "Lists the built-in studies, what they ask and what they cost, or prints one.")
final class StudiesCommand implements Callable<Integer> {

  @Parameters(
      paramLabel = "NAME",
      arity = "0..1",
      description = "Prints the file of this study, to start one of your own from.")
  private String name;

  @Spec
  private CommandSpec spec;

  @Override
  public Integer call() throws InputException {
    if (name == null) {
      list();
    } else {
      spec.commandLine().getOut().print(Studies.text(name));
      spec.commandLine().getOut().flush();
    }
    return Poolmark.HOLDS;
  }

  private void list() {
    for (Study study : Studies.builtIn()) {
      PrintWriter out = spec.commandLine().getOut();
      out.println(study.name() + ": " + study.question());
      out.println("    " + size(study));
      study.fullForm().ifPresent(full -> out.println("    --full: " + size(full)));
    }
  }

  private static String size(Study study) {
    int cells = study.design().cells().size();
    return String.format(
        Locale.ROOT,
        "%d cells x 2 arms x %d rounds = %d forks",
        cells,
        study.design().rounds(),
        2 * cells * study.design().rounds());
  }
}
