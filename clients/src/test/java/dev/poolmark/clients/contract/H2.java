package dev.poolmark.clients.contract;

import dev.poolmark.clients.contract.Script.Step;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** The steps of a server that speaks HTTP/2 by hand, frame by frame (RFC 9113). Stateless. */
final class H2 {
  static final int NO_ERROR = 0;
  static final int INTERNAL_ERROR = 2;
  static final int REFUSED_STREAM = 7;
  static final int CANCEL = 8;

  static final int MAX_CONCURRENT_STREAMS = 3;
  static final int INITIAL_WINDOW_SIZE = 4;

  /** A stream that no client opens by itself: for GOAWAY, the last that counts. */
  static final int ALL_STREAMS = Integer.MAX_VALUE;

  private static final int DATA = 0;
  private static final int HEADERS = 1;
  private static final int RST_STREAM = 3;
  private static final int SETTINGS = 4;
  private static final int PING = 6;
  private static final int GOAWAY = 7;
  private static final int WINDOW_UPDATE = 8;

  private static final int END_STREAM = 1;
  private static final int ACK = 1;
  private static final int END_HEADERS = 4;

  private static final int PREFACE_BYTES = 24;
  private static final int STATUS_NAME = 8; // in HPACK's static table (RFC 7541, appendix A)

  private H2() {}

  /** Reads the client's preface, and sends the server's: its settings, as alternating names and values. */
  static Step open(int... settings) {
    return connection -> {
      connection.readNBytes(PREFACE_BYTES);
      settings(settings).run(connection);
    };
  }

  static Step settings(int... settings) {
    ByteBuffer payload = ByteBuffer.allocate(settings.length / 2 * 6);
    for (int i = 0; i < settings.length; i += 2) {
      payload.putShort((short) settings[i]).putInt(settings[i + 1]);
    }
    return frame(SETTINGS, 0, 0, payload.array());
  }

  /** Reads up to the end of the next request's head, which becomes the current stream. */
  static Step readHead() {
    return connection -> {
      while (readFrame(connection) != HEADERS) {
        // what comes before it
      }
    };
  }

  /** Reads a request to its end. */
  static Step readRequest() {
    return connection -> {
      readHead().run(connection);
      readRest().run(connection);
    };
  }

  /** Reads what is left of the current request. */
  static Step readRest() {
    return connection -> {
      while (!connection.isRequestWhole()) {
        readFrame(connection);
      }
    };
  }

  /**
   * Reads that many whole requests, which may come mingled, makes the last of them the current one for a step, and then
   * answers each.
   */
  static Step answerTogether(int requests, Step before, Step answer) {
    return connection -> {
      List<Integer> streams = new ArrayList<>();
      while (streams.size() < requests) {
        int type = readFrame(connection);
        if ((type == HEADERS || type == DATA) && connection.isRequestWhole()) {
          streams.add(connection.stream());
        }
      }
      connection.setStream(Collections.max(streams), true);
      before.run(connection);
      for (int stream : streams) {
        connection.setStream(stream, true);
        answer.run(connection);
      }
    };
  }

  /** Asks whether the client is still there. */
  static Step ping() {
    return frame(PING, 0, 0, new byte[8]);
  }

  /** Reads a frame and answers it if it has to be; returns its type. */
  private static int readFrame(RawConnection connection) throws IOException {
    ByteBuffer head = ByteBuffer.wrap(connection.readNBytes(9));
    int length = head.get() << 16 | Short.toUnsignedInt(head.getShort());
    int type = head.get();
    int flags = head.get();
    int stream = head.getInt();
    byte[] payload = connection.readNBytes(length);
    if (type == SETTINGS && (flags & ACK) == 0) {
      frame(SETTINGS, ACK, 0).run(connection);
    } else if (type == PING && (flags & ACK) == 0) {
      frame(PING, ACK, 0, payload).run(connection);
    } else if (type == HEADERS || type == DATA) {
      connection.setStream(stream, (flags & END_STREAM) != 0);
    }
    return type;
  }

  /** The head of the current stream's response: the status, then alternating names and values. */
  static Step head(String status, String... namesAndValues) {
    return frame(HEADERS, END_HEADERS, headerBlock(status, namesAndValues));
  }

  /** The whole response of the current stream. */
  static Step answer(String status, String body) {
    return connection -> {
      head(status, "content-length", String.valueOf(body.length())).run(connection);
      lastData(body).run(connection);
    };
  }

  static Step data(String text) {
    return frame(DATA, 0, text.getBytes(StandardCharsets.ISO_8859_1));
  }

  static Step lastData(String text) {
    return frame(DATA, END_STREAM, text.getBytes(StandardCharsets.ISO_8859_1));
  }

  /** Ends the current stream at once. */
  static Step reset(int error) {
    return frame(RST_STREAM, 0, ByteBuffer.allocate(4).putInt(error).array());
  }

  /** Takes no more streams; what comes after that one was not processed. */
  static Step goAway(int lastStream, int error) {
    return frame(
        GOAWAY, 0, 0, ByteBuffer.allocate(8).putInt(lastStream).putInt(error).array());
  }

  /** Lets the client send more, on the connection and on the current stream. */
  static Step allow(int bytes) {
    byte[] increment = ByteBuffer.allocate(4).putInt(bytes).array();
    return connection -> {
      frame(WINDOW_UPDATE, 0, 0, increment).run(connection);
      frame(WINDOW_UPDATE, 0, increment).run(connection);
    };
  }

  /** A frame of the current stream. */
  static Step frame(int type, int flags, byte[] payload) {
    return connection -> frame(type, flags, connection.stream(), payload).run(connection);
  }

  /** A frame of that stream. */
  static Step frame(int type, int flags, int stream, byte... payload) {
    ByteBuffer frame = ByteBuffer.allocate(9 + payload.length)
        .put((byte) (payload.length >> 16))
        .putShort((short) payload.length)
        .put((byte) type)
        .put((byte) flags)
        .putInt(stream)
        .put(payload);
    return Script.send(frame.array());
  }

  /** As literals without indexing, which every decoder takes (RFC 7541, section 6.2.2). */
  private static byte[] headerBlock(String status, String... namesAndValues) {
    ByteArrayOutputStream block = new ByteArrayOutputStream();
    block.write(STATUS_NAME);
    write(block, status);
    for (int i = 0; i < namesAndValues.length; i += 2) {
      block.write(0);
      write(block, namesAndValues[i]);
      write(block, namesAndValues[i + 1]);
    }
    return block.toByteArray();
  }

  /** A string that is shorter than 127 bytes. */
  private static void write(ByteArrayOutputStream block, String text) {
    block.write(text.length());
    block.writeBytes(text.getBytes(StandardCharsets.ISO_8859_1));
  }
}
