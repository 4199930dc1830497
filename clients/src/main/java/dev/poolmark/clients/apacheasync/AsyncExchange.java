package dev.poolmark.clients.apacheasync;

import dev.poolmark.clients.AsyncCall;
import dev.poolmark.clients.CallException;
import dev.poolmark.clients.CallWatch;
import dev.poolmark.clients.ClientConfig;
import dev.poolmark.clients.Failure;
import dev.poolmark.clients.Lease;
import dev.poolmark.clients.Request;
import java.io.InterruptedIOException;
import java.net.SocketTimeoutException;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import javax.net.ssl.SSLHandshakeException;
import org.apache.hc.client5.http.ConnectTimeoutException;
import org.apache.hc.core5.http.ConnectionClosedException;
import org.apache.hc.core5.http.ConnectionRequestTimeoutException;
import org.apache.hc.core5.http2.impl.nio.ProtocolNegotiationException;
import org.jspecify.annotations.Nullable;

/**
 * One call: its attempts, and which limit ended it, if one of ours did. The library's threads tell how an attempt ends;
 * the watch's thread and the caller's may abort it.
 */
final class AsyncExchange implements CallWatch.Watched {
  /** The library tells of a connection that ended in its handshake in words only. */
  private static final String CLOSED_IN_HANDSHAKE = "TLS handshake failed";

  private final HttpClient5AsyncPooledClient client;
  private final Lease lease;
  private final AsyncCall call;
  private final long readNanos;
  private final long writeNanos;
  private volatile @Nullable Failure exceeded;
  private volatile Attempt attempt;
  private final AtomicBoolean over = new AtomicBoolean();
  private boolean repeatable;

  // guarded by this
  private @Nullable Future<?> sent;
  private boolean aborted;

  AsyncExchange(
      HttpClient5AsyncPooledClient client, ClientConfig config, Lease lease, AsyncCall call) {
    this.client = client;
    this.lease = lease;
    this.call = call;
    this.readNanos = config.readTimeout().toNanos();
    this.writeNanos = config.writeTimeout().toNanos();
    this.repeatable = request().method().equals("GET");
    this.attempt = new Attempt(this);
  }

  Request request() {
    return lease.request();
  }

  Attempt attempt() {
    return attempt;
  }

  /** The library has the request, so that it can be cancelled. */
  void sent(Future<?> future) {
    boolean tooLate;
    synchronized (this) {
      sent = future;
      tooLate = aborted;
    }
    if (tooLate) {
      future.cancel(true);
    }
  }

  synchronized boolean isAborted() {
    return aborted;
  }

  /** Ends the call and closes its connection. */
  void abort() {
    Future<?> future;
    synchronized (this) {
      aborted = true;
      future = sent;
    }
    if (future != null) {
      future.cancel(true);
    }
    attempt.abort();
  }

  @Override
  public long check(long nowNanos) {
    Attempt now = attempt;
    Attempt.Phase phase = now.phase();
    if (phase == Attempt.Phase.BEFORE || exceeded != null) {
      return Long.MAX_VALUE;
    }
    boolean writing = phase == Attempt.Phase.WRITE;
    long left = now.progressNanos() + (writing ? writeNanos : readNanos) - nowNanos;
    if (left > 0) {
      return left;
    }
    exceeded = writing ? Failure.WRITE_TIMEOUT : Failure.READ_TIMEOUT;
    abort();
    return Long.MAX_VALUE;
  }

  /** The response is whole, and the connection in the pool or closed. */
  void succeeded(Attempt ended) {
    if (end()) {
      call.succeeded(ended.response());
    }
  }

  /** The attempt has failed, and its connection is closed. */
  void failed(Attempt ended, Exception cause) {
    if (ended != attempt || over.get()) {
      return; // it is over, or was followed by another
    }
    if (repeatable && isClosed(cause) && ended.maybeStale() && !isAborted() && !client.isClosed()) {
      repeatable = false;
      attempt = new Attempt(this);
      client.send(this);
      return;
    }
    if (end()) {
      call.failed(failure(ended, cause));
    }
  }

  /** The library may tell of an end twice. */
  private boolean end() {
    client.ended(this);
    return over.compareAndSet(false, true);
  }

  /** Whether the connection was closed; a request that was not begun by then is "interrupted". */
  private static boolean isClosed(Exception cause) {
    return Failure.of(cause) == Failure.CONNECTION_CLOSED
        || cause instanceof ConnectionClosedException
        || (cause instanceof InterruptedIOException && !(cause instanceof SocketTimeoutException));
  }

  private CallException failure(Attempt ended, Exception cause) {
    Failure limit = exceeded;
    if (limit != null) {
      return lease.failed(limit, cause);
    }
    if (isAborted()) {
      return lease.failed(Failure.CANCELLED, cause);
    }
    if (cause instanceof ConnectionRequestTimeoutException) {
      return lease.failed(Failure.CALL_TIMEOUT, cause);
    }
    if (cause instanceof ConnectTimeoutException && !ended.inHandshake()) {
      return lease.failed(Failure.CONNECT_TIMEOUT, cause);
    }
    if (cause instanceof SocketTimeoutException) {
      return lease.failed(Failure.READ_TIMEOUT, cause);
    }
    boolean closed = client.isClosed()
        || cause instanceof ConnectionClosedException
        || cause instanceof InterruptedIOException
        || cause instanceof ProtocolNegotiationException // in a handshake that offers HTTP/2
        || (cause instanceof SSLHandshakeException
            && CLOSED_IN_HANDSHAKE.equals(cause.getMessage()));
    return closed ? lease.failed(Failure.CONNECTION_CLOSED, cause) : lease.failed(cause);
  }
}
