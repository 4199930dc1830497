package dev.poolmark.clients.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.poolmark.clients.Clients;
import dev.poolmark.clients.Failure;
import dev.poolmark.clients.PooledHttpClient;
import dev.poolmark.clients.Request;
import dev.poolmark.clients.spi.Capability;
import dev.poolmark.stub.StubServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** {@code tcpKeepAlive} finds a server that vanishes without a packet. The oracle is the kernel. */
@Execution(ExecutionMode.CONCURRENT)
final class DeadPeerTest extends Contract {
  private static final List<Path> SOCKETS =
      List.of(Path.of("/proc/net/tcp"), Path.of("/proc/net/tcp6"));
  private static final String ESTABLISHED = "01";
  private static final int NONE = 0;
  private static final int KEEP_ALIVE = 2;

  /** A socket's next timer in {@code /proc/net/tcp}; its expiry is in hundredths of a second from now. */
  private record Timer(int kind, long expiry) {}

  @Promise
  void theSystemIsToProbeAnIdleConnection(String name, Endpoint endpoint) throws Exception {
    assumeTrue(Files.exists(SOCKETS.get(0)), "only Linux shows a socket's timers");
    StubServer server = server(endpoint);
    PooledHttpClient client = client(name, endpoint.config().tcpKeepAlive(Duration.ofSeconds(60)));
    get(client, endpoint.uri(server), 1);
    int port = endpoint.uri(server).getPort();
    int expected = Cells.supports(name, Capability.TCP_KEEP_ALIVE) ? KEEP_ALIVE : NONE;
    Clients.eventually("all is acknowledged, and the timer " + expected + " runs", () -> {
      List<Timer> timers = timers(port);
      return !timers.isEmpty() && timers.stream().allMatch(timer -> timer.kind() == expected);
    });
    assertThat(timers(port)).isNotEmpty().allMatch(timer -> timer.expiry() <= 30 * 100);
  }

  /** Of the connections to that port. */
  private static List<Timer> timers(int port) {
    String peer = String.format(":%04X", port);
    return SOCKETS.stream()
        .flatMap(DeadPeerTest::lines)
        .map(line -> line.strip().split("\\s+"))
        .filter(fields -> fields[2].endsWith(peer) && fields[3].equals(ESTABLISHED))
        .map(fields -> fields[5].split(":"))
        .map(timer -> new Timer(Integer.parseInt(timer[0]), Long.parseLong(timer[1], 16)))
        .toList();
  }

  private static Stream<String> lines(Path file) {
    try {
      return Files.exists(file) ? Files.readAllLines(file).stream() : Stream.empty();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Run once for all cells. */
  private static final class Vanished {
    static final Map<String, BlackHole.Seen> SEEN = run();

    private static Map<String, BlackHole.Seen> run() {
      try {
        return BlackHole.isPossible() ? BlackHole.run() : Map.of();
      } catch (IOException | InterruptedException e) {
        throw new IllegalStateException(e);
      }
    }
  }

  @Promise
  void aServerThatVanishesUnderACallEndsIt(String name, Endpoint endpoint) {
    assumeTrue(!Vanished.SEEN.isEmpty(), "no network namespace can be made here");
    BlackHole.Seen seen = Vanished.SEEN.get(name + " over " + endpoint);
    if (!Cells.supports(name, Capability.TCP_KEEP_ALIVE)) {
      assertThat(seen.failure()).isEqualTo(BlackHole.STILL_WAITS);
      return;
    }
    assertThat(seen.failure()).isEqualTo(Failure.CONNECTION_CLOSED.name());
    assertThat(seen.millis()).isLessThan(BlackHole.KEEP_ALIVE.multipliedBy(5).toMillis());
    assertThat(seen.connections()).as("the next call has another").isEqualTo(2);
  }

  /** Two connections have vanished; a call finds out on one of them, and the next must not on the other. */
  @Promise(Endpoint.PLAIN)
  void theSiblingOfASilentConnectionTakesNoCall(String name, Endpoint endpoint) throws Exception {
    Script.Step ok = Script.send("HTTP/1.1 200 OK\nContent-Length: 2\n\nok");
    Script vanishing =
        Script.of(Script.readHead(), Script.pause(SHORT), ok, Script.readHead(), Script.mark());
    RawServer server =
        raw(endpoint, vanishing, vanishing, Script.of(Script.repeat(Script.readHead(), ok)));
    PooledHttpClient client = client(name, endpoint.config().readTimeout(Duration.ofMillis(900)));
    Request get = Request.get(server.uri());
    Clients.together(2, () -> client.execute(get));
    assertThat(server.connections()).isEqualTo(2);
    assertFails(client, get, Failure.READ_TIMEOUT);
    if (Cells.supports(name, Capability.SIBLINGS)) {
      assertThat(client.execute(get).bodyAsString()).isEqualTo("ok");
      assertThat(server.connections()).isEqualTo(3);
    } else {
      assertFails(client, get, Failure.READ_TIMEOUT);
      assertThat(server.connections()).isEqualTo(2);
    }
  }

  /** The server's system still acknowledges. The first call shows that a server may be late with the PING. */
  @Promise(Endpoint.H2)
  void aServerThatAnswersNoPingLosesItsConnection(String name, Endpoint endpoint) throws Exception {
    assumeSupport(name, Capability.PING); // others see READ_TIMEOUT, as in Http2ConnectionTest
    Duration keepAlive = Duration.ofSeconds(3);
    Script.Step ok = H2.answer("200", "ok");
    RawServer server = raw(
        endpoint,
        Script.of(
            H2.open(),
            H2.readRequest(),
            Script.pause(keepAlive.plus(SLOW)),
            ok,
            H2.readRequest(),
            Script.readNothing()),
        Script.of(H2.open(), Script.repeat(H2.readRequest(), ok)));
    PooledHttpClient client = client(name, endpoint.config().tcpKeepAlive(keepAlive));
    Request post = Request.post(server.uri(), new byte[] {1}); // is sent once only
    client.execute(post);
    assertFails(client, post, Failure.CONNECTION_CLOSED);
    client.execute(post);
    assertThat(server.connections()).isEqualTo(2);
  }
}
