package dev.poolmark.stub.fidelity;

import dev.poolmark.stub.Link;
import dev.poolmark.stub.StubConfig;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * Measures what the stub claims of itself, prints each figure beside its bounds, and writes {@code fidelity.json} and
 * {@code fidelity.md}. The machine must do nothing else meanwhile. Takes some eight minutes. Status 0: every bound
 * holds; 1: one does not; 2: wrong usage.
 */
@Command(
    name = "fidelity",
    mixinStandardHelpOptions = true,
    description = "Measures what the stub claims of itself; status 1 if a bound does not hold.")
public final class FidelityCommand implements Callable<Integer> {
  @Option(
      names = "--output",
      paramLabel = "DIR",
      required = true,
      description = "Where fidelity.json and fidelity.md are written.")
  private Path output;

  @Option(
      names = "--quick",
      description = "With few samples, to try it; the figures are too coarse for the bounds.")
  private boolean quick;

  /** Made by the command line. */
  public FidelityCommand() {}

  @Override
  public Integer call() throws Exception {
    List<Study> studies = List.of(
        new Delays("round trip", (config, delay) -> config.withLink(new Link(delay)), quick),
        new Delays("service time", StubConfig::withServiceTime, quick),
        new SetUps(quick),
        new SlowStart(quick),
        new Census(quick),
        new Ceiling(quick));
    List<Finding> findings = new ArrayList<>();
    for (Study study : studies) {
      for (Finding finding : study.measure()) {
        findings.add(finding);
        System.out.println(finding);
      }
    }
    List<String> notes = new ArrayList<>();
    if (!Census.hasObserver()) {
      notes.add("No kernel counters here: nobody but the clients counted the connections.");
    }
    if (quick) {
      notes.add("A quick run: too few samples for the bounds.");
    }
    String command = "java -jar server-stub/target/stub.jar fidelity --output DIR";
    FidelityReport report =
        new FidelityReport(command + (quick ? " --quick" : ""), findings, notes);
    report.write(output);
    notes.forEach(System.out::println);
    System.out.println(
        report.failures() == 0
            ? "every bound holds"
            : report.failures() + " of " + findings.size() + " bounds do not hold");
    return report.failures() == 0 ? 0 : 1;
  }
}
