package dev.poolmark.clients.jdk;

import dev.poolmark.clients.Headers;
import dev.poolmark.clients.Response;
import java.net.http.HttpHeaders;
import java.net.http.HttpResponse.BodySubscriber;
import java.net.http.HttpResponse.ResponseInfo;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow;

/**
 * Collects a response, copying each byte of its body once if the server said how many there are. The JDK completes it
 * when the connection is back in its pool. Called by one thread at a time.
 */
final class ResponseSink implements BodySubscriber<Response> {
  /** What is believed of a Content-Length before bytes have come. */
  private static final long MOST_RESERVED_BYTES = 1 << 20;

  private final ResponseInfo info;
  private final JdkCall call;
  private final CompletableFuture<Response> response = new CompletableFuture<>();
  private byte[] bytes;
  private int length;

  ResponseSink(ResponseInfo info, JdkCall call) {
    this.info = info;
    this.call = call;
    long length = info.headers().firstValueAsLong("Content-Length").orElse(0);
    this.bytes = new byte[(int) Math.max(0, Math.min(length, MOST_RESERVED_BYTES))];
    call.answered();
  }

  @Override
  public void onSubscribe(Flow.Subscription subscription) {
    subscription.request(Long.MAX_VALUE);
  }

  @Override
  public void onNext(List<ByteBuffer> buffers) {
    call.read();
    for (ByteBuffer buffer : buffers) {
      int count = buffer.remaining();
      if (length + count > bytes.length) {
        bytes = Arrays.copyOf(bytes, Math.max(length + count, 2 * bytes.length));
      }
      buffer.get(bytes, length, count);
      length += count;
    }
  }

  @Override
  public void onComplete() {
    byte[] body = length == bytes.length ? bytes : Arrays.copyOf(bytes, length);
    response.complete(new Response(info.statusCode(), headers(info.headers()), body));
  }

  @Override
  public void onError(Throwable failure) {
    response.completeExceptionally(failure);
  }

  @Override
  public CompletionStage<Response> getBody() {
    return response;
  }

  private static Headers headers(HttpHeaders headers) {
    Map<String, List<String>> map = headers.map();
    int count = 0;
    for (List<String> values : map.values()) {
      count += values.size();
    }
    String[] namesAndValues = new String[2 * count];
    int i = 0;
    for (Map.Entry<String, List<String>> field : map.entrySet()) {
      for (String value : field.getValue()) {
        namesAndValues[i++] = field.getKey();
        namesAndValues[i++] = value;
      }
    }
    return Headers.of(namesAndValues);
  }
}
