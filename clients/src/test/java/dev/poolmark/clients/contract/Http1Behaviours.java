package dev.poolmark.clients.contract;

import static dev.poolmark.clients.Failure.CONNECTION_CLOSED;
import static dev.poolmark.clients.Failure.OTHER;
import static dev.poolmark.clients.Failure.READ_TIMEOUT;
import static dev.poolmark.clients.Failure.RESPONSE_TOO_LARGE;
import static dev.poolmark.clients.contract.Script.close;
import static dev.poolmark.clients.contract.Script.closeAbruptly;
import static dev.poolmark.clients.contract.Script.insteadOfTls;
import static dev.poolmark.clients.contract.Script.readHead;
import static dev.poolmark.clients.contract.Script.repeat;
import static dev.poolmark.clients.contract.Script.reset;
import static dev.poolmark.clients.contract.Script.send;
import static dev.poolmark.clients.contract.ServerBehaviour.answers;
import static dev.poolmark.clients.contract.ServerBehaviour.ends;
import static dev.poolmark.clients.contract.ServerBehaviour.fails;
import static dev.poolmark.clients.spi.Capability.CLOSE_AFTER_MALFORMED_HEAD;
import static dev.poolmark.clients.spi.Capability.END_IN_HEAD;
import static dev.poolmark.clients.spi.Capability.MALFORMED_CHUNK;

import java.util.List;

/** What servers do over HTTP/1.1, over TCP alone and over TLS. */
final class Http1Behaviours {
  private static final String OK = "HTTP/1.1 200 OK\nContent-Length: 2\n\nok";
  private static final String SEEN_OK = "200 ok";
  private static final String PART = "HTTP/1.1 200 OK\nContent-Length: 1000\n\nonly a part";
  private static final String CHUNKED = "HTTP/1.1 200 OK\nTransfer-Encoding: chunked\n\n";
  private static final String TO_THE_END = "HTTP/1.1 200 OK\n\nok";
  private static final String KIBIBYTE = "x".repeat(1024);

  /** A new case is one element. */
  static final List<ServerBehaviour> ALL = List.of(
      // Responses
      answers("answers 103 first", "HTTP/1.1 103 Early Hints\nLink: </a>\n\n" + OK, SEEN_OK),
      answers(
          "answers 100, 102 and 199 first, twice",
          "HTTP/1.1 100 Continue\n\nHTTP/1.1 102 Processing\n\nHTTP/1.1 199 -\n\n".repeat(2) + OK,
          SEEN_OK),
      answers("answers 204", "HTTP/1.1 204 No Content\n\n", "204"),
      answers("answers 204 with a length of 0", "HTTP/1.1 204 -\nContent-Length: 0\n\n", "204"),
      answers("answers 304 with a length", "HTTP/1.1 304 -\nContent-Length: 10\n\n", "304"),
      answers("redirects", "HTTP/1.1 302 -\nLocation: /other\nContent-Length: 2\n\nok", "302 ok"),
      answers(
          "demands authentication",
          "HTTP/1.1 401 -\nWWW-Authenticate: Basic realm=\"a\"\nContent-Length: 2\n\nok",
          "401 ok"),
      answers(
          "demands the authentication of a proxy",
          "HTTP/1.1 407 -\nProxy-Authenticate: Basic realm=\"a\"\nContent-Length: 2\n\nok",
          "407 ok"),
      answers(
          "answers 503 and asks for a long pause",
          "HTTP/1.1 503 -\nRetry-After: 99999999999999999999\nContent-Length: 2\n\nok",
          "503 ok"),
      answers("answers with an unknown status", OK.replace("200 OK", "299 -"), "299 ok"),
      answers("answers without a reason phrase", OK.replace("200 OK", "200 "), SEEN_OK),
      answers(
          "sends a header field of 9 KiB",
          OK.replace("\n\n", "\nX-Long: " + KIBIBYTE.repeat(9) + "\n\n"),
          SEEN_OK),
      answers(
          "sends 150 header fields",
          OK.replace("\n\n", "\nX-Many: 1".repeat(150) + "\n\n"),
          SEEN_OK),
      answers(
          "sends chunks with extensions and trailer fields",
          CHUNKED + "1;a=b\no\n1\nk\n0\nX-Trailer: 1\n\n",
          SEEN_OK),
      ends("sends a body up to the close", TO_THE_END, close(), SEEN_OK),
      // Connections that end
      fails("closes at once", Script.of(close()), CONNECTION_CLOSED),
      fails("closes in the TLS handshake", insteadOfTls(close()), CONNECTION_CLOSED),
      fails("reads a request and closes", Script.of(readHead(), close()), CONNECTION_CLOSED),
      fails("reads a request and resets", Script.of(readHead(), reset()), CONNECTION_CLOSED),
      ends("closes in the status line", "HTTP/1.1 20", close(), CONNECTION_CLOSED.name())
          .needing(END_IN_HEAD),
      ends(
              "closes in the head",
              "HTTP/1.1 200 OK\nContent-Length: 2\nX-",
              close(),
              CONNECTION_CLOSED.name())
          .needing(END_IN_HEAD),
      ends(
          "closes between header fields",
          "HTTP/1.1 200 OK\nContent-Length: 0\n",
          close(),
          CONNECTION_CLOSED.name()),
      ends("closes in a body", PART, close(), CONNECTION_CLOSED.name()),
      ends("resets in a body", PART, reset(), CONNECTION_CLOSED.name()),
      ends("closes in a chunk", CHUNKED + "5\nok", close(), CONNECTION_CLOSED.name()),
      ends("closes between chunks", CHUNKED + "2\nok\n", close(), CONNECTION_CLOSED.name()),
      ends("resets a body up to the close", TO_THE_END, reset(), CONNECTION_CLOSED.name()),
      ends("ends a body by a close without close_notify", TO_THE_END, closeAbruptly(), SEEN_OK)
          .overTlsOnly(),
      // Silence
      fails("never answers", Script.of(), READ_TIMEOUT),
      fails("never answers in the TLS handshake", insteadOfTls(), READ_TIMEOUT),
      fails("stalls in the head", Script.of(readHead(), send("HTTP/1.1 200 OK\nX-")), READ_TIMEOUT),
      fails("stalls in a body", Script.of(readHead(), send(PART)), READ_TIMEOUT),
      // What is not HTTP
      answers("speaks another protocol", "SSH-2.0-OpenSSH_9.9\n", OTHER.name())
          .needing(CLOSE_AFTER_MALFORMED_HEAD),
      answers("sends a status that is no number", "HTTP/1.1 OK\n\n", OTHER.name())
          .needing(CLOSE_AFTER_MALFORMED_HEAD),
      answers("switches protocols unasked", "HTTP/1.1 101 -\nUpgrade: a\n\n", OTHER.name()),
      answers("sends a length that is no number", OK.replace(": 2", ": two"), OTHER.name())
          .needing(CLOSE_AFTER_MALFORMED_HEAD),
      answers("sends two lengths", OK.replace(": 2", ": 2\nContent-Length: 3"), OTHER.name()),
      answers("sends a negative length", OK.replace(": 2", ": -2"), OTHER.name()),
      answers("sends a chunk size that is no number", CHUNKED + "two\nok\n", OTHER.name())
          .needing(MALFORMED_CHUNK),
      // Limits
      answers(
          "sends a head of 100 KiB",
          OK.replace("\n\n", ("\nX-Long: " + KIBIBYTE).repeat(100) + "\n\n"),
          RESPONSE_TOO_LARGE.name()),
      fails(
              "sends a head without end",
              Script.of(
                  readHead(),
                  send("HTTP/1.1 200 OK\n"),
                  repeat(send("X-Endless: " + KIBIBYTE + "\n"))),
              RESPONSE_TOO_LARGE)
          .needing(CLOSE_AFTER_MALFORMED_HEAD),
      fails(
              "sends a header field without end",
              Script.of(readHead(), send("HTTP/1.1 200 OK\nX-Endless: "), repeat(send(KIBIBYTE))),
              RESPONSE_TOO_LARGE)
          .needing(CLOSE_AFTER_MALFORMED_HEAD),
      answers(
          "announces 300 MB",
          "HTTP/1.1 200 OK\nContent-Length: 300000000\n\nok",
          RESPONSE_TOO_LARGE.name()),
      answers(
          "announces 2^31-1 bytes",
          "HTTP/1.1 200 OK\nContent-Length: 2147483647\n\nok",
          RESPONSE_TOO_LARGE.name()),
      fails(
          "sends chunks without end",
          Script.of(readHead(), send(CHUNKED), repeat(send("400\n" + KIBIBYTE + "\n"))),
          RESPONSE_TOO_LARGE),
      fails(
          "sends a body without end",
          Script.of(readHead(), send(TO_THE_END), repeat(send(KIBIBYTE))),
          RESPONSE_TOO_LARGE));

  private Http1Behaviours() {}
}
