package dev.poolmark.clients.jdk;

import dev.poolmark.clients.Headers;
import dev.poolmark.clients.Response;
import java.io.ByteArrayOutputStream;
import java.net.http.HttpHeaders;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandler;
import java.net.http.HttpResponse.BodySubscriber;
import java.net.http.HttpResponse.BodySubscribers;
import java.net.http.HttpResponse.ResponseInfo;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Collects a response. The subscriber is one of the JDK's own, for it asks any other for its body on a thread of the
 * executor, which costs each call a change of threads. Called by one thread at a time.
 */
final class ResponseSink implements BodyHandler<Void>, Consumer<Optional<byte[]>> {
  private static final byte[] NO_BODY = {};

  private final JdkCall call;
  private final List<byte[]> pieces = new ArrayList<>(1);

  ResponseSink(JdkCall call) {
    this.call = call;
  }

  @Override
  public BodySubscriber<Void> apply(ResponseInfo info) {
    call.answered();
    return BodySubscribers.ofByteArrayConsumer(this);
  }

  /** A piece of the body; empty at its end. */
  @Override
  public void accept(Optional<byte[]> piece) {
    call.read();
    piece.filter(bytes -> bytes.length > 0).ifPresent(pieces::add);
  }

  /** The response, once the JDK has it whole. */
  Response collected(HttpResponse<Void> response) {
    return new Response(response.statusCode(), headers(response.headers()), body());
  }

  private byte[] body() {
    if (pieces.size() <= 1) {
      return pieces.isEmpty() ? NO_BODY : pieces.get(0);
    }
    ByteArrayOutputStream whole = new ByteArrayOutputStream(
        pieces.stream().mapToInt(piece -> piece.length).sum());
    pieces.forEach(whole::writeBytes);
    return whole.toByteArray();
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
