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
    piece.filter(bytes -> bytes.length > 0).ifPresent(exchange::body);
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
    return Headers.received(namesAndValues);
  }
}
