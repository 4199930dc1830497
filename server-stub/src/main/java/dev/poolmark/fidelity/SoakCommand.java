package dev.poolmark.fidelity;

import java.time.Duration;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/**
 * Lets many badly behaved clients call a stub with every fault, and checks what is left. Status 0: nothing leaks and the
 * counts agree; 1: otherwise; 2: wrong usage.
 */
@Command(
    name = "soak",
    mixinStandardHelpOptions = true,
    description = "Runs many clients against every fault at once; status 1 if anything leaks.")
final class SoakCommand implements Callable<Integer> {
  @Option(
      names = "--seconds",
      paramLabel = "N",
      defaultValue = "120",
      description = "How long to run. Default: ${DEFAULT-VALUE}.")
  private int seconds;

  @Option(
      names = "--connections",
      paramLabel = "N",
      defaultValue = "200",
      description = "Clients at once. Default: ${DEFAULT-VALUE}.")
  private int connections;

  @Spec
  private CommandSpec spec;

  @Override
  public Integer call() throws Exception {
    checkPositive("--seconds", seconds);
    checkPositive("--connections", connections);
    boolean holds = true;
    for (Finding finding : new Soak(connections, Duration.ofSeconds(seconds)).measure()) {
      System.out.println(finding);
      holds &= finding.holds();
    }
    return holds ? 0 : 1;
  }

  private void checkPositive(String option, int value) {
    if (value < 1) {
      throw new ParameterException(spec.commandLine(), option + " must be >= 1: " + value);
    }
  }
}
