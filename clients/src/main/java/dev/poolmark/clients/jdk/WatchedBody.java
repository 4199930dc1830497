package dev.poolmark.clients.jdk;

import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.ByteBuffer;
import java.util.concurrent.Flow;

/**
 * A request's body that notes when a piece of it was taken. The JDK asks for the next piece when it has written the
 * last, so a stall shows as silence.
 */
final class WatchedBody implements BodyPublisher {
  private final BodyPublisher body;
  private final JdkCall call;

  WatchedBody(byte[] bytes, JdkCall call) {
    this.body = BodyPublishers.ofByteArray(bytes);
    this.call = call;
  }

  @Override
  public long contentLength() {
    return body.contentLength();
  }

  @Override
  public void subscribe(Flow.Subscriber<? super ByteBuffer> subscriber) {
    body.subscribe(new Flow.Subscriber<ByteBuffer>() {
      @Override
      public void onSubscribe(Flow.Subscription subscription) {
        subscriber.onSubscribe(subscription);
      }

      @Override
      public void onNext(ByteBuffer piece) {
        call.wrote();
        subscriber.onNext(piece);
      }

      @Override
      public void onError(Throwable failure) {
        subscriber.onError(failure);
      }

      @Override
      public void onComplete() {
        call.read();
        subscriber.onComplete();
      }
    });
  }
}
