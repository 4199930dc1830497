package dev.poolmark.analysis;

import dev.poolmark.analysis.draft.Workload;
import dev.poolmark.analysis.model.FittedCost;
import dev.poolmark.analysis.model.Prediction;
import dev.poolmark.analysis.results.RunFolder;
import dev.poolmark.analysis.study.InputException;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code poolmark predict}. */
@Command(
    name = "predict",
    description = "Says at once, from a model and without measuring, what pooling should save.",
    footer = {
      "",
      "A pooled call takes a round trip, the service time and some processor time; a new connection adds the round"
          + " trips of its handshakes and more processor time.",
      "Exit status: 0 predicted, 2 wrong usage or input."
    })
final class PredictCommand implements Callable<Integer> {

  @Mixin
  private ServiceOptions service;

  @Option(
      names = "--from",
      paramLabel = "DIR",
      description =
          "Takes the processor times from a run of yours, whose study has a model, such as"
              + " surface; default: the published run surface.")
  private Path from;

  @Spec
  private CommandSpec spec;

  @Override
  public Integer call() throws InputException, IOException {
    Workload workload = service.workload();
    FittedCost fitted = from == null ? FittedCost.published() : FittedCost.of(new RunFolder(from));
    PrintWriter out = spec.commandLine().getOut();
    try {
      out.print(new Prediction(workload.network(), fitted).text());
    } catch (IllegalArgumentException e) {
      throw new InputException(e.getMessage());
    }
    if (!service.assumptions().isEmpty()) {
      out.println();
      out.println("Assumed, because no option says otherwise:");
      service.assumptions().forEach(line -> out.println("- " + line));
    }
    out.println();
    out.println("The model does not know:");
    workload.beyondTheModel().forEach(line -> out.println("- " + line));
    out.println("To measure it, draft a study: init FILE with the same options.");
    return Poolmark.HOLDS;
  }
}
