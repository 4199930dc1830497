package dev.poolmark.clients.apache;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import org.apache.hc.core5.http.ContentType;
import org.apache.hc.core5.http.io.entity.AbstractHttpEntity;
import org.jspecify.annotations.Nullable;

/** A request's body that is written in pieces, so that the watch sees whether the writing goes on. */
final class WatchedBody extends AbstractHttpEntity {
  private static final int PIECE_BYTES = 16 * 1024;
  private static final @Nullable ContentType AS_THE_CALLER_SAYS = null;

  private final byte[] bytes;
  private final WatchedCall call;

  WatchedBody(byte[] bytes, WatchedCall call) {
    super(AS_THE_CALLER_SAYS, null);
    this.bytes = bytes;
    this.call = call;
  }

  @Override
  public void writeTo(OutputStream out) throws IOException {
    for (int from = 0; from < bytes.length; from += PIECE_BYTES) {
      call.writeBegins();
      out.write(bytes, from, Math.min(PIECE_BYTES, bytes.length - from));
    }
    call.writeBegins();
    out.flush();
    call.writeEnds();
  }

  @Override
  public boolean isRepeatable() {
    return true;
  }

  @Override
  public boolean isStreaming() {
    return false;
  }

  @Override
  public long getContentLength() {
    return bytes.length;
  }

  @Override
  public InputStream getContent() {
    return new ByteArrayInputStream(bytes);
  }

  @Override
  public void close() {}
}
