package dev.poolmark.clients.spi;

import static org.assertj.core.api.Assertions.assertThat;

import dev.poolmark.clients.ClientConfig;
import dev.poolmark.clients.Clients;
import dev.poolmark.clients.Headers;
import dev.poolmark.clients.Request;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.URI;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class ResponseBufferTest {
  private static final int MEBIBYTE = 1 << 20;

  private final ResponseBuffer response = new ResponseBuffer(
      Request.get(URI.create("http://localhost/")), ClientConfig.builder().build());

  /** A body that notes how much space it is offered, which is what was allocated. */
  private static final class Body extends ByteArrayInputStream {
    private int largestOffer;

    Body(int length) {
      super(Clients.pattern(length));
    }

    @Override
    public synchronized int read(byte[] bytes, int offset, int length) {
      largestOffer = Math.max(largestOffer, bytes.length);
      return super.read(bytes, offset, length);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 64, 5000, MEBIBYTE})
  void aBodyOfKnownLengthTakesThatMuch(int length) throws IOException {
    response.head(200, Headers.received("Content-Length", String.valueOf(length)));
    Body body = read(length);
    assertThat(body.largestOffer).isEqualTo(length);
    assertThat(response.whole().body()).isEqualTo(Clients.pattern(length));
  }

  @Test
  void anAnnouncedLengthIsNotBelievedBeforeBytesHaveCome() throws IOException {
    response.head(200, Headers.received("Content-Length", String.valueOf(16 * MEBIBYTE)));
    assertThat(read(10).largestOffer).isEqualTo(MEBIBYTE);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 4096, 4097, 3 * MEBIBYTE})
  void aBodyOfUnknownLengthIsReceivedWhole(int length) throws IOException {
    response.head(200, Headers.none());
    read(length);
    assertThat(response.whole().body()).isEqualTo(Clients.pattern(length));
  }

  private Body read(int length) throws IOException {
    Body body = new Body(length);
    while (response.readFrom(body)) {
      // until the end
    }
    return body;
  }
}
