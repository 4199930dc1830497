package dev.poolmark.clients.apache;

import dev.poolmark.clients.CallWatch;
import dev.poolmark.clients.ConnectionMeter;
import dev.poolmark.clients.Failure;
import dev.poolmark.clients.Headers;
import dev.poolmark.clients.Lease;
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
  private final HttpUriRequestBase request;
  private final long deadlineNanos;
  private final long writeLimitNanos;
  private final AtomicReference<@Nullable Failure> expired = new AtomicReference<>();
  private volatile boolean writing;
  private volatile long writingSinceNanos;
  private final ConnectionMeter meter;
  private long connectBeganNanos;
  private boolean handshake;

  WatchedCall(Lease lease, long writeLimitNanos, ConnectionMeter meter) {
    Request request = lease.request();
    this.deadlineNanos = lease.deadlineNanos();
    this.writeLimitNanos = writeLimitNanos;
    this.meter = meter;
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

  void connectBegins() {
    connectBeganNanos = System.nanoTime();
    handshake = false;
  }

  void connected() {
    meter.ready(System.nanoTime() - connectBeganNanos);
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
  Failure expired() {
    return expired.get();
  }

  @Override
  public long check(long nowNanos) {
    long left = deadlineNanos - nowNanos;
    Failure limit = Failure.CALL_TIMEOUT;
    if (writing) {
      long writeLeft = writingSinceNanos + writeLimitNanos - nowNanos;
      if (writeLeft < left) {
        left = writeLeft;
        limit = Failure.WRITE_TIMEOUT;
      }
    }
    if (left > 0) {
      return left;
    }
    expired.compareAndSet(null, limit);
    cancel();
    return Long.MAX_VALUE;
  }

  /** Closes the socket, which wakes the thread that blocks on it. */
  void cancel() {
    request.cancel();
  }
}
