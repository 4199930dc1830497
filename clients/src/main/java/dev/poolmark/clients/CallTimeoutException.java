package dev.poolmark.clients;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** A call that ended because a timeout of its {@link ClientConfig} passed, the same type whichever library waited. */
public final class CallTimeoutException extends CallException {
  private static final long serialVersionUID = 1;

  private final String setting;

  CallTimeoutException(
      String setting,
      Duration limit,
      Request request,
      String circumstance,
      @Nullable Throwable cause) {
    super(
        setting + " of " + limit.toMillis() + " ms passed: " + circumstance + ", in a call to "
            + request.endpoint(),
        cause);
    this.setting = setting;
  }

  /** The call did not connect in time. */
  public static CallTimeoutException connect(
      ClientConfig config, Request request, @Nullable Throwable cause) {
    return new CallTimeoutException(
        "connectTimeout", config.connectTimeout(), request, "no connection was made", cause);
  }

  /** Nothing came for too long. */
  public static CallTimeoutException read(
      ClientConfig config, Request request, @Nullable Throwable cause) {
    return new CallTimeoutException(
        "readTimeout", config.readTimeout(), request, "nothing was received", cause);
  }

  /** A part of the request could not be written for too long. */
  public static CallTimeoutException write(
      ClientConfig config, Request request, @Nullable Throwable cause) {
    return new CallTimeoutException(
        "writeTimeout", config.writeTimeout(), request, "nothing could be sent", cause);
  }

  /** The call as a whole took too long. */
  public static CallTimeoutException call(
      ClientConfig config, Request request, @Nullable Throwable cause) {
    return new CallTimeoutException(
        "callTimeout", config.callTimeout(), request, "the response is not complete", cause);
  }

  /** No connection became free in time. */
  public static CallTimeoutException acquire(
      ClientConfig config, Request request, @Nullable Throwable cause) {
    return new CallTimeoutException(
        "acquireTimeout",
        config.acquireTimeout(),
        request,
        config.maxConnections() == 1
            ? "the only connection is in use"
            : "all " + config.maxConnections() + " connections are in use",
        cause);
  }

  /** The field of {@link ClientConfig} that ended the call, such as {@code readTimeout}. */
  public String setting() {
    return setting;
  }
}
