package dev.poolmark.jmh;

import java.io.IOException;

/** One GET of the server's page, its body read whole; to be made again and again. Safe for several threads. */
interface Call extends AutoCloseable {
  /** The body. */
  byte[] call() throws Exception;

  /** Closes the client. */
  @Override
  void close() throws IOException;
}
