package dev.poolmark.clients.apache;

import dev.poolmark.clients.CallWatch;
import dev.poolmark.clients.Headers;
import dev.poolmark.clients.Request;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.hc.client5.http.classic.methods.HttpUriRequestBase;
import org.apache.hc.client5.http.protocol.HttpClientContext;
import org.jspecify.annotations.Nullable;

/**
 * One call, as the library's context: what the watch has to know of it, and what the pool's callbacks find out. Used
 * by the call's thread and the watch's.
 */
final class WatchedCall extends HttpClientContext implements CallWatch.Watched {
  enum Limit {
    CALL,
    WRITE
  }

  private final HttpUriRequestBase request;
  private final long deadlineNanos;
  private final long writeLimitNanos;
  private final AtomicReference<@Nullable Limit> expired = new AtomicReference<>();
  private volatile boolean writing;
  private volatile long writingSinceNanos;
  private boolean handshake;

  /** Set when {@link IdleCap} has promised to keep this call's connection. */
  boolean keepsConnection;

  WatchedCall(Request request, long deadlineNanos, long writeLimitNanos) {
    this.deadlineNanos = deadlineNanos;
    this.writeLimitNanos = writeLimitNanos;
    this.request = new HttpUriRequestBase(request.method(), request.uri());
    Headers headers = request.headers();
    for (int i = 0; i < headers.size(); i++) {
      this.request.addHeader(headers.name(i), headers.value(i));
    }
    if (request.method().equals("POST")) {
      this.request.setEntity(new WatchedBody(request.body(), this));
    }
  }

  HttpUriRequestBase request() {
    return request;
  }

  void handshakeBegins() {
    handshake = true;
  }

  boolean inHandshake() {
    return handshake;
  }

  void writeBegins() {
    writingSinceNanos = System.nanoTime();
    writing = true;
  }

  void writeEnds() {
    writing = false;
  }

  /** The limit that made the watch cancel this call, if it did. */
  @Nullable
  Limit expired() {
    return expired.get();
  }

  @Override
  public long check(long nowNanos) {
    long left = deadlineNanos - nowNanos;
    Limit limit = Limit.CALL;
    if (writing) {
      long writeLeft = writingSinceNanos + writeLimitNanos - nowNanos;
      if (writeLeft < left) {
        left = writeLeft;
        limit = Limit.WRITE;
      }
    }
    if (left > 0) {
      return left;
    }
    expired.compareAndSet(null, limit);
    request.cancel(); // closes the socket, which wakes the thread that blocks on it
    return Long.MAX_VALUE;
  }
}
