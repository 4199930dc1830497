package dev.poolmark.clients;

import dev.poolmark.clients.spi.TransportClient;
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
 * An HTTP client with a connection pool, the same in behaviour whichever library does the work. Open one, share it,
 * close it. Thread-safe, for virtual threads too.
 *
 * <p>It follows no redirects, keeps no cookies and neither asks for compression nor undoes it, because each is a policy
 * of the application, which libraries implement differently: a caller gets the response that the server sent.
 */
public interface PooledHttpClient extends AutoCloseable {
  /**
   * Opens a client.
   *
   * @param client the library that does the work: {@code okhttp}, {@code httpclient5}, {@code httpclient5-async}, {@code
   *     reactor-netty}, {@code jetty} or {@code jdk}; or the name of a provider of your own
   * @throws IllegalArgumentException if the name is unknown, or the library cannot honour a setting
   * @throws IllegalStateException if the library is not on the class path; names the artifact to add
   */
  static PooledHttpClient open(String client, ClientConfig config) {
    return TransportClient.open(client, config);
  }

  /**
   * Sends the request and reads the response to its end.
   *
   * @throws CallException if there is no whole response within the limits of the {@link ClientConfig}; it says why. An
   *     error status is not an exception
   * @throws java.io.InterruptedIOException if the thread is interrupted; it stays so
   * @throws IllegalArgumentException if the protocol is HTTP/2 and the request's URI is not {@code https}
   * @throws IllegalStateException if the client is closed
   */
  Response execute(Request request) throws IOException;

  /**
   * Begins to send the request and returns at once. The future fails with what {@link #execute} throws. Cancelling it
   * ends the call and frees its connection. What depends on it may run on a thread of the library, and must not block.
   */
  CompletableFuture<Response> executeAsync(Request request);

  /**
   * Sends a GET and reports the outcome, for a service that must report whether it reaches another one. It is a call
   * like any other: it waits for a connection of the pool and is counted. Never throws.
   *
   * @param uri what to get, such as the health page of a service
   * @param atMost how long the check may take, waiting for a connection included. The call is cancelled after that
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
      Response response = call.get(TimeUnit.NANOSECONDS.convert(atMost), TimeUnit.NANOSECONDS);
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
