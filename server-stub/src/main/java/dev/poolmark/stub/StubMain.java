package dev.poolmark.stub;

import dev.poolmark.stub.fidelity.FidelityCommand;
import dev.poolmark.stub.fidelity.SoakCommand;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/**
 * The stub as a process of its own. It writes one line of JSON when it is ready: the addresses {@code http} and
 * {@code https} of the stub that its options describe, {@code stub} and {@code stats} for its control and its counts,
 * its {@code certificate} in PEM, and {@code stubs}, where {@link RemoteStub} asks for more stubs. It ends with SIGTERM,
 * its doors closed, or, if told so, with its standard input.
 */
@Command(
    name = "stub",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    subcommands = {FidelityCommand.class, SoakCommand.class},
    description =
        "An HTTP server on loopback that simulates latency, TLS cost, keep-alive and faults.")
public final class StubMain implements Callable<Integer> {
  @Option(
      names = "--port",
      paramLabel = "N",
      defaultValue = "0",
      description = "Port of the plain door; 0, the default, for the system's choice.")
  private int port;

  @Option(
      names = "--tls-port",
      paramLabel = "N",
      defaultValue = "0",
      description = "Port of the TLS door; 0, the default, for the system's choice.")
  private int tlsPort;

  @Option(
      names = "--bind",
      paramLabel = "ADDRESS",
      defaultValue = "127.0.0.1",
      description = "Address to listen on, with every door; 0.0.0.0 for all of this machine."
          + " Default: ${DEFAULT-VALUE}.")
  private InetAddress bind;

  @Option(
      names = "--end-with-input",
      description = "End when standard input does, and so with the process that holds it.")
  private boolean endWithInput;

  @Spec
  private CommandSpec spec;

  private StubMain() {}

  /** Runs until it is told to end. Status 2: wrong usage, or a port that cannot be had. */
  public static void main(String[] arguments) {
    CommandLine line = new CommandLine(new StubMain());
    StubOptions.addTo(line.getCommandSpec());
    int status = line.setParameterExceptionHandler((e, args) -> {
          e.getCommandLine().getErr().println(e.getMessage() + "; -h lists the options");
          return CommandLine.ExitCode.USAGE;
        })
        .execute(arguments);
    System.exit(status);
  }

  @Override
  public Integer call() throws IOException, InterruptedException {
    StubConfig config = StubOptions.config(spec.commandLine().getParseResult());
    StubHost host;
    Map<String, String> ready;
    Doors doors = doors();
    try {
      host = StubHost.open(doors.bind());
      ready = new LinkedHashMap<>(host.start(config, doors));
    } catch (IOException e) {
      System.err.println(e.getMessage());
      return CommandLine.ExitCode.USAGE;
    }
    Runtime.getRuntime().addShutdownHook(new Thread(host::close, "stub-end"));
    if (doors.isOpenToOthers()) {
      System.err.println("listens on " + doors.bind().getHostAddress()
          + ": others can call this stub, and control it");
    }
    ready.put("stubs", host.uri().toString());
    System.out.println(Wire.json(ready));
    if (endWithInput) {
      System.in.transferTo(OutputStream.nullOutputStream());
    } else {
      Thread.currentThread().join();
    }
    return CommandLine.ExitCode.OK;
  }

  private Doors doors() {
    try {
      return new Doors(bind, port, tlsPort);
    } catch (IllegalArgumentException e) {
      throw new ParameterException(spec.commandLine(), e.getMessage(), e);
    }
  }
}
