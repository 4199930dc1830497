package dev.poolmark.clients;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * A call that a timeout of its {@link ClientConfig}, or the timeout of its {@link Request}, ended; the same type whichever
 * library waited.
 */
public final class CallTimeoutException extends CallException {
  private static final long serialVersionUID = 1;

  private final String setting;
  private final Duration limit;
  private final Duration waited;

  /**
   * For the core and for decorators.
   *
   * @param failure a timeout: which field of the config passed
   * @param waited from the beginning of the call to its end
   */
  public CallTimeoutException(
      Failure failure,
      ClientConfig config,
      Request request,
      Duration waited,
      @Nullable Throwable cause) {
    super(
        failure,
        request,
        setting(failure, request) + " of " + limit(failure, config, request).toMillis()
            + " ms passed: " + circumstance(failure, config) + ", " + waited.toMillis()
            + " ms after the call began",
        cause);
    this.setting = setting(failure, request);
    this.limit = limit(failure, config, request);
    this.waited = waited;
  }

  private static String setting(Failure failure, Request request) {
    return switch (failure) {
      case ACQUIRE_TIMEOUT -> "acquireTimeout";
      case CONNECT_TIMEOUT -> "connectTimeout";
      case READ_TIMEOUT -> "readTimeout";
      case WRITE_TIMEOUT -> "writeTimeout";
      case CALL_TIMEOUT -> request.timeout().isPresent() ? "timeout" : "callTimeout";
      default -> throw new IllegalArgumentException("failure must be a timeout: " + failure);
    };
  }

  private static Duration limit(Failure failure, ClientConfig config, Request request) {
    return switch (failure) {
      case ACQUIRE_TIMEOUT -> config.acquireTimeout();
      case CONNECT_TIMEOUT -> config.connectTimeout();
      case READ_TIMEOUT -> config.readTimeout();
      case WRITE_TIMEOUT -> config.writeTimeout();
      default -> request.timeout().orElse(config.callTimeout());
    };
  }

  private static String circumstance(Failure failure, ClientConfig config) {
    return switch (failure) {
      case ACQUIRE_TIMEOUT ->
        "no connection became free (" + config.maxConnectionsPerEndpoint() + " for the endpoint, "
            + config.maxConnections() + " in all)";
      case CONNECT_TIMEOUT -> "no connection was made";
      case READ_TIMEOUT -> "nothing was received";
      case WRITE_TIMEOUT -> "nothing could be sent";
      default -> "the response is not complete";
    };
  }

  /**
   * The field of {@link ClientConfig} that ended the call, such as {@code readTimeout}; {@code timeout} if it was the
   * {@link Request}'s own.
   */
  public String setting() {
    return setting;
  }

  /** Its value. */
  public Duration limit() {
    return limit;
  }

  /** From the beginning of the call to its end. */
  public Duration waited() {
    return waited;
  }
}
