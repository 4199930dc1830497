package dev.poolmark.clients;

import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * An HTTP client with a connection pool, the same in behaviour whichever library does the work. Safe for use by
 * any number of threads, virtual ones too; open one, share it, close it.
 */
public interface PooledHttpClient extends AutoCloseable {
  /**
   * Sends the request and reads the response to its end.
   *
   * @throws CallException if there is no whole response within the limits of the {@link ClientConfig}; it tells why. An
   *     error status is no exception
   * @throws java.io.InterruptedIOException if the thread is interrupted; it stays so
   * @throws IllegalArgumentException if the protocol is HTTP/2 and the request's URI is not {@code https}
   * @throws IllegalStateException if the client is closed
   */
  Response execute(Request request) throws IOException;

  /**
   * Begins to send the request and returns at once. The future fails with what {@link #execute} throws. To cancel it
   * ends the call and frees its connection. What depends on it may run on a thread of the library, and must not block.
   */
  CompletableFuture<Response> executeAsync(Request request);

  /**
   * Sends a GET and tells what came of it. It is a call like any other: it takes a connection of the pool, or waits for
   * one, and is counted; when its time is over it gives both up. Never throws.
   *
   * @param uri what to ask, such as the health page of a service
   * @param atMost longest that the check may take, waiting included
   */
  default Health checkHealth(URI uri, Duration atMost) {
    Instant checkedAt = Instant.now();
    long start = System.nanoTime();
    CompletableFuture<Response> call;
    try {
      call = executeAsync(Request.get(uri));
    } catch (RuntimeException e) {
      return Health.unknown(String.valueOf(e.getMessage()), since(start), checkedAt);
    }
    try {
      Response response = call.get(atMost.toNanos(), TimeUnit.NANOSECONDS);
      return Health.of(response, since(start), checkedAt);
    } catch (TimeoutException e) {
      call.cancel(true);
      return Health.unknown("no response within " + atMost, since(start), checkedAt);
    } catch (InterruptedException e) {
      call.cancel(true);
      Thread.currentThread().interrupt();
      return Health.unknown("interrupted", since(start), checkedAt);
    } catch (ExecutionException | CancellationException e) {
      Throwable cause = e.getCause() == null ? e : e.getCause();
      return Health.unknown(String.valueOf(cause.getMessage()), since(start), checkedAt);
    }
  }

  private static Duration since(long startNanos) {
    return Duration.ofNanos(System.nanoTime() - startNanos);
  }

  /** What this client has counted since it was opened. */
  ClientMetrics metrics();

  /** Closes every connection and ends every thread of this client. A second call does nothing. */
  @Override
  void close();
}
