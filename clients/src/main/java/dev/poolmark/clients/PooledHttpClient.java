package dev.poolmark.clients;

import java.io.IOException;

/**
 * An HTTP/1.1 client with a connection pool, the same in behaviour whichever library does the work. Safe for use by
 * any number of threads; open one, share it, close it.
 */
public interface PooledHttpClient extends AutoCloseable {
  /**
   * Sends the request and reads the response to its end.
   *
   * @throws IOException if there is no whole response within the limits of the {@link ClientConfig}; an error status
   *     is no exception
   * @throws IllegalStateException if the client is closed
   */
  Response execute(Request request) throws IOException;

  /** Closes every connection and ends every thread of this client. A second call does nothing. */
  @Override
  void close();
}
