package dev.poolmark.clients.spi;

import dev.poolmark.clients.ClientConfig;
import dev.poolmark.clients.Failure;
import dev.poolmark.clients.Headers;
import dev.poolmark.clients.Request;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * One request and its response on one connection, to which the transport reports. A call has one exchange, and one more
 * each time that its request is sent again. The first end that is reported counts.
 *
 * <p>A transport reports progress from one thread at a time; the core's watch reads it from another.
 */
public final class Exchange {
  private final Call call;
  private final boolean sentAgain;
  private final AtomicBoolean over = new AtomicBoolean();
  private final ResponseBuffer response;
  private volatile Phase phase = Phase.CONNECTING;
  private volatile long progressNanos = System.nanoTime();
  private volatile long sentNanos = progressNanos;
  private final AtomicReference<@Nullable MeteredConnection> connection = new AtomicReference<>();
  private volatile @Nullable Runnable abort;
  private volatile @Nullable CompletableFuture<@Nullable Throwable> aside;
  private boolean reused;
  private volatile boolean served;
  private volatile boolean unprocessed;

  /** What the exchange waits for, which decides the timeout that applies. */
  enum Phase {
    /** A connection, pooled or new. The library keeps the connect timeout. */
    CONNECTING,
    HANDSHAKE,
    /** The server, to read more of the request. */
    SENDING,
    /** The server, to send more of the response. */
    RECEIVING
  }

  Exchange(Call call, boolean sentAgain) {
    this.call = call;
    this.response = new ResponseBuffer(call.request(), call.config());
    this.sentAgain = sentAgain;
  }

  /** The request to send. */
  public Request request() {
    return call.request();
  }

  /** Whether the call has sent its request before, in another exchange. */
  public boolean isSentAgain() {
    return sentAgain;
  }

  /** Nanoseconds until the call's timeout, at least 1, because many libraries take 0 for no limit. */
  public long leftNanos() {
    return call.leftNanos();
  }

  private void enter(Phase next) {
    progressNanos = System.nanoTime();
    phase = next;
  }

  /** A TCP connect begins. */
  public void connecting() {
    enter(Phase.CONNECTING);
  }

  /** A TLS handshake begins. */
  public void handshaking() {
    enter(Phase.HANDSHAKE);
  }

  /** The exchange has this connection, for itself or with others; if it had another before, that one has failed it. */
  public void uses(@Nullable MeteredConnection on) {
    if (on == null) { // closed already
      return;
    }
    on.begin();
    gaveUp(connection.getAndSet(on), Failure.CONNECTION_CLOSED);
    if (over.get()) {
      gaveUp(connection.getAndSet(null), Failure.CANCELLED);
    }
  }

  private static void gaveUp(@Nullable MeteredConnection used, @Nullable Failure failure) {
    if (used != null) {
      used.end(failure);
    }
  }

  /**
   * The request is about to be sent.
   *
   * @param onReused whether the connection carried a request before, so that the server may have closed it
   */
  public void sending(boolean onReused) {
    reused = onReused;
    enter(Phase.SENDING);
    sentNanos = progressNanos;
  }

  /** Part of the request was sent, or something came that is not part of the response. Restarts the timeout. */
  public void progress() {
    progressNanos = System.nanoTime();
  }

  /** The whole request is sent. */
  public void receiving() {
    enter(Phase.RECEIVING);
  }

  /** The head of the final response has come. An invalid or too large one ends the call. */
  public void head(int status, Headers headers) {
    enter(Phase.RECEIVING);
    receive(() -> response.head(status, headers));
  }

  /** Whether a body may follow the head, by the request's method, the status and the length. */
  public boolean hasBody() {
    return response.hasBody();
  }

  /**
   * How long the connection may be idle after this response: {@code idleTimeout}, or less if the server says so; zero if
   * the connection must not be used again. For HTTP/1.1 only.
   *
   * @param field the value of the field {@code Keep-Alive}; null if there is none
   */
  public Duration keepAlive(@Nullable String field) {
    Duration keepAlive = ServerKeepAlive.of(field, call.config().idleTimeout());
    MeteredConnection used = connection.get();
    if (used != null) {
      used.keptFor(keepAlive);
    }
    return keepAlive;
  }

  /** Adds a copy of these bytes to the response's body. */
  public void body(ByteBuffer piece) {
    progress();
    receive(() -> response.add(piece));
  }

  /** Adds these bytes to the response's body. The caller must not use the array again. */
  public void body(byte[] piece) {
    progress();
    receive(() -> response.add(piece));
  }

  /** Reads the response's body from this stream, to its end. */
  public void body(InputStream in) throws IOException {
    try {
      while (!call.isAborted() && response.readFrom(in)) {
        progress();
      }
    } catch (ResponseBuffer.TooLargeException e) {
      call.end(Failure.RESPONSE_TOO_LARGE, e);
    }
  }

  private interface Receiving {
    void run() throws IOException;
  }

  private void receive(Receiving part) {
    if (call.isAborted()) {
      return;
    }
    try {
      part.run();
    } catch (ResponseBuffer.TooLargeException e) {
      call.end(Failure.RESPONSE_TOO_LARGE, e);
    } catch (IOException e) {
      call.end(Failure.OTHER, e);
    }
  }

  /**
   * The server has not processed the request, so that it can be sent again whatever its method (RFC 9113, section 8.7).
   * To be reported before the end.
   */
  public void unprocessed() {
    unprocessed = true;
  }

  boolean isUnprocessed() {
    return unprocessed;
  }

  /** The response is complete, and the connection is back in the pool or closed. */
  public void succeeded() {
    end(null);
  }

  /** The response is not complete, and the connection is closed. */
  public void failed(Throwable cause) {
    end(cause);
  }

  private void end(@Nullable Throwable cause) {
    CompletableFuture<@Nullable Throwable> waiting = aside;
    if (waiting == null) {
      finish(cause);
    } else {
      waiting.complete(cause);
    }
  }

  private void finish(@Nullable Throwable cause) {
    if (over.compareAndSet(false, true)) {
      served = cause == null && response.isServed();
      leaveConnection(cause);
      call.over(this, cause);
    }
  }

  private void leaveConnection(@Nullable Throwable cause) {
    MeteredConnection used = connection.getAndSet(null);
    if (used == null) {
      return;
    }
    Failure failure = cause == null ? null : call.reason(this, cause);
    noteSilence(used, failure);
    used.end(failure);
  }

  private void noteSilence(MeteredConnection used, @Nullable Failure failure) {
    if (failure == Failure.READ_TIMEOUT && !response.hasHead()) {
      used.silentSince(sentNanos);
    }
  }

  /**
   * Sets how to abort the exchange and close its connection, or its stream; replaces what was set before. Runs at once if
   * the call has already ended. May run more than once, on any thread.
   */
  public void onAbort(Runnable how) {
    abort = how;
    if (call.isAborted()) {
      abort();
    }
  }

  /** Aborts it, because its call has ended for this reason. */
  void abort(Failure reason) {
    MeteredConnection used = connection.get();
    if (used != null) { // at once: the next call must not get another silent connection
      noteSilence(used, reason);
    }
    abort();
  }

  private void abort() {
    Runnable how = abort;
    if (how == null) {
      return;
    }
    try {
      how.run();
    } catch (Throwable e) { // the call has ended; what matters is that its lease comes back
      failed(e);
    }
  }

  /** Whether the call has ended, so that nobody waits for the response. */
  public boolean isAborted() {
    return call.isAborted();
  }

  /** The reason that one of Java's exceptions stands for; for a timeout, {@link #timeout()}. */
  public Failure reasonOf(Throwable cause) {
    return FailureReasons.isTimeout(cause) ? timeout() : FailureReasons.of(cause);
  }

  /** The timeout that applies now. */
  public Failure timeout() {
    return switch (phase) {
      case CONNECTING -> Failure.CONNECT_TIMEOUT;
      case SENDING -> Failure.WRITE_TIMEOUT;
      case HANDSHAKE, RECEIVING -> Failure.READ_TIMEOUT;
    };
  }

  /** Nanoseconds until the exchange has been silent for too long, unless the library watches that itself. */
  long silenceLeftNanos(long nowNanos, TransportClient client) {
    Phase now = phase;
    boolean sending = now == Phase.SENDING;
    if (now == Phase.CONNECTING || !(sending ? client.watchesWrites() : client.watchesReads())) {
      return Long.MAX_VALUE;
    }
    ClientConfig config = call.config();
    Duration limit = sending ? config.writeTimeout() : config.readTimeout();
    return progressNanos + limit.toNanos() - nowNanos;
  }

  /** When the request was about to be sent, or else when the exchange began, by {@link System#nanoTime()}. */
  long sentNanos() {
    return sentNanos;
  }

  /** Whether the server may have closed the connection before it read the request. */
  boolean maybeStale() {
    return reused && !response.hasHead();
  }

  /** How many idle connections the server may have closed at once. */
  int maxStale() {
    return call.config().maxIdleConnections();
  }

  /** Whether the server has answered, and neither with an error of its own nor that it has too many requests. */
  boolean isServed() {
    return served;
  }

  ResponseBuffer response() {
    return response;
  }

  /** Makes the exchange on this thread. */
  void run(BlockingTransport transport) {
    try {
      transport.exchange(this);
      finish(null);
    } catch (Throwable e) { // whatever a library throws ends the call, and gives its lease back
      finish(e);
    }
  }

  /** Makes the exchange through a transport that does not block, and waits for its end, which is not yet the call's. */
  void through(Transport transport) throws Exception {
    CompletableFuture<@Nullable Throwable> end = new CompletableFuture<>();
    aside = end;
    transport.send(this);
    Throwable cause = end.get();
    if (cause instanceof Exception problem) {
      throw problem;
    }
    if (cause != null) {
      throw new IOException(cause);
    }
  }

  void runElsewhere(BlockingTransport transport) {
    call.executor().execute(() -> run(transport));
  }
}
