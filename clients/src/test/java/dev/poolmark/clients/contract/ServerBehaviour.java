package dev.poolmark.clients.contract;

import static dev.poolmark.clients.contract.Script.readHead;
import static dev.poolmark.clients.contract.Script.send;

import dev.poolmark.clients.Failure;
import dev.poolmark.clients.spi.Capability;
import java.util.List;
import java.util.stream.Stream;

/**
 * What a server does, and what the caller of every client sees of it.
 *
 * @param label what the server does, as in a test's display name and in the README's table
 * @param scripts one for each connection, the last one for all further ones
 * @param seen the failure's name, or the status and the body of the response
 * @param endpoints on which a server can do this
 * @param needs what a client has to be capable of to show it, and nothing left of it
 */
record ServerBehaviour(
    String label,
    List<Script> scripts,
    String seen,
    List<Endpoint> endpoints,
    List<Capability> needs) {
  /** All of both protocols. */
  static List<ServerBehaviour> all() {
    return Stream.concat(Http1Behaviours.ALL.stream(), Http2Behaviours.ALL.stream())
        .toList();
  }

  static ServerBehaviour answers(String label, String text, String seen) {
    return on(label, Script.answering(text), seen);
  }

  static ServerBehaviour ends(String label, String text, Script.Step end, String seen) {
    return on(label, Script.of(readHead(), send(text), end), seen);
  }

  static ServerBehaviour fails(String label, Script script, Failure failure) {
    return on(label, script, failure.name());
  }

  private static ServerBehaviour on(String label, Script script, String seen) {
    return new ServerBehaviour(
        label,
        List.of(script),
        seen,
        script.beforeTls() ? List.of(Endpoint.TLS) : List.of(Endpoint.PLAIN, Endpoint.TLS),
        List.of());
  }

  /** Over HTTP/2, on each connection that a client opens the next script. */
  static ServerBehaviour overHttp2(String label, String seen, Script... scripts) {
    return new ServerBehaviour(label, List.of(scripts), seen, List.of(Endpoint.H2), List.of());
  }

  ServerBehaviour overTlsOnly() {
    return new ServerBehaviour(label, scripts, seen, List.of(Endpoint.TLS), needs);
  }

  ServerBehaviour needing(Capability... capabilities) {
    return new ServerBehaviour(label, scripts, seen, endpoints, List.of(capabilities));
  }

  boolean isFailure() {
    return Stream.of(Failure.values()).anyMatch(failure -> failure.name().equals(seen));
  }

  @Override
  public String toString() {
    return label;
  }
}
