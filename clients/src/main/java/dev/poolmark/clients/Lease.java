package dev.poolmark.clients;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * One call's right to use a connection, from {@link Leases#acquire} until it is closed. The adapter closes it when the
 * connection is back in the library's pool or closed, never earlier, so that no more connections are in use than there
 * are leases. Notes how the call ended. For one call; its methods may be called by different threads, one after
 * another, but {@link #close()} by any of them, and more than once.
 */
public final class Lease implements AutoCloseable {
  private final Leases leases;
  private final Request request;
  private final long startNanos = System.nanoTime();
  private final AtomicBoolean closed = new AtomicBoolean();
  private volatile boolean succeeded;
  private volatile @Nullable Failure failure;

  Lease(Leases leases, Request request) {
    this.leases = leases;
    this.request = request;
  }

  /** What is called. */
  public Request request() {
    return request;
  }

  /** When the call must be over, as a value of {@link System#nanoTime()}. */
  public long deadlineNanos() {
    return startNanos + leases.callNanos();
  }

  /** Time left until {@link #deadlineNanos()}, at least one nanosecond: many libraries take zero for no limit. */
  public long leftNanos() {
    return Math.max(1, deadlineNanos() - System.nanoTime());
  }

  long ageNanos() {
    return System.nanoTime() - startNanos;
  }

  /** The call has its response; returns it. */
  public Response received(Response response) {
    succeeded = response.status() < 500;
    return response;
  }

  /** The call has failed for this reason, unless it has failed before; returns what to throw. */
  public CallException failed(Failure reason, @Nullable Throwable cause) {
    if (failure == null) {
      failure = reason;
    }
    Duration waited = Duration.ofNanos(ageNanos());
    if (reason.isTimeout()) {
      return new CallTimeoutException(reason, leases.config(), request, waited, cause);
    }
    String circumstance = switch (reason) {
      case TOO_MANY_WAITERS ->
        "maxWaiters of " + leases.config().maxWaiters()
            + " reached: so many calls wait for a connection already";
      case CONNECT_FAILED -> "no connection can be made: " + cause;
      case TLS -> "the TLS handshake failed: " + cause;
      case CONNECTION_CLOSED -> "the connection was closed before the response was whole: " + cause;
      case CANCELLED -> "the call was cancelled";
      default -> "the call failed: " + cause;
    };
    return new CallException(
        reason, request, circumstance + ", after " + waited.toMillis() + " ms", cause);
  }

  /** The call has failed for the reason that {@link Failure#of} finds; returns what to throw. */
  public CallException failed(Throwable cause) {
    return failed(Failure.of(cause), cause);
  }

  /** The call is over, and its connection no longer in use. */
  @Override
  public void close() {
    if (closed.compareAndSet(false, true)) {
      leases.ended(this, true);
    }
  }

  /** The call is over without a connection ever having been its own. */
  void closeUnacquired() {
    if (closed.compareAndSet(false, true)) {
      leases.ended(this, false);
    }
  }

  boolean succeeded() {
    return succeeded;
  }

  @Nullable
  Failure failure() {
    return failure;
  }

  /** How long the call may wait for a connection, and which limit that is. */
  Failure acquireLimit() {
    return leases.config().acquireTimeout().toNanos() < leases.callNanos()
        ? Failure.ACQUIRE_TIMEOUT
        : Failure.CALL_TIMEOUT;
  }
}
