package dev.poolmark.clients.apacheasync;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Set;
import org.apache.hc.core5.http.nio.AsyncEntityProducer;
import org.apache.hc.core5.http.nio.DataStreamChannel;
import org.jspecify.annotations.Nullable;

/** A request's body that is written in pieces, and tells the attempt that the writing goes on. For one attempt. */
final class WatchedBody implements AsyncEntityProducer {
  /** The JDK copies what is left of an array each time that it writes some of it. */
  private static final int PIECE_BYTES = 64 * 1024;

  private final ByteBuffer bytes;
  private final Attempt attempt;

  WatchedBody(byte[] bytes, Attempt attempt) {
    this.bytes = ByteBuffer.wrap(bytes);
    this.attempt = attempt;
  }

  @Override
  public int available() {
    return Math.max(1, bytes.remaining()); // even an empty one has to end
  }

  @Override
  public void produce(DataStreamChannel channel) throws IOException {
    while (bytes.hasRemaining()) {
      int end = bytes.limit();
      bytes.limit(Math.min(end, bytes.position() + PIECE_BYTES));
      int written = channel.write(bytes);
      boolean whole = !bytes.hasRemaining();
      bytes.limit(end);
      if (written > 0) {
        attempt.wrote();
      }
      if (!whole) {
        channel.requestOutput();
        return;
      }
    }
    attempt.writtenWhole();
    channel.endStream(null);
  }

  @Override
  public boolean isRepeatable() {
    return false;
  }

  @Override
  public long getContentLength() {
    return bytes.capacity();
  }

  @Override
  public @Nullable String getContentType() {
    return null; // as the caller says
  }

  @Override
  public @Nullable String getContentEncoding() {
    return null;
  }

  @Override
  public boolean isChunked() {
    return false;
  }

  @Override
  public Set<String> getTrailerNames() {
    return Set.of();
  }

  @Override
  public void failed(Exception cause) {}

  @Override
  public void releaseResources() {}
}
