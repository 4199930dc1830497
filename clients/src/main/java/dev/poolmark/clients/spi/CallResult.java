package dev.poolmark.clients.spi;

import dev.poolmark.clients.CallException;
import dev.poolmark.clients.Failure;
import dev.poolmark.clients.Response;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;

/** A call as its caller sees it. To cancel it ends the call. Thread-safe. */
final class CallResult extends CompletableFuture<Response> {
  private final Call call;
  private volatile boolean interrupted;

  CallResult(Call call) {
    this.call = call;
  }

  @Override
  public boolean cancel(boolean mayInterruptIfRunning) {
    return call.end(Failure.CANCELLED, null) || isCancelled();
  }

  /** The call has failed, or was cancelled. */
  void fails(CallException failure) {
    if (failure.failure() == Failure.CANCELLED) {
      super.cancel(false);
    } else {
      completeExceptionally(failure);
    }
  }

  /** The call is to end because the thread that waits for it was interrupted. */
  void interrupts() {
    interrupted = true;
  }

  /**
   * Waits for the call's end, which the watch brings about if nothing else does.
   *
   * @throws IOException what ended the call
   */
  Response await() throws IOException {
    try {
      return get();
    } catch (InterruptedException e) {
      call.end(Failure.CANCELLED, e);
      Thread.currentThread().interrupt();
      throw interruption(e);
    } catch (CancellationException e) {
      if (interrupted) {
        Thread.currentThread().interrupt(); // a library may have used that up
      }
      throw interruption(e);
    } catch (ExecutionException e) {
      throw e.getCause() instanceof IOException failure ? failure : new IOException(e.getCause());
    }
  }

  private InterruptedIOException interruption(Throwable cause) {
    InterruptedIOException interruption =
        new InterruptedIOException("interrupted in a call to " + call.request().endpoint());
    interruption.initCause(cause);
    return interruption;
  }
}
