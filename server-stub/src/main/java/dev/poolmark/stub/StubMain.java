package dev.poolmark.stub;

import java.io.IOException;
import java.io.OutputStream;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/**
 * The stub as a process of its own. It writes one line of JSON when it is ready: the addresses {@code http} and
 * {@code https} of the stub that its options describe, {@code stub} and {@code stats} for its control and its counts,
 * its {@code certificate} in PEM, and {@code stubs}, where {@link RemoteStub} asks for more stubs. It ends with SIGTERM
 * or, if told so, with its standard input.
 */
@Command(
    name = "stub",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = "An HTTP server on loopback that simulates latency, TLS cost and keep-alive.")
public final class StubMain implements Callable<Integer> {
  @Mixin
  private StubOptions options;

  @Option(
      names = "--end-with-input",
      description = "End when standard input does, and so with the process that holds it.")
  private boolean endWithInput;

  private StubMain() {}

  /** Runs until it is told to end. Status 2: wrong usage. */
  public static void main(String[] arguments) {
    int status = new CommandLine(new StubMain())
        .setParameterExceptionHandler((e, args) -> {
          e.getCommandLine().getErr().println(e.getMessage() + "; -h lists the options");
          return CommandLine.ExitCode.USAGE;
        })
        .execute(arguments);
    System.exit(status);
  }

  @Override
  public Integer call() throws IOException, InterruptedException {
    StubConfig config;
    try {
      config = options.config();
    } catch (IllegalArgumentException e) {
      System.err.println(e.getMessage() + "; -h lists the options");
      return CommandLine.ExitCode.USAGE;
    }
    try (StubHost host = StubHost.open()) {
      Map<String, String> ready = new LinkedHashMap<>(host.start(config));
      ready.put("stubs", host.uri().toString());
      System.out.println(Wire.json(ready));
      if (endWithInput) {
        System.in.transferTo(OutputStream.nullOutputStream());
      } else {
        Thread.currentThread().join();
      }
    }
    return CommandLine.ExitCode.OK;
  }
}
