package dev.poolmark.stub.control;

import dev.poolmark.stub.config.StubConfig;
import dev.poolmark.stub.config.StubOptions;
import dev.poolmark.stub.network.ListenAddresses;
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
 * The stub as a process of its own. Once ready, it writes one line of JSON: the addresses {@code http} and {@code https}
 * of the stub that its options describe, {@code stub} and {@code stats} for its control and its counts, its {@code
 * certificate} in PEM, and {@code stubs}, which {@link RemoteStub} requests more stubs from. It ends on SIGTERM, after
 * closing its ports, or optionally at the end of its standard input.
 */
@Command(
    name = "stub",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description =
        "An HTTP server on loopback that simulates latency, TLS cost, keep-alive and faults.")
public final class StubMain implements Callable<Integer> {
  @Option(
      names = "--port",
      paramLabel = "N",
      defaultValue = "0",
      description = "The plain port; 0, the default, lets the system choose.")
  private int port;

  @Option(
      names = "--tls-port",
      paramLabel = "N",
      defaultValue = "0",
      description = "The TLS port; 0, the default, lets the system choose.")
  private int tlsPort;

  @Option(
      names = "--bind",
      paramLabel = "ADDRESS",
      defaultValue = "127.0.0.1",
      description = "Address to listen on; 0.0.0.0 for all of this machine's."
          + " Default: ${DEFAULT-VALUE}.")
  private InetAddress bind;

  @Option(
      names = "--end-with-input",
      description = "End when standard input ends, and so with the process that holds it open.")
  private boolean endWithInput;

  @Spec
  private CommandSpec spec;

  private StubMain() {}

  /** Runs until it is told to end. Status 2: wrong usage, or a port that cannot be opened. */
  public static void main(String[] arguments) {
    System.exit(run(arguments));
  }

  /** The same with these commands as well, as values annotated for picocli; returns the status. */
  public static int run(String[] arguments, Object... commands) {
    CommandLine line = new CommandLine(new StubMain());
    StubOptions.addTo(line.getCommandSpec());
    for (Object command : commands) {
      line.addSubcommand(command);
    }
    return line.setParameterExceptionHandler((e, args) -> {
          e.getCommandLine().getErr().println(e.getMessage() + "; -h lists the options");
          return CommandLine.ExitCode.USAGE;
        })
        .execute(arguments);
  }

  @Override
  public Integer call() throws IOException, InterruptedException {
    StubConfig config = StubOptions.config(spec.commandLine().getParseResult());
    ControlServer control;
    Map<String, String> ready;
    ListenAddresses addresses = addresses();
    try {
      control = ControlServer.open(addresses.bind());
      ready = new LinkedHashMap<>(control.start(config, addresses));
    } catch (IOException e) {
      System.err.println(e.getMessage());
      return CommandLine.ExitCode.USAGE;
    }
    Runtime.getRuntime().addShutdownHook(new Thread(control::close, "stub-end"));
    if (addresses.isOpenToOthers()) {
      System.err.println("listening on " + addresses.bind().getHostAddress()
          + ": other machines can call and control this stub");
    }
    ready.put("stubs", control.uri().toString());
    System.out.println(ControlJson.json(ready));
    if (endWithInput) {
      System.in.transferTo(OutputStream.nullOutputStream());
    } else {
      Thread.currentThread().join();
    }
    return CommandLine.ExitCode.OK;
  }

  private ListenAddresses addresses() {
    try {
      return new ListenAddresses(bind, port, tlsPort);
    } catch (IllegalArgumentException e) {
      throw new ParameterException(spec.commandLine(), e.getMessage(), e);
    }
  }
}
