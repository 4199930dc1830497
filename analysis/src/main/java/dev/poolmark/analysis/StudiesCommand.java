package dev.poolmark.analysis;

import dev.poolmark.analysis.study.Studies;
import dev.poolmark.analysis.study.Study;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code poolmark studies}. */
@Command(
    name = "studies",
    description = "Lists the built-in studies, what they ask and what they cost.")
final class StudiesCommand implements Callable<Integer> {

  @Spec
  private CommandSpec spec;

  @Override
  public Integer call() {
    for (Study study : Studies.builtIn()) {
      int cells = study.cells().size();
      spec.commandLine()
          .getOut()
          .printf(
              "%s: %s%n    %d cells x 2 arms x %d rounds = %d forks%n",
              study.name(), study.question(), cells, study.rounds(), 2 * cells * study.rounds());
    }
    return Poolmark.HOLDS;
  }
}
