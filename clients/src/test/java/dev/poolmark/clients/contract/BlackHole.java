package dev.poolmark.clients.contract;

import dev.poolmark.clients.CallException;
import dev.poolmark.clients.Clients;
import dev.poolmark.clients.PooledHttpClient;
import dev.poolmark.clients.Request;
import dev.poolmark.clients.Response;
import dev.poolmark.clients.spi.Capability;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;

/**
 * Makes servers vanish under the calls of all clients: no packet comes any more, neither FIN nor RST. A program of its
 * own, since it needs a network namespace of its own (Linux), on whose loopback interface it drops every packet.
 */
final class BlackHole {
  /** {@code tcpKeepAlive}; {@code readTimeout} is ten times that. */
  static final Duration KEEP_ALIVE = Duration.ofSeconds(3);

  static final String STILL_WAITS = "still waits";

  /** Linux acknowledges a request within 40 ms, whether the server answers or not. */
  private static final Duration ACKNOWLEDGED = Duration.ofMillis(200);

  private static final String CUT = "tc qdisc add dev lo root blackhole";
  private static final Duration PATIENCE = Duration.ofSeconds(40);

  private BlackHole() {}

  /**
   * What a caller saw.
   *
   * @param failure the reason, or {@link #STILL_WAITS} when the other clients' calls had failed
   * @param millis from the last packet to the failure
   * @param connections that the server has had after the next call
   */
  record Seen(String failure, long millis, long connections) {}

  /** Whether this system lets its user make such a namespace. */
  static boolean isPossible() throws IOException, InterruptedException {
    try {
      return inNamespace("sh", "-c", CUT).start().waitFor() == 0;
    } catch (IOException noSuchCommand) {
      return false;
    }
  }

  /** Runs the program; returns what the caller saw in each cell, such as {@code okhttp over h2}. */
  static Map<String, Seen> run() throws IOException, InterruptedException {
    Process process = inNamespace(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-XX:TieredStopAtLevel=1",
            "-da:org.eclipse.jetty...",
            "-cp",
            System.getProperty("java.class.path"),
            BlackHole.class.getName())
        .redirectError(ProcessBuilder.Redirect.INHERIT)
        .start();
    String lines = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    if (process.waitFor() != 0) {
      throw new IOException("the black hole ended with " + process.exitValue() + ": " + lines);
    }
    return lines
        .lines()
        .map(line -> line.split("\t"))
        .collect(Collectors.toMap(
            fields -> fields[0],
            fields -> new Seen(fields[1], Long.parseLong(fields[2]), Long.parseLong(fields[3]))));
  }

  private static ProcessBuilder inNamespace(String... command) {
    ProcessBuilder process = new ProcessBuilder("unshare", "--map-root-user", "--net");
    process.command().addAll(List.of(command));
    return process;
  }

  public static void main(String[] args) throws Exception {
    system("ip link set lo up");
    List<Cell> cells = Cells.over(Endpoint.values())
        .map(arguments ->
            new Cell((String) arguments.get()[0], (Endpoint) arguments.get()[1]))
        .toList();
    for (Cell cell : cells) {
      cell.begin();
    }
    Thread.sleep(ACKNOWLEDGED.toMillis());
    system(CUT);
    long cutNanos = System.nanoTime();
    for (Cell cell : cells) {
      cell.awaitFailure();
    }
    List<Seen> seen = cells.stream().map(cell -> cell.seen(cutNanos)).toList();
    system("tc qdisc del dev lo root");
    for (int i = 0; i < cells.size(); i++) {
      Cell cell = cells.get(i);
      Seen failure = seen.get(i);
      long connections =
          failure.failure().equals(STILL_WAITS) ? 1 : cell.connectionsAfterNextCall();
      System.out.printf("%s\t%s\t%d\t%d%n", cell, failure.failure(), failure.millis(), connections);
    }
    System.out.flush();
    Runtime.getRuntime().halt(0);
  }

  private static void system(String command) throws IOException, InterruptedException {
    if (new ProcessBuilder(command.split(" ")).inheritIO().start().waitFor() != 0) {
      throw new IOException(command);
    }
  }

  /** A client, and a server that answers one call, is silent in the next, and answers on further connections. */
  private static final class Cell {
    private final String name;
    private final Endpoint endpoint;
    private final RawServer server;
    private final PooledHttpClient client;
    private CompletableFuture<Response> call = new CompletableFuture<>();
    private volatile long endNanos;

    Cell(String name, Endpoint endpoint) {
      this.name = name;
      this.endpoint = endpoint;
      try {
        server = new RawServer(endpoint, endpoint == Endpoint.H2 ? http2() : http1());
      } catch (IOException e) {
        throw new IllegalStateException(e);
      }
      client = PooledHttpClient.open(
          name, endpoint.config().tcpKeepAlive(KEEP_ALIVE).callTimeout(PATIENCE).build());
    }

    private static List<Script> http1() {
      Script.Step ok = Script.send("HTTP/1.1 200 OK\nContent-Length: 2\n\nok");
      return List.of(
          Script.of(Script.readHead(), ok, Script.readHead(), Script.mark(), Script.readNothing()),
          Script.of(Script.repeat(Script.readHead(), ok)));
    }

    private static List<Script> http2() {
      Script.Step ok = H2.answer("200", "ok");
      return List.of(
          Script.of(
              H2.open(),
              H2.readRequest(),
              ok,
              H2.readRequest(),
              Script.mark(),
              Script.readNothing()),
          Script.of(H2.open(), Script.repeat(H2.readRequest(), ok)));
    }

    void begin() throws IOException {
      client.execute(Request.get(server.uri()));
      call = client.executeAsync(Request.post(server.uri(), new byte[] {1})); // is sent once only
      call.whenComplete((response, failure) -> endNanos = System.nanoTime());
      Clients.eventually("the server has the request", () -> server.marks() == 1);
    }

    void awaitFailure() throws Exception {
      if (Cells.supports(name, Capability.TCP_KEEP_ALIVE)) {
        try {
          call.get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException | TimeoutException seenLater) {
          // see seen()
        }
      }
    }

    Seen seen(long cutNanos) {
      if (!call.isDone()) {
        return new Seen(
            STILL_WAITS, TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - cutNanos), 1);
      }
      String failure = call.handle(
              (response, e) -> e == null ? "200" : ((CallException) e).failure().name())
          .join();
      return new Seen(failure, TimeUnit.NANOSECONDS.toMillis(endNanos - cutNanos), 1);
    }

    long connectionsAfterNextCall() throws IOException {
      client.execute(Request.get(server.uri()));
      return server.connections();
    }

    @Override
    public String toString() {
      return name + " over " + endpoint;
    }
  }
}
