package dev.poolmark.clients;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * One call through a library that completes its calls on threads of its own: waits for a lease without a thread, begins
 * the library's exchange, and aborts it when the caller cancels or the call timeout passes. The adapter ends it with
 * {@link #succeeded} or {@link #failed}, once the connection is no longer in use, whatever the caller has done.
 */
public final class AsyncCall extends CompletableFuture<Response> {
  private final CompletableFuture<Lease> acquired;
  private volatile @Nullable Lease lease;
  private volatile @Nullable Runnable abort;
  private volatile boolean aborted;

  /** A library's way to make a call. */
  public interface Exchange {
    /**
     * Begins the call and returns at once. Its end is to be told to the call, also after an abort.
     *
     * @return aborts the exchange and closes its connection; does nothing to one that is over
     */
    Runnable begin(Lease lease, AsyncCall call);
  }

  private AsyncCall(CompletableFuture<Lease> acquired) {
    this.acquired = acquired;
  }

  /** Begins a call. */
  public static AsyncCall begin(Leases leases, Request request, Exchange exchange) {
    AsyncCall call = new AsyncCall(leases.acquireAsync(request));
    if (call.acquired.isDone() && !call.acquired.isCompletedExceptionally()) {
      call.begin(call.acquired.join(), exchange); // most calls need not wait
      return call;
    }
    call.acquired.whenComplete((lease, problem) -> {
      if (problem == null) {
        call.begin(lease, exchange);
      } else {
        call.completeExceptionally(problem);
      }
    });
    return call;
  }

  private void begin(Lease granted, Exchange exchange) {
    lease = granted;
    if (isDone()) {
      granted.failed(Failure.CANCELLED, null);
      granted.close();
      return;
    }
    try {
      abort = exchange.begin(granted, this);
    } catch (RuntimeException e) {
      failed(granted.failed(e));
      return;
    }
    if (aborted) {
      abort();
    }
  }

  /** Ends the call at its call timeout without a thread that waits for it. */
  public AsyncCall withTimeout() {
    acquired.thenAccept(granted -> {
      CompletableFuture<@Nullable Void> timer = new CompletableFuture<>();
      whenComplete((response, problem) -> timer.complete(null));
      timer.orTimeout(granted.leftNanos(), TimeUnit.NANOSECONDS).exceptionally(late -> {
        expire();
        return null;
      });
    });
    return this;
  }

  /**
   * Waits for the end of the call, until its call timeout at the longest.
   *
   * @throws IOException what ended the call
   */
  public Response await() throws IOException {
    try {
      Lease granted = lease;
      if (granted == null) {
        granted = acquired.get(); // ends with the acquire timeout
      }
      return get(granted.leftNanos(), TimeUnit.NANOSECONDS);
    } catch (TimeoutException e) {
      expire();
      return outcome();
    } catch (ExecutionException e) {
      throw unchecked(e.getCause());
    } catch (InterruptedException e) {
      cancel(true);
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted in a call");
    }
  }

  private Response outcome() throws IOException {
    try {
      return join();
    } catch (CompletionException e) {
      throw unchecked(e.getCause());
    }
  }

  private static IOException unchecked(@Nullable Throwable cause) {
    if (cause instanceof RuntimeException unchecked) {
      throw unchecked;
    }
    if (cause instanceof Error error) {
      throw error;
    }
    return cause instanceof IOException failure ? failure : new IOException(cause);
  }

  private void expire() {
    Lease granted = lease;
    if (granted != null && completeExceptionally(granted.failed(Failure.CALL_TIMEOUT, null))) {
      abort();
    }
  }

  private void abort() {
    aborted = true;
    Runnable how = abort;
    if (how != null) {
      how.run();
    }
  }

  /** Gives the call up: its place in the queue, or its connection, is free soon. */
  @Override
  public boolean cancel(boolean mayInterruptIfRunning) {
    boolean cancelled = super.cancel(mayInterruptIfRunning);
    if (cancelled) {
      acquired.cancel(false);
      Lease granted = lease;
      if (granted != null) {
        granted.failed(Failure.CANCELLED, null);
      }
      abort();
    }
    return cancelled;
  }

  /** For the adapter: the response is there, and the connection is in the pool or closed. */
  public void succeeded(Response response) {
    Lease granted = lease;
    if (granted != null) {
      granted.received(response);
      granted.close();
    }
    complete(response);
  }

  /** For the adapter: the call has failed, and its connection is closed. */
  public void failed(Throwable failure) {
    Lease granted = lease;
    if (granted != null) {
      granted.close();
    }
    completeExceptionally(failure);
  }
}
