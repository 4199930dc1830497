package dev.poolmark.fidelity;

import dev.poolmark.stub.config.Link;
import dev.poolmark.stub.config.StubConfig;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * Measures how exact the stub is, prints each figure with its bounds, and writes {@code fidelity.json} and {@code
 * fidelity.md}. Takes about ten minutes, on a machine that does nothing else. Status 0: every bound holds; 1: one does
 * not; 2: wrong usage.
 */
@Command(
    name = "fidelity",
    mixinStandardHelpOptions = true,
    description = "Measures how exact the stub is; status 1 if a bound does not hold.")
final class FidelityCommand implements Callable<Integer> {
  @Option(
      names = "--output",
      paramLabel = "DIR",
      required = true,
      description = "Directory to write fidelity.json and fidelity.md to.")
  private Path output;

  @Option(
      names = "--quick",
      description = "Take few samples, to try it out; the figures are too coarse for the bounds.")
  private boolean quick;

  @Override
  public Integer call() throws Exception {
    List<FidelityCheck> checks = List.of(
        new Delays("round trip", (config, delay) -> config.withLink(new Link(delay)), quick),
        new Delays("service time", StubConfig::withServiceTime, quick),
        new ConnectionSetup(quick),
        new SlowStart(quick),
        new CountCheck(quick),
        new Throughput(quick));
    List<Finding> findings = new ArrayList<>();
    for (FidelityCheck check : checks) {
      for (Finding finding : check.measure()) {
        findings.add(finding);
        System.out.println(finding);
      }
    }
    List<String> notes = new ArrayList<>();
    if (!CountCheck.hasObserver()) {
      notes.add("No kernel counters here: only the clients counted the connections.");
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
