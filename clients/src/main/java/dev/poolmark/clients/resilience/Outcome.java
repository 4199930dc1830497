package dev.poolmark.clients.resilience;

import dev.poolmark.clients.Response;
import java.io.IOException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * How an attempt ended.
 *
 * @param response null if there is a failure
 * @param failure null if there is a response
 * @param pause how long to wait before the next attempt; null if the call ends like this
 */
record Outcome(
    @Nullable Response response,
    @Nullable IOException failure,
    @Nullable Duration pause) {

  /** The end of a call that is not tried again. */
  static Outcome end(IOException failure) {
    return new Outcome(null, failure, null);
  }

  boolean isTriedAgain() {
    return pause != null;
  }

  Response get() throws IOException {
    if (failure != null) {
      throw failure;
    }
    return response;
  }
}
