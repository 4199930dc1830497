package dev.poolmark.clients.contract;

import static dev.poolmark.clients.Failure.CONNECTION_CLOSED;
import static dev.poolmark.clients.Failure.OTHER;
import static dev.poolmark.clients.Failure.READ_TIMEOUT;
import static dev.poolmark.clients.Failure.RESPONSE_TOO_LARGE;
import static dev.poolmark.clients.contract.H2.answer;
import static dev.poolmark.clients.contract.H2.data;
import static dev.poolmark.clients.contract.H2.goAway;
import static dev.poolmark.clients.contract.H2.head;
import static dev.poolmark.clients.contract.H2.lastData;
import static dev.poolmark.clients.contract.H2.open;
import static dev.poolmark.clients.contract.H2.readRequest;
import static dev.poolmark.clients.contract.Script.close;
import static dev.poolmark.clients.contract.Script.pause;
import static dev.poolmark.clients.contract.Script.repeat;
import static dev.poolmark.clients.contract.ServerBehaviour.overHttp2;
import static dev.poolmark.clients.spi.Capability.AGAIN_AFTER_GOAWAY;
import static dev.poolmark.clients.spi.Capability.UNKNOWN_FRAMES;
import static dev.poolmark.clients.spi.Capability.WRONG_LENGTH;

import dev.poolmark.clients.contract.Script.Step;
import java.time.Duration;
import java.util.List;

/** What servers do over HTTP/2. */
final class Http2Behaviours {
  private static final String SEEN_OK = "200 ok";
  private static final Step OK = answer("200", "ok");
  private static final Duration LATER = Duration.ofMillis(100);
  private static final int UNKNOWN_FRAME = 0x42;

  /** Answers every request. */
  private static final Script GOOD = answering(OK);

  /** A new case is one element. */
  static final List<ServerBehaviour> ALL = List.of(
      overHttp2("answers", SEEN_OK, GOOD),
      overHttp2("answers 103 first", SEEN_OK, answering(head("103", "link", "</a>"), OK)),
      overHttp2(
              "sends frames of an unknown type",
              SEEN_OK,
              answering(H2.frame(UNKNOWN_FRAME, 0, 0, (byte) 1), OK))
          .needing(UNKNOWN_FRAMES),
      overHttp2(
          "answers and resets the stream without an error",
          SEEN_OK,
          answering(OK, H2.reset(H2.NO_ERROR))),
      overHttp2(
          "allows streams only after a while",
          SEEN_OK,
          Script.of(
              open(H2.MAX_CONCURRENT_STREAMS, 0),
              pause(LATER),
              H2.settings(H2.MAX_CONCURRENT_STREAMS, 100),
              repeat(readRequest(), OK)),
          GOOD),
      // Connections and streams that end
      overHttp2(
          "closes instead of an answer",
          CONNECTION_CLOSED.name(),
          Script.of(open(), readRequest(), close())),
      overHttp2(
          "closes in a body",
          CONNECTION_CLOSED.name(),
          Script.of(open(), readRequest(), head("200"), data("ok"), close())),
      overHttp2(
          "resets each stream", CONNECTION_CLOSED.name(), answering(H2.reset(H2.INTERNAL_ERROR))),
      overHttp2(
          "resets each stream in its body",
          CONNECTION_CLOSED.name(),
          answering(head("200"), data("ok"), H2.reset(H2.CANCEL))),
      overHttp2(
          "refuses each stream", CONNECTION_CLOSED.name(), answering(H2.reset(H2.REFUSED_STREAM))),
      overHttp2(
          "refuses a stream and answers the next",
          SEEN_OK,
          Script.of(open(), repeat(readRequest(), H2.reset(H2.REFUSED_STREAM), readRequest(), OK)),
          GOOD),
      overHttp2(
          "gives its connections up and answers what came before",
          SEEN_OK,
          Script.of(open(), readRequest(), goAway(H2.ALL_STREAMS, H2.NO_ERROR), pause(LATER), OK)),
      overHttp2(
              "gives a connection up without an answer",
              SEEN_OK,
              Script.of(
                  open(),
                  readRequest(),
                  goAway(0, H2.NO_ERROR),
                  pause(LATER.multipliedBy(10)),
                  close()),
              GOOD)
          .needing(AGAIN_AFTER_GOAWAY),
      // Wrong lengths and malformed heads
      overHttp2(
              "sends 2 bytes of 10 announced",
              CONNECTION_CLOSED.name(),
              answering(head("200", "content-length", "10"), lastData("ok")))
          .needing(WRONG_LENGTH),
      overHttp2(
          "sends a status that is no number", OTHER.name(), answering(head("OK"), lastData("ok"))),
      // Silence and limits
      overHttp2("never answers", READ_TIMEOUT.name(), Script.of(open(), repeat(readRequest()))),
      overHttp2(
          "never answers, but asks whether the client is there",
          READ_TIMEOUT.name(),
          Script.of(open(), readRequest(), repeat(H2.ping(), pause(LATER.dividedBy(4))))),
      overHttp2(
          "stalls in a body",
          READ_TIMEOUT.name(),
          Script.of(open(), repeat(readRequest(), head("200"), data("ok")))),
      overHttp2(
          "announces 300 MB",
          RESPONSE_TOO_LARGE.name(),
          answering(head("200", "content-length", "300000000"), data("ok"))));

  private Http2Behaviours() {}

  private static Script answering(Step... answer) {
    Step[] steps = new Step[answer.length + 1];
    steps[0] = readRequest();
    System.arraycopy(answer, 0, steps, 1, answer.length);
    return Script.of(open(), repeat(steps));
  }
}
