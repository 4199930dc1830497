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
import org.jspecify.annotations.Nullable;

/**
 * One request and its response on one connection, as the transport tells of it. A call has one exchange, and another
 * where the server had closed a pooled connection under the first. The first end that is told counts.
 *
 * <p>A transport tells the progress on one thread at a time; the watch reads it on its own.
 */
public final class Exchange {
  private final Call call;
  private final boolean sentAgain;
  private final AtomicBoolean over = new AtomicBoolean();
  private final ResponseBuffer response;
  private volatile Phase phase = Phase.CONNECTING;
  private volatile long progressNanos = System.nanoTime();
  private volatile long sentNanos = progressNanos;
  private volatile @Nullable Runnable abort;
  private volatile @Nullable CompletableFuture<@Nullable Throwable> aside;
  private boolean reused;
  private volatile boolean served;
  private volatile boolean unprocessed;

  /** What the exchange waits for, and so which limit holds. */
  enum Phase {
    /** A connection, from the library's pool or a new one; the library keeps the connect timeout. */
    CONNECTING,
    HANDSHAKE,
    /** The server is to take more of the request. */
    SENDING,
    /** The server is to answer. */
    RECEIVING
  }

  Exchange(Call call, boolean sentAgain) {
    this.call = call;
    this.response = new ResponseBuffer(call.request(), call.config());
    this.sentAgain = sentAgain;
  }

  /** What is sent. */
  public Request request() {
    return call.request();
  }

  /** Whether this exchange follows one of the same call whose connection the server had closed. */
  public boolean isSentAgain() {
    return sentAgain;
  }

  /** Nanoseconds until the call's timeout, at least one: many libraries take zero for no limit. */
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

  /**
   * The request is about to be sent, or part of it was taken.
   *
   * @param onReused whether the connection carried a request before, so that the server may be about to close it
   */
  public void sending(boolean onReused) {
    reused = onReused;
    enter(Phase.SENDING);
    sentNanos = progressNanos;
  }

  /** The server, or the system on the way to it, has taken part of the request. */
  public void progress() {
    progressNanos = System.nanoTime();
  }

  /** The request is sent whole, or something came that does not belong to the response. */
  public void receiving() {
    enter(Phase.RECEIVING);
  }

  /** The final response begins. One that is too large, or none, ends the call. */
  public void head(int status, Headers headers) {
    enter(Phase.RECEIVING);
    receive(() -> response.head(status, headers));
  }

  /** Whether a body may follow the head that was told, by the request's method, the status and the length. */
  public boolean hasBody() {
    return response.hasBody();
  }

  /**
   * How long the exchange's connection may be idle after this response: {@code idleTimeout}, or less if the server says
   * so. Zero if the connection must not be used again. Over HTTP/2 servers do not say it.
   *
   * @param field the value of the field {@code Keep-Alive}; null if there is none
   */
  public Duration keepAlive(@Nullable String field) {
    return ServerKeepAlive.of(field, call.config().idleTimeout());
  }

  /** Part of the response's body, which is copied. */
  public void body(ByteBuffer piece) {
    progress();
    receive(() -> response.add(piece));
  }

  /** Part of the response's body; the array belongs to the exchange from now on. */
  public void body(byte[] piece) {
    progress();
    receive(() -> response.add(piece));
  }

  /** The response's body is what this stream holds, to its end. */
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
   * Before the end is told: the server has not processed the request, which can be sent again whatever its method (RFC
   * 9113, section 8.7).
   */
  public void unprocessed() {
    unprocessed = true;
  }

  boolean isUnprocessed() {
    return unprocessed;
  }

  /** The response is whole, and the connection in the pool or closed. */
  public void succeeded() {
    end(null);
  }

  /** There is no whole response, and the connection is closed. */
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
      call.over(this, cause);
    }
  }

  /**
   * How to end the exchange and close its connection, or its stream. Runs at once if the call has ended already, and
   * perhaps more than once, on any thread. Replaces what was told before.
   */
  public void onAbort(Runnable how) {
    abort = how;
    if (call.isAborted()) {
      abort();
    }
  }

  void abort() {
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

  /** Whether the call has ended: nobody wants the response any more. */
  public boolean isAborted() {
    return call.isAborted();
  }

  /** What Java's exceptions say; of a timeout, what it was that was waited for. */
  public Failure reasonOf(Throwable cause) {
    return FailureReasons.isTimeout(cause) ? timeout() : FailureReasons.of(cause);
  }

  /** Which timeout is running now. */
  public Failure timeout() {
    return switch (phase) {
      case CONNECTING -> Failure.CONNECT_TIMEOUT;
      case SENDING -> Failure.WRITE_TIMEOUT;
      case HANDSHAKE, RECEIVING -> Failure.READ_TIMEOUT;
    };
  }

  /** Nanoseconds until the exchange has been silent for too long, as far as that is not the library's to see. */
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

  /** When it had a connection, or had begun if it got none, as a value of {@link System#nanoTime()}. */
  long sentNanos() {
    return sentNanos;
  }

  /** Whether the connection may have been closed before the server saw the request. */
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
