package dev.poolmark.clients.apacheasync;

import java.nio.ByteBuffer;
import java.util.Arrays;

/** A response's body, each byte of it copied once if the server said how many there are. For one thread at a time. */
final class Body {
  /** What is believed of a Content-Length before bytes have come. */
  private static final long MOST_RESERVED_BYTES = 1 << 20;

  private byte[] bytes;
  private int length;

  /** An empty body that is expected to have so many bytes; less than none if that is unknown. */
  Body(long expectedBytes) {
    this.bytes = new byte[(int) Math.max(0, Math.min(expectedBytes, MOST_RESERVED_BYTES))];
  }

  void add(ByteBuffer piece) {
    int count = piece.remaining();
    if (count > bytes.length - length) {
      bytes = Arrays.copyOf(bytes, Math.max(Math.addExact(length, count), 2 * bytes.length));
    }
    piece.get(bytes, length, count);
    length += count;
  }

  byte[] bytes() {
    return length == bytes.length ? bytes : Arrays.copyOf(bytes, length);
  }
}
