package dev.poolmark.clients.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import dev.poolmark.clients.CallException;
import dev.poolmark.clients.ClientConfig;
import dev.poolmark.clients.Clients;
import dev.poolmark.clients.Failure;
import dev.poolmark.clients.PooledHttpClient;
import dev.poolmark.clients.ReadmeTable;
import dev.poolmark.clients.Request;
import dev.poolmark.clients.Response;
import dev.poolmark.clients.spi.Capability;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletionException;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What a caller sees of each {@link ServerBehaviour}: the same in every client, and nothing left of the call. */
@Timeout(60)
@Execution(ExecutionMode.CONCURRENT)
final class ServerBehaviourTest extends Contract {
  /** The garbage collector hides some faults more often on a busy machine. */
  private static final int TRIES = 10;

  static Stream<Arguments> cells() {
    return ServerBehaviour.all().stream()
        .flatMap(behaviour -> Cells.over(behaviour.endpoints().toArray(Endpoint[]::new))
            .map(cell -> Arguments.of(cell.get()[0], cell.get()[1], behaviour)));
  }

  @ParameterizedTest(name = "{0} over {1}: a server that {2}", quoteTextArguments = false)
  @MethodSource("cells")
  void isSeenAlike(String name, Endpoint endpoint, ServerBehaviour behaviour) throws Exception {
    if (behaviour.needs().stream().allMatch(capability -> Cells.supports(name, capability))) {
      assertSeenAlike(name, endpoint, behaviour);
      return;
    }
    for (int i = 0; i < TRIES; i++) {
      if (showsTheFault(name, endpoint, behaviour)) {
        return;
      }
    }
    fail("the client can do what it is said not to be capable of");
  }

  private void assertSeenAlike(String name, Endpoint endpoint, ServerBehaviour behaviour)
      throws Exception {
    RawServer server = raw(endpoint, behaviour.scripts().toArray(Script[]::new));
    PooledHttpClient client = client(name, config(endpoint, behaviour));
    assertThat(callTwice(client, server))
        .allSatisfy(seen -> assertThat(seen).startsWith(behaviour.seen()));
    if (behaviour.isFailure() && endpoint != Endpoint.H2) { // where others may use the connection
      Clients.eventually("no connection is left", () -> server.openConnections() == 0);
    }
    Clients.eventually(
        "client and server count the same connections",
        () -> client.metrics().connections().stream()
            .allMatch(c -> c.open() == server.openConnections()));
  }

  /** A fault may be hidden, as when the garbage collector closes a connection that the library has forgotten. */
  private boolean showsTheFault(String name, Endpoint endpoint, ServerBehaviour behaviour)
      throws Exception {
    RawServer server = raw(endpoint, behaviour.scripts().toArray(Script[]::new));
    List<String> seen = callTwice(client(name, config(endpoint, behaviour)), server);
    Thread.sleep(SHORT.toMillis()); // in which a connection that is to be closed is closed
    return !seen.get(0).startsWith(behaviour.seen())
        || (endpoint != Endpoint.H2 && server.openConnections() > 0);
  }

  private static ClientConfig.Builder config(Endpoint endpoint, ServerBehaviour behaviour) {
    boolean silent = behaviour.seen().equals(Failure.READ_TIMEOUT.name());
    return endpoint.config().readTimeout(silent ? SHORT : Duration.ofSeconds(3));
  }

  /** What two callers see one after the other, by two ways of calling; no lease is left. */
  private static List<String> callTwice(PooledHttpClient client, RawServer server)
      throws Exception {
    Request request = Request.get(server.uri());
    List<String> seen =
        List.of(seen(client.executeAsync(request)::join), seen(() -> client.execute(request)));
    assertThat(client.metrics().calls()).isEqualTo(2);
    awaitNoLease(client);
    return seen;
  }

  /** What the caller sees, which for a failure begins with its reason. */
  private static String seen(Callable<Response> call) throws Exception {
    try {
      Response response = call.call();
      return (response.status() + " " + response.bodyAsString()).strip();
    } catch (CompletionException e) {
      return text((CallException) e.getCause());
    } catch (CallException e) {
      return text(e);
    }
  }

  private static String text(CallException failure) {
    return failure.failure() + ": " + failure;
  }

  @Test
  void theReadmeHasTheTable() throws IOException {
    ReadmeTable.check(
        "servers",
        ServerBehaviour.all().stream()
            .map(behaviour -> "| " + behaviour.label()
                + (behaviour.endpoints().contains(Endpoint.H2) ? " (h2)" : "")
                + " | `" + behaviour.seen() + "` | " + exceptions(behaviour) + " |\n")
            .collect(Collectors.joining(
                "", "| a server that | is seen as | but not by |\n|---|---|---|\n", "")));
  }

  /** Without the client of the tests. */
  private static String exceptions(ServerBehaviour behaviour) {
    return Cells.clients()
        .filter(client -> !client.equals("sockets"))
        .filter(client -> behaviour.endpoints().stream()
            .anyMatch(
                endpoint -> endpoint != Endpoint.H2 || Cells.supports(client, Capability.HTTP_2)))
        .filter(client ->
            behaviour.needs().stream().anyMatch(capability -> !Cells.supports(client, capability)))
        .map(client -> "`" + client + "`")
        .collect(Collectors.joining(", "));
  }
}
