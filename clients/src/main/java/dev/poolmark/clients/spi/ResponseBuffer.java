package dev.poolmark.clients.spi;

import dev.poolmark.clients.Headers;
import dev.poolmark.clients.Response;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Collects a response; each byte is copied once if the server says how many there are. For one thread at a time. */
final class ResponseBuffer {
  /** What is believed of an announced length before bytes have come. */
  private static final int MAX_RESERVED_BYTES = 1 << 20;

  private static final int UNKNOWN_LENGTH_BYTES = 4096;
  private static final byte[] NONE = {};

  private int status;
  private @Nullable Headers headers;
  private int expected;
  private byte[] bytes = NONE;
  private int length;

  void head(int status, Headers headers, long contentLength) {
    this.status = status;
    this.headers = headers;
    this.expected = (int) Math.max(0, Math.min(contentLength, MAX_RESERVED_BYTES));
  }

  boolean hasHead() {
    return headers != null;
  }

  void add(ByteBuffer piece) {
    int count = piece.remaining();
    reserve(count);
    piece.get(bytes, length, count);
    length += count;
  }

  void add(byte[] piece) {
    if (length == 0) {
      bytes = piece;
    } else {
      reserve(piece.length);
      System.arraycopy(piece, 0, bytes, length, piece.length);
    }
    length += piece.length;
  }

  /** Reads what the stream has now; false at its end. */
  boolean readFrom(InputStream in) throws IOException {
    if (length == bytes.length && length > 0 && length == expected) {
      int next = in.read(); // most often the end, for which no space is needed
      if (next >= 0) {
        reserve(1);
        bytes[length++] = (byte) next;
      }
      return next >= 0;
    }
    if (length == bytes.length) {
      reserve(expected > length ? expected - length : UNKNOWN_LENGTH_BYTES);
    }
    int count = in.read(bytes, length, bytes.length - length);
    length += Math.max(0, count);
    return count >= 0;
  }

  private void reserve(int count) {
    int needed = Math.addExact(length, count);
    if (needed > bytes.length) {
      bytes = Arrays.copyOf(bytes, Math.max(needed, Math.max(expected, 2 * length)));
    }
  }

  Response whole() {
    if (headers == null) {
      throw new IllegalStateException("the transport has told of no response");
    }
    return new Response(
        status, headers, length == bytes.length ? bytes : Arrays.copyOf(bytes, length));
  }
}
