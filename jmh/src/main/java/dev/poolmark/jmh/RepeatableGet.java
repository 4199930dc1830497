package dev.poolmark.jmh;

import java.io.IOException;

/** A GET of the server's page that can be made again and again, and the client that makes it. Thread-safe. */
interface RepeatableGet extends AutoCloseable {
  /** Makes the request and reads the whole response; its body. */
  byte[] call() throws Exception;

  /** Closes the client. */
  @Override
  void close() throws IOException;
}
