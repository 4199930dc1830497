package dev.poolmark.jmh;

import dev.poolmark.clients.ClientConfig;
import dev.poolmark.clients.PooledHttpClient;
import dev.poolmark.clients.Request;
import dev.poolmark.clients.Sizing;
import dev.poolmark.clients.live.Control;
import dev.poolmark.clients.live.LivePage;
import dev.poolmark.stub.StubServer;
import dev.poolmark.stub.config.StubConfig;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ThreadLocalRandom;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * A client's pool on a page, under a load that the viewer changes, so that the troubles of the guide in the README of
 * {@code clients} can be seen happening: too few connections for the callers, connections that the server has closed, a
 * service that does not answer.
 *
 * <pre>java -cp jmh/target/benchmarks.jar dev.poolmark.jmh.Live</pre>
 */
@Command(
    name = "live",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = "Shows a client's pool on a page, with a load and troubles that you control.")
public final class Live implements Callable<Integer> {
  private static final int MAX_CALLERS = 64;
  private static final int FIRST_CALLERS = 4;
  private static final int SILENT_SHARE = 4; // one call in four
  private static final int CAPACITY = 8;
  private static final Duration THINK_TIME = Duration.ofMillis(50);
  private static final Duration SERVICE_TIME = Duration.ofMillis(40);
  private static final Duration SILENCE = Duration.ofSeconds(10);
  private static final Duration TROUBLE = Duration.ofSeconds(5);
  private static final Duration TIMEOUT = Duration.ofSeconds(1);

  @Option(
      names = "--client",
      paramLabel = "NAME",
      defaultValue = "okhttp",
      description = "The client. Default: ${DEFAULT-VALUE}.")
  private String client;

  @Option(
      names = "--max-connections",
      paramLabel = "N",
      defaultValue = "8",
      description = "The pool's limit on connections. Default: ${DEFAULT-VALUE}.")
  private int maxConnections;

  @Option(
      names = "--port",
      paramLabel = "N",
      defaultValue = "8765",
      description = "The page's port; 0 lets the system choose. Default: ${DEFAULT-VALUE}.")
  private int port;

  @Option(
      names = "--adaptive",
      description = "The client finds its limit itself, up to --max-connections. The service then"
          + " works on " + CAPACITY + " calls at once.")
  private boolean adaptive;

  private final Deque<Thread> callers = new ArrayDeque<>();
  private volatile long silentUntilNanos = System.nanoTime();

  private Live() {}

  /** Runs until it is told to end. Status 2: wrong usage, or a port that cannot be opened. */
  public static void main(String[] arguments) {
    System.exit(new CommandLine(new Live())
        .setParameterExceptionHandler((e, args) -> {
          e.getCommandLine().getErr().println(e.getMessage() + "; -h lists the options");
          return CommandLine.ExitCode.USAGE;
        })
        .execute(arguments));
  }

  @Override
  public Integer call() throws InterruptedException {
    StubConfig unlimited = StubConfig.defaults().withServiceTime(SERVICE_TIME);
    StubConfig service = adaptive
        ? unlimited.withService(unlimited.service().withMaxConcurrent(CAPACITY))
        : unlimited;
    try (StubServer stub = StubServer.start(service);
        StubServer silent = StubServer.start(service.withServiceTime(SILENCE));
        PooledHttpClient pool = PooledHttpClient.open(
            client,
            ClientConfig.builder()
                .maxConnections(maxConnections)
                .sizing(adaptive ? Sizing.ADAPTIVE : Sizing.FIXED)
                .acquireTimeout(TIMEOUT)
                .readTimeout(TIMEOUT)
                .build());
        LivePage page = LivePage.start(pool, port, controls(pool, stub, silent))) {
      setCallers(FIRST_CALLERS, pool, stub, silent);
      System.out.println("The pool of " + client + ": " + page.uri() + " (Ctrl-C ends it)");
      Thread.currentThread().join();
      return CommandLine.ExitCode.OK;
    } catch (IOException | IllegalArgumentException | IllegalStateException e) {
      System.err.println(e.getMessage());
      return CommandLine.ExitCode.USAGE;
    }
  }

  private List<Control> controls(PooledHttpClient pool, StubServer stub, StubServer silent) {
    return List.of(
        new Control(
            "callers", 0, MAX_CALLERS, FIRST_CALLERS, n -> setCallers(n, pool, stub, silent)),
        Control.button("Close the connections on the server", stub::closeConnections),
        Control.button(
            "Do not answer one call in " + SILENT_SHARE + ", for " + TROUBLE.toSeconds() + " s",
            () -> silentUntilNanos = System.nanoTime() + TROUBLE.toNanos()));
  }

  private synchronized void setCallers(
      int count, PooledHttpClient pool, StubServer stub, StubServer silent) {
    while (callers.size() > count) {
      callers.pop().interrupt();
    }
    while (callers.size() < count) {
      Thread caller =
          new Thread(() -> callUntilInterrupted(pool, stub.httpUri(), silent.httpUri()), "caller");
      caller.setDaemon(true);
      caller.start();
      callers.push(caller);
    }
  }

  private void callUntilInterrupted(PooledHttpClient pool, URI service, URI silent) {
    while (true) {
      boolean isSilent = silentUntilNanos - System.nanoTime() > 0
          && ThreadLocalRandom.current().nextInt(SILENT_SHARE) == 0;
      try {
        pool.execute(Request.get(isSilent ? silent : service));
      } catch (IOException e) {
        // the page shows it
      } catch (IllegalStateException closed) {
        return;
      }
      try {
        Thread.sleep(ThreadLocalRandom.current().nextLong(2 * THINK_TIME.toMillis()));
      } catch (InterruptedException e) {
        return;
      }
    }
  }
}
