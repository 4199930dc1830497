package dev.poolmark.clients.apache;

import dev.poolmark.clients.spi.Exchange;
import java.io.IOException;
import java.io.OutputStream;
import org.apache.hc.core5.http.ContentType;
import org.apache.hc.core5.http.io.entity.ByteArrayEntity;
import org.apache.hc.core5.http.io.entity.HttpEntityWrapper;
import org.jspecify.annotations.Nullable;

/** A request's body, written in pieces, so that the core sees the progress. For one exchange. */
final class RequestEntity extends HttpEntityWrapper {
  private static final int PIECE_BYTES = 16 * 1024;
  private static final @Nullable ContentType AS_THE_CALLER_SAYS = null;

  private final byte[] bytes;
  private final Exchange exchange;

  RequestEntity(byte[] bytes, Exchange exchange) {
    super(new ByteArrayEntity(bytes, AS_THE_CALLER_SAYS));
    this.bytes = bytes;
    this.exchange = exchange;
  }

  @Override
  public void writeTo(OutputStream out) throws IOException {
    for (int from = 0; from < bytes.length; from += PIECE_BYTES) {
      exchange.progress();
      out.write(bytes, from, Math.min(PIECE_BYTES, bytes.length - from));
    }
    exchange.progress();
    out.flush();
    exchange.receiving();
  }
}
