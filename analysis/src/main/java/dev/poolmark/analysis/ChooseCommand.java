package dev.poolmark.analysis;

import dev.poolmark.analysis.choose.Choice;
import dev.poolmark.analysis.choose.ChoiceText;
import dev.poolmark.analysis.choose.Need;
import dev.poolmark.analysis.results.RunFolder;
import dev.poolmark.analysis.study.InputException;
import dev.poolmark.analysis.verdict.JudgedRun;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code poolmark choose}. */
@Command(
    name = "choose",
    description =
        "Says which client of a run to take, or which other value of an axis: the fastest in the candidate arm of those"
            + " that meet the needs, or a tie.",
    footer = {
      "",
      "A percentile can be had of rounds in single-shot mode only: the others hold means.",
      "Exit status: 0 a choice or a tie, 1 no client can be chosen, 2 wrong usage or input."
    })
final class ChooseCommand implements Callable<Integer> {

  @Parameters(paramLabel = "DIR", description = "The folder of a run.")
  private Path dir;

  @Option(
      names = "--among",
      paramLabel = "AXIS",
      defaultValue = Choice.CLIENT,
      description = "What to choose: a value of this axis, such as pool; default: a client.")
  private String axis;

  @Option(
      names = "--scenario",
      paramLabel = "NAME",
      description = "Only this scenario; default: the geometric mean over all.")
  private String scenario;

  @Option(
      names = "--only",
      paramLabel = "AXIS=VALUE[,VALUE]",
      description =
          "Only these values of an axis, such as concurrency=20. May be repeated for other"
              + " axes.")
  private List<String> only = List.of();

  @Option(
      names = "--max-millis",
      paramLabel = "N",
      description = "The most that an operation may take on average, in ms, in every scenario that"
          + " counts. The upper end of the interval must keep it.")
  private Double maxMillis;

  @Option(
      names = "--max-percentile",
      paramLabel = "P=N",
      description = "The most that the P-th percentile of the time of an operation may be, in ms,"
          + " likewise.")
  private Map<Double, Double> maxPercentiles = Map.of();

  @Option(
      names = "--max-bytes",
      paramLabel = "N",
      description = "The most that an operation may allocate on average, likewise. For runs whose"
          + " JMH options hold -prof gc.")
  private Double maxBytes;

  @Option(
      names = "--max-cpu-micros",
      paramLabel = "N",
      description = "The most processor time that a request may take on average, in microseconds,"
          + " likewise. For runs whose benchmarks count it.")
  private Double maxCpuMicros;

  @Option(
      names = "--needs",
      paramLabel = "SETTING",
      split = ",",
      description = "Settings that the client must honour, separated by commas.")
  private List<String> needs = List.of();

  @Option(names = "--json", description = "Prints JSON instead of the table.")
  private boolean json;

  @Spec
  private CommandSpec spec;

  @Override
  public Integer call() throws InputException, IOException {
    Choice choice = Choice.of(
        JudgedRun.read(new RunFolder(dir)), axis, Optional.ofNullable(scenario), only, allNeeds());
    spec.commandLine().getOut().print(json ? ChoiceText.json(choice) : ChoiceText.table(choice));
    spec.commandLine().getOut().flush();
    return choice.first().isEmpty() ? Poolmark.DOES_NOT_HOLD : Poolmark.HOLDS;
  }

  private List<Need> allNeeds() throws InputException {
    List<Need> all = new ArrayList<>();
    try {
      if (maxMillis != null) {
        all.add(new Need.MaxMillis(maxMillis));
      }
      maxPercentiles.forEach((percent, millis) -> all.add(new Need.MaxPercentile(percent, millis)));
      if (maxBytes != null) {
        all.add(new Need.MaxBytes(maxBytes));
      }
      if (maxCpuMicros != null) {
        all.add(new Need.MaxCpu(maxCpuMicros));
      }
    } catch (IllegalArgumentException e) {
      throw new InputException(e.getMessage());
    }
    needs.stream().distinct().map(Need.Capability::new).forEach(all::add);
    return all;
  }
}
