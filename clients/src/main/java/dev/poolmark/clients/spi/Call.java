package dev.poolmark.clients.spi;

import dev.poolmark.clients.CallException;
import dev.poolmark.clients.ClientConfig;
import dev.poolmark.clients.Failure;
import dev.poolmark.clients.Request;
import dev.poolmark.clients.Response;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * One call, from {@code execute} to its one end: it succeeds, fails for a reason, is cancelled, or ends with the client.
 * The first end counts. The call frees its lease when the transport reports the end of the exchange, so that no more
 * connections are in use than leases; after an abort it waits a second at most for that report. Thread-safe.
 */
final class Call {
  private static final long GRACE_NANOS = TimeUnit.SECONDS.toNanos(1);

  private final TransportClient client;
  private final Request request;
  private final @Nullable Thread caller;
  private final CallResult result = new CallResult(this);
  private final long startNanos = System.nanoTime();
  private final long deadlineNanos;
  private final AtomicBoolean ended = new AtomicBoolean();
  private final AtomicBoolean leased = new AtomicBoolean();
  private volatile boolean granted;
  private volatile @Nullable Failure endedFor;
  private volatile long endNanos;
  private volatile @Nullable Exchange exchange;
  private FlightEvents.@Nullable Wait wait;
  private boolean again;
  private long pauseNanos;
  private final Repetition repetition = new Repetition();

  /** What the call's end says of the service. */
  enum Outcome {
    /** It answered, and neither with a server's error nor that it had too many requests. */
    SERVED,
    NOT_SERVED,
    /** Nothing: the caller or the client ended the call, or there was no exchange. */
    UNKNOWN
  }

  /**
   * A call that has not begun.
   *
   * @param caller the thread that is to make the exchange; null if the transport needs none
   */
  Call(TransportClient client, Request request, @Nullable Thread caller) {
    this.client = client;
    this.request = request;
    this.caller = caller;
    this.deadlineNanos =
        startNanos + request.timeout().orElse(client.config().callTimeout()).toNanos();
  }

  Request request() {
    return request;
  }

  CallResult result() {
    return result;
  }

  long leftNanos() {
    return Math.max(1, deadlineNanos - System.nanoTime());
  }

  /** The name of the client. */
  String client() {
    return client.name();
  }

  ClientConfig config() {
    return client.config();
  }

  Executor executor() {
    return client.executor();
  }

  /** Whether the call has ended before its exchange. */
  boolean isAborted() {
    return endedFor != null;
  }

  /** To be asked once the call's exchange is over. */
  Outcome outcome() {
    Exchange made = exchange;
    if (made == null || endedFor == Failure.CANCELLED || endedFor == Failure.CLIENT_CLOSED) {
      return Outcome.UNKNOWN;
    }
    return endedFor == null && made.isServed() ? Outcome.SERVED : Outcome.NOT_SERVED;
  }

  /** When its last exchange had a connection, as a value of {@link System#nanoTime()}. */
  long sentNanos() {
    return exchange.sentNanos();
  }

  // Its beginning

  /** The call is about to ask for a lease. */
  void waits() {
    wait = FlightEvents.waits(this);
  }

  /** The call has a lease. */
  void granted() {
    leased.set(true);
    granted = true;
    if (ended.get()) { // in this very moment
      release();
      return;
    }
    waitEnds(true);
    client.statistics().acquired(System.nanoTime() - startNanos);
    if (caller == null) {
      send();
    } else {
      LockSupport.unpark(caller);
    }
  }

  private void waitEnds(boolean withLease) {
    FlightEvents.Wait waited = wait;
    if (waited != null) {
      wait = null;
      waited.end(withLease);
    }
  }

  private void send() {
    if (isAborted()) {
      release();
      return;
    }
    Exchange next = next();
    try {
      client.transport().send(next);
    } catch (Throwable e) { // whatever a library throws ends the call, and gives its lease back
      next.failed(e);
    }
  }

  private Exchange next() {
    Exchange next = new Exchange(this, exchange != null);
    exchange = next;
    return next;
  }

  /**
   * Makes the exchange on the caller's thread.
   *
   * @throws IOException what ended the call
   */
  Response exchange(BlockingTransport transport) throws IOException {
    while (!granted && !ended.get()) {
      LockSupport.park(this);
      if (Thread.currentThread().isInterrupted()) {
        end(Failure.CANCELLED, null);
      }
    }
    if (ended.get()) {
      release();
      return result.await();
    }
    do {
      again = false;
      pause();
      if (!ended.get()) {
        next().run(transport);
      }
    } while (again);
    release(); // should the call have ended in a pause
    return result.await();
  }

  /** Waits before the request is sent again. */
  private void pause() {
    long until = System.nanoTime() + pauseNanos;
    long left = pauseNanos;
    while (left > 0 && !ended.get() && !Thread.currentThread().isInterrupted()) {
      LockSupport.parkNanos(this, left);
      left = until - System.nanoTime();
    }
  }

  // Its end

  /** Forgets a call that came after the client was closed. False if closing the client has ended it already. */
  boolean withdraw() {
    client.watch().remove(this);
    return ended.compareAndSet(false, true);
  }

  /** The exchange is over, with a whole response if there is no cause. */
  void over(Exchange exchange, @Nullable Throwable cause) {
    if (cause != null
        && !ended.get()
        && !client.isClosed()
        && repetition.isDue(exchange, cause, client.transport())) {
      sendAgain(repetition.pauseMillis(exchange));
      return;
    }
    boolean first = ended.compareAndSet(false, true);
    release(); // first of all: what follows may lack the memory for it
    if (first) {
      try {
        finish(exchange, cause);
      } catch (Throwable e) {
        result.completeExceptionally(e);
      }
    }
  }

  private void sendAgain(long pauseMillis) {
    if (caller != null) {
      again = true;
      pauseNanos = TimeUnit.MILLISECONDS.toNanos(pauseMillis);
    } else if (pauseMillis == 0) {
      send();
    } else {
      CompletableFuture.delayedExecutor(pauseMillis, TimeUnit.MILLISECONDS, executor())
          .execute(this::send);
    }
  }

  private void finish(Exchange exchange, @Nullable Throwable cause) {
    CallException failure;
    if (cause == null) {
      try {
        Response response = exchange.response().whole();
        client.statistics().received(request, response, ageNanos());
        result.complete(response);
        return;
      } catch (IOException | IllegalStateException | OutOfMemoryError e) {
        failure = failure(exchange.reasonOf(e), e);
      }
    } else {
      failure =
          cause instanceof CallException told ? told : failure(reason(exchange, cause), cause);
    }
    countFailure(failure.failure());
    result.fails(failure);
  }

  private void countFailure(Failure reason) {
    long nanos = ageNanos();
    client.statistics().failed(request, reason, nanos);
    FlightEvents.failed(this, reason, nanos);
  }

  /** Why the exchange has failed: the call's end, if it has ended, or else the cause. */
  Failure reason(Exchange exchange, Throwable cause) {
    Failure end = endedFor;
    if (end != null) {
      return end;
    }
    if (cause instanceof InterruptedException
        || (cause instanceof InterruptedIOException && Thread.currentThread().isInterrupted())) {
      Thread.currentThread().interrupt();
      return Failure.CANCELLED;
    }
    return client.isClosed() ? Failure.CLIENT_CLOSED : client.transport().reason(cause, exchange);
  }

  /**
   * Ends the call for a reason that is not the transport's, and aborts its exchange. Says whether it had not ended
   * before.
   */
  boolean end(Failure reason, @Nullable Throwable cause) {
    if (!ended.compareAndSet(false, true)) {
      return false;
    }
    countFailure(reason);
    endNanos = System.nanoTime();
    endedFor = reason;
    client.bulkhead().leave(this);
    if (granted) {
      Exchange running = exchange;
      if (running != null) {
        running.abort(reason);
      }
      client.watch().wake();
    } else {
      client.watch().remove(this);
      waitEnds(false);
    }
    result.fails(failure(reason, cause));
    LockSupport.unpark(caller);
    return true;
  }

  /** Gives the lease back, if the call still has it. */
  private void release() {
    client.watch().remove(this);
    if (leased.compareAndSet(true, false)) {
      client.bulkhead().release(this);
    }
  }

  private long ageNanos() {
    return System.nanoTime() - startNanos;
  }

  private CallException failure(Failure reason, @Nullable Throwable cause) {
    return FailureReasons.exception(
        reason, client.config(), request, Duration.ofNanos(ageNanos()), cause);
  }

  // Its limits

  /**
   * Ends the call if it has exceeded a limit.
   *
   * @param nowNanos {@link System#nanoTime()}
   * @return nanoseconds until it can exceed one, at the earliest
   */
  long check(long nowNanos) {
    if (ended.get()) {
      long left = endNanos + GRACE_NANOS - nowNanos;
      if (left <= 0) {
        if (exchange != null) {
          exchange.failed(new TimeoutException("the library does not end the exchange"));
        }
        release();
      }
      return left > 0 ? left : Long.MAX_VALUE;
    }
    if (caller != null && caller.isInterrupted()) {
      result.interrupts();
      end(Failure.CANCELLED, null);
      return GRACE_NANOS;
    }
    long left = deadlineNanos - nowNanos;
    Failure limit = Failure.CALL_TIMEOUT;
    Exchange running = exchange;
    long silenceLeft = silenceLeft(running, nowNanos);
    if (silenceLeft < left) {
      left = silenceLeft;
      limit = running == null ? Failure.ACQUIRE_TIMEOUT : running.timeout();
    }
    if (left > 0) {
      return left;
    }
    end(limit, null);
    return GRACE_NANOS;
  }

  private long silenceLeft(@Nullable Exchange running, long nowNanos) {
    if (running != null) {
      return running.silenceLeftNanos(nowNanos, client);
    }
    return granted ? Long.MAX_VALUE : startNanos + config().acquireTimeout().toNanos() - nowNanos;
  }
}
