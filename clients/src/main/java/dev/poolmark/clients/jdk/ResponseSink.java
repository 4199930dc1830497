package dev.poolmark.clients.jdk;

import dev.poolmark.clients.Headers;
import dev.poolmark.clients.spi.Exchange;
import java.net.http.HttpHeaders;
import java.net.http.HttpResponse.BodyHandler;
import java.net.http.HttpResponse.BodySubscriber;
import java.net.http.HttpResponse.BodySubscribers;
import java.net.http.HttpResponse.ResponseInfo;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Hands a response to its exchange. The subscriber is one of the JDK's own: the JDK asks any other for its body on a
 * thread of the executor, which costs each call a change of threads. For one thread at a time.
 */
final class ResponseSink implements BodyHandler<Void>, Consumer<Optional<byte[]>> {
  private final Exchange exchange;

  ResponseSink(Exchange exchange) {
    this.exchange = exchange;
  }

  @Override
  public BodySubscriber<Void> apply(ResponseInfo info) {
    exchange.head(info.statusCode(), headers(info.headers()));
    return BodySubscribers.ofByteArrayConsumer(this);
  }

  /** A piece of the body; empty at its end. */
  @Override
  public void accept(Optional<byte[]> piece) {
    if (piece.isPresent() && piece.get().length > 0) {
      exchange.body(piece.get());
    }
  }

  private static Headers headers(HttpHeaders headers) {
    Map<String, List<String>> map = headers.map();
    // By forEach and index: the map's iterators wrap every field in objects of their own.
    int[] length = {0};
    map.forEach((name, values) -> length[0] += 2 * values.size());
    String[] namesAndValues = new String[length[0]];
    int[] next = {0};
    map.forEach((name, values) -> {
      for (int i = 0; i < values.size(); i++) {
        namesAndValues[next[0]++] = name;
        namesAndValues[next[0]++] = values.get(i);
      }
    });
    return Headers.received(namesAndValues);
  }
}
