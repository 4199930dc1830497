package dev.poolmark.clients.spi;

import dev.poolmark.clients.ClientConfig;
import dev.poolmark.clients.Headers;
import dev.poolmark.clients.Request;
import dev.poolmark.clients.Response;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.ProtocolException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Collects a response within its limits; each byte is copied once if the server says how many there are. For one thread
 * at a time.
 */
final class ResponseBuffer {
  /** What is believed of an announced length before bytes have come. */
  private static final int MAX_RESERVED_BYTES = 1 << 20;

  private static final int UNKNOWN_LENGTH_BYTES = 4096;

  /** Of {@code ": "} and CR LF. */
  private static final int FIELD_OVERHEAD_BYTES = 4;

  /** What a field counts at least, because each takes memory. */
  private static final int MIN_FIELD_BYTES = 64;

  private static final int MIN_STATUS = 200;
  private static final int NO_CONTENT = 204;
  private static final int NOT_MODIFIED = 304;
  private static final int TOO_MANY_REQUESTS = 429;
  /** The lowest status by which a server says that it has failed. */
  static final int SERVER_ERROR = 500;

  private static final byte[] NONE = {};

  private final Request request;
  private final ClientConfig config;
  private int status;
  private @Nullable Headers headers;
  private long announced;
  private byte[] bytes = NONE;
  private int length;

  ResponseBuffer(Request request, ClientConfig config) {
    this.request = request;
    this.config = config;
  }

  /**
   * The final response begins.
   *
   * @throws IOException if it is none
   * @throws TooLargeException if it is larger than allowed, as far as can be seen
   */
  void head(int status, Headers headers) throws IOException {
    if (status < MIN_STATUS) {
      throw new ProtocolException("the final response has status " + status);
    }
    long headerBytes = 0;
    for (int i = 0; i < headers.size(); i++) {
      int fieldBytes = headers.name(i).length() + headers.value(i).length() + FIELD_OVERHEAD_BYTES;
      headerBytes += Math.max(MIN_FIELD_BYTES, fieldBytes);
    }
    if (headerBytes > config.maxResponseHeaderBytes()) {
      throw new TooLargeException("the response's header fields have " + headerBytes
          + " bytes, more than maxResponseHeaderBytes of " + config.maxResponseHeaderBytes());
    }
    this.status = status;
    this.headers = headers;
    this.announced = announced(status, headers);
    check(announced);
  }

  /** How many bytes the body is to have; -1 if the head does not say (RFC 9112, section 6.3). */
  private long announced(int status, Headers headers) throws ProtocolException {
    if (request.method().equals("HEAD") || status == NO_CONTENT || status == NOT_MODIFIED) {
      return 0;
    }
    long length = -1;
    for (int i = 0; i < headers.size(); i++) {
      String name = headers.name(i);
      if (name.equalsIgnoreCase("Transfer-Encoding")) {
        return -1;
      }
      if (name.equalsIgnoreCase("Content-Length")) {
        length = length(headers.value(i), length);
      }
    }
    return length;
  }

  /** A server may repeat the length, in fields of its own or in one, but must not change it. */
  private static long length(String value, long before) throws ProtocolException {
    long length = before;
    int end = -1;
    do {
      int begin = end + 1;
      end = value.indexOf(',', begin);
      try {
        String text = value.substring(begin, end < 0 ? value.length() : end);
        long found = Long.parseUnsignedLong(text.strip());
        if (found < 0 || (length >= 0 && length != found)) {
          throw new NumberFormatException();
        }
        length = found;
      } catch (NumberFormatException e) {
        throw new ProtocolException("Content-Length must be one number: " + value);
      }
    } while (end >= 0);
    return length;
  }

  private void check(long bytes) throws TooLargeException {
    if (bytes > config.maxResponseBytes()) {
      throw new TooLargeException("the response's body has " + bytes
          + " bytes, or more, and maxResponseBytes is " + config.maxResponseBytes());
    }
  }

  /** Whether a body may follow the head. */
  boolean hasBody() {
    return announced != 0;
  }

  boolean hasHead() {
    return headers != null;
  }

  /** Whether the status is neither an error of the server's own nor says that it has too many requests. */
  boolean isServed() {
    return hasHead() && status < SERVER_ERROR && status != TOO_MANY_REQUESTS;
  }

  void add(ByteBuffer piece) throws IOException {
    int count = piece.remaining();
    reserve(count);
    piece.get(bytes, length, count);
    length += count;
  }

  void add(byte[] piece) throws IOException {
    if (length == 0) {
      check(piece.length);
      bytes = piece;
    } else {
      reserve(piece.length);
      System.arraycopy(piece, 0, bytes, length, piece.length);
    }
    length += piece.length;
  }

  /** Reads what the stream has now; false at its end. */
  boolean readFrom(InputStream in) throws IOException {
    if (length == bytes.length) {
      int allowed = config.maxResponseBytes() - length;
      if (allowed == 0 || length == announced) {
        int next = in.read(); // most often the end, for which no space is needed
        if (next >= 0) {
          reserve(1);
          bytes[length++] = (byte) next;
        }
        return next >= 0;
      }
      long missing = announced > length ? announced - length : UNKNOWN_LENGTH_BYTES;
      reserve((int) Math.min(allowed, Math.min(missing, MAX_RESERVED_BYTES)));
    }
    int count = in.read(bytes, length, bytes.length - length);
    length += Math.max(0, count);
    return count >= 0;
  }

  private void reserve(int count) throws TooLargeException {
    long needed = (long) length + count;
    check(needed);
    if (needed > bytes.length) {
      long sensible = Math.max(Math.min(announced, MAX_RESERVED_BYTES), 2L * length);
      bytes = Arrays.copyOf(
          bytes, (int) Math.max(needed, Math.min(sensible, config.maxResponseBytes())));
    }
  }

  /**
   * The response, which is over.
   *
   * @throws IOException if it is not what its head has announced
   */
  Response whole() throws IOException {
    if (headers == null) {
      throw new IllegalStateException("the transport has told of no response");
    }
    if (announced >= 0 && length != announced) {
      String found = "the body has " + length + " bytes instead of " + announced;
      throw length < announced ? new EOFException(found) : new ProtocolException(found);
    }
    return new Response(
        status, headers, length == bytes.length ? bytes : Arrays.copyOf(bytes, length));
  }

  /** A response has more bytes than the config allows. */
  static final class TooLargeException extends IOException {
    private static final long serialVersionUID = 1;

    TooLargeException(String message) {
      super(message);
    }
  }
}
