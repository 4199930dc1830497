package dev.poolmark.clients.contract;

import static dev.poolmark.clients.contract.Script.answerWithTarget;
import static dev.poolmark.clients.contract.Script.mark;
import static dev.poolmark.clients.contract.Script.pause;
import static dev.poolmark.clients.contract.Script.readHead;
import static dev.poolmark.clients.contract.Script.repeat;
import static dev.poolmark.clients.contract.Script.send;
import static org.assertj.core.api.Assertions.assertThat;

import dev.poolmark.clients.CallException;
import dev.poolmark.clients.Clients;
import dev.poolmark.clients.CloseReason;
import dev.poolmark.clients.PooledHttpClient;
import dev.poolmark.clients.Request;
import dev.poolmark.clients.Response;
import dev.poolmark.clients.spi.Capability;
import java.time.Duration;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Bytes that no call asked for reach none, and their connection takes no further call (RFC 9112, section 9.2). */
@Timeout(60)
@Execution(ExecutionMode.CONCURRENT)
final class UnaskedBytesTest extends Contract {
  private static final String RESPONSE = "HTTP/1.1 200 OK\nContent-Length: 7\n\nunasked";
  private static final String PART = "HTTP/1.1 299 -\nX-Unasked: ";
  private static final int CALLS_MADE = 3;

  /** The responses to calls have one header field, and the target as their body. */
  private static final String ASKED_FOR = "1/11/21/3";

  private static final Duration LATER = Duration.ofMillis(20);

  private static final Map<String, Script> RESPONSES = Map.of(
      "a second response at once", atOnce(RESPONSE), "a second response later", later(RESPONSE));
  private static final Map<String, Script> BYTES = Map.of(
      "part of a response at once", atOnce(PART),
      "part of a response later", later(PART),
      "a byte later", later("x"),
      "an empty line later", later("\n"));

  private static Script atOnce(String bytes) {
    return Script.of(repeat(readHead(), answerWithTarget(bytes), mark()));
  }

  private static Script later(String bytes) {
    return Script.of(repeat(readHead(), answerWithTarget(""), pause(LATER), send(bytes), mark()));
  }

  static Stream<Arguments> responses() {
    return cells(RESPONSES);
  }

  static Stream<Arguments> all() {
    return Stream.concat(cells(RESPONSES), cells(BYTES));
  }

  private static Stream<Arguments> cells(Map<String, Script> scripts) {
    return scripts.entrySet().stream()
        .flatMap(script -> Cells.over(Endpoint.PLAIN, Endpoint.TLS)
            .map(cell -> Arguments.of(
                cell.get()[0], cell.get()[1], Named.of(script.getKey(), script.getValue()))));
  }

  @ParameterizedTest(name = "{0} over {1}: {2} is no call''s", quoteTextArguments = false)
  @MethodSource("responses")
  void aResponseThatNoCallAskedForReachesNone(String name, Endpoint endpoint, Script script)
      throws Exception {
    RawServer server = raw(endpoint, script);
    assertThat(call(server, client(name, endpoint.config()))).isEqualTo(ASKED_FOR);
  }

  /** A client that does not notice all of them is tried too, so that its row in the README stays true. */
  @ParameterizedTest(name = "{0} over {1}: closes after {2}", quoteTextArguments = false)
  @MethodSource("all")
  void bytesThatNoCallAskedForEndTheirConnection(String name, Endpoint endpoint, Script script)
      throws Exception {
    assumeSupport(name, Capability.CLOSE_AFTER_UNASKED_BYTES);
    RawServer server = raw(endpoint, script);
    PooledHttpClient client = client(name, endpoint.config());
    assertThat(call(server, client)).isEqualTo(ASKED_FOR);
    assertThat(server.connections()).as("each call has its own").isEqualTo(CALLS_MADE);
    Map<CloseReason, Long> closedFor = connections(client).closedFor();
    assertThat(closedFor).containsKey(CloseReason.UNASKED_BYTES);
  }

  @Promise({Endpoint.PLAIN, Endpoint.TLS})
  void aClientThatDoesNotNoticeThemSaysSo(String name, Endpoint endpoint) throws Exception {
    boolean noticesAll = true;
    for (Script script : BYTES.values()) {
      RawServer server = raw(endpoint, script);
      noticesAll &= call(server, client(name, endpoint.config())).equals(ASKED_FOR)
          && server.connections() == CALLS_MADE;
    }
    assertThat(noticesAll).isEqualTo(Cells.supports(name, Capability.CLOSE_AFTER_UNASKED_BYTES));
  }

  /** Makes calls, each when the server has sent what nobody asked for; returns what they got. */
  private static String call(RawServer server, PooledHttpClient client) throws Exception {
    StringBuilder got = new StringBuilder();
    for (int i = 1; i <= CALLS_MADE; i++) {
      try {
        Response response = client.execute(Request.get(server.uri().resolve("/" + i)));
        got.append(response.headers().size()).append(response.bodyAsString());
      } catch (CallException e) {
        return got.append(e).toString();
      }
      int sent = i;
      Clients.eventually("the bytes are sent", () -> server.marks() >= sent);
      Thread.sleep(5 * LATER.toMillis()); // until they have come, which no client has to tell
    }
    return got.toString();
  }
}
