package dev.poolmark.clients.reactor;

import java.io.IOException;

/** The server has not taken a byte for the whole write timeout. */
final class StalledWriteException extends IOException {
  private static final long serialVersionUID = 1;

  StalledWriteException() {
    super("the server takes no bytes");
  }
}
