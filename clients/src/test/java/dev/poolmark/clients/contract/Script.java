package dev.poolmark.clients.contract;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;

/**
 * What a {@link RawServer} does on each connection, step by step. After the last step it reads and drops whatever comes,
 * until the client closes.
 *
 * @param beforeTls whether the steps replace the TLS handshake; otherwise they follow it, if the endpoint has one
 */
record Script(boolean beforeTls, List<Step> steps) {
  /** One thing that a server does. Ends the script if it throws, as when the client has closed. */
  interface Step {
    void run(RawConnection connection) throws IOException;
  }

  static Script of(Step... steps) {
    return new Script(false, List.of(steps));
  }

  /** No handshake takes place: with no steps at all, the server is silent in it. */
  static Script insteadOfTls(Step... steps) {
    return new Script(true, List.of(steps));
  }

  /** Answers every request, of which it reads the head only, with this text; its lines may end in LF alone. */
  static Script answering(String text) {
    return of(repeat(readHead(), send(text)));
  }

  void run(RawConnection connection) throws IOException {
    for (Step step : steps) {
      step.run(connection);
    }
  }

  /** Reads up to the end of a request's head, and keeps it for {@link RawServer#heads()}. */
  static Step readHead() {
    return RawConnection::readHead;
  }

  /** Reads nothing more, until the server is closed. */
  static Step readNothing() {
    return RawConnection::awaitClose;
  }

  /** Sends this text; its lines may end in LF alone. */
  static Step send(String text) {
    String crlf = text.replace("\r", "").replace("\n", "\r\n");
    return send(crlf.getBytes(StandardCharsets.ISO_8859_1));
  }

  static Step send(byte[] bytes) {
    return connection -> connection.send(bytes);
  }

  /** Answers the request whose head was read last with its own target as the body, and then these bytes, in one write. */
  static Step answerWithTarget(String then) {
    return connection -> {
      String target = connection.lastTarget();
      send("HTTP/1.1 200 OK\nContent-Length: " + target.length() + "\n\n" + target + then)
          .run(connection);
    };
  }

  /** Lets a test wait until the script has come here: {@link RawServer#marks()}. */
  static Step mark() {
    return RawConnection::mark;
  }

  static Step pause(Duration time) {
    return connection -> connection.pause(time);
  }

  /** Closes with FIN, over TLS after a close_notify. */
  static Step close() {
    return RawConnection::close;
  }

  /** Closes with FIN, over TLS without a close_notify. */
  static Step closeAbruptly() {
    return RawConnection::closeAbruptly;
  }

  /** Closes with RST. */
  static Step reset() {
    return RawConnection::reset;
  }

  /** Repeats the steps for as long as the connection lives. */
  static Step repeat(Step... steps) {
    Script repeated = of(steps);
    return connection -> {
      while (!connection.isClosed()) {
        repeated.run(connection);
      }
    };
  }
}
