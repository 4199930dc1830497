package dev.poolmark.clients.contract;

import static dev.poolmark.clients.contract.Script.close;
import static dev.poolmark.clients.contract.Script.insteadOfTls;
import static dev.poolmark.clients.contract.Script.readHead;
import static dev.poolmark.clients.contract.Script.send;

import dev.poolmark.clients.Failure;
import java.util.List;

/**
 * What a server does wrong, and why its calls fail then, in every client.
 *
 * @param label what the server does, as in a test's display name
 * @param failure what the caller sees
 */
record Misbehaviour(String label, Script script, Failure failure) {
  private static final String PART_OF_A_RESPONSE =
      "HTTP/1.1 200 OK\nContent-Length: 1000\n\nonly a part";

  /** A new case is one element. */
  static final List<Misbehaviour> ALL = List.of(
      new Misbehaviour("closes at once", Script.of(close()), Failure.CONNECTION_CLOSED),
      new Misbehaviour(
          "closes in the TLS handshake", insteadOfTls(close()), Failure.CONNECTION_CLOSED),
      new Misbehaviour(
          "reads a request and closes", Script.of(readHead(), close()), Failure.CONNECTION_CLOSED),
      new Misbehaviour(
          "closes in the middle of a body",
          Script.of(readHead(), send(PART_OF_A_RESPONSE), close()),
          Failure.CONNECTION_CLOSED),
      new Misbehaviour("never answers", Script.of(), Failure.READ_TIMEOUT),
      new Misbehaviour("never answers in the TLS handshake", insteadOfTls(), Failure.READ_TIMEOUT),
      new Misbehaviour(
          "stalls in the middle of a body",
          Script.of(readHead(), send(PART_OF_A_RESPONSE)),
          Failure.READ_TIMEOUT));

  /** The endpoints on which a server can do this. */
  List<Endpoint> endpoints() {
    return script.beforeTls() ? List.of(Endpoint.TLS) : List.of(Endpoint.PLAIN, Endpoint.TLS);
  }

  @Override
  public String toString() {
    return label;
  }
}
