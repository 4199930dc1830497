package dev.poolmark.clients;

import java.io.IOException;

/** A call that ended without a whole response. The message names the endpoint; the cause is the library's. */
public class CallException extends IOException {
  private static final long serialVersionUID = 1;

  /** For a call that the library gave up. */
  public CallException(Request request, Throwable cause) {
    this("call to " + request.endpoint() + " failed: " + cause, cause);
  }

  CallException(String message, Throwable cause) {
    super(message, cause);
  }
}
