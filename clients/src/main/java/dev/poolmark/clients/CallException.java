package dev.poolmark.clients;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * A call that ended without a whole response. Its message names the endpoint, the limit in force and what was waited;
 * its cause is the library's.
 */
public class CallException extends IOException {
  private static final long serialVersionUID = 1;

  private final Failure failure;
  private final String endpoint;

  /**
   * For the core and for decorators.
   *
   * @param circumstance what happened, without the endpoint
   */
  public CallException(
      Failure failure, Request request, String circumstance, @Nullable Throwable cause) {
    super(circumstance + ", in a call to " + request.endpoint(), cause);
    this.failure = failure;
    this.endpoint = request.endpoint();
  }

  /** Why the call ended. */
  public Failure failure() {
    return failure;
  }

  /** Scheme, host and port of the server. */
  public String endpoint() {
    return endpoint;
  }
}
