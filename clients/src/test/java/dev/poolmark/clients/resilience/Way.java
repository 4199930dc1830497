package dev.poolmark.clients.resilience;

import dev.poolmark.clients.PooledHttpClient;
import dev.poolmark.clients.Request;
import dev.poolmark.clients.Response;
import java.io.IOException;
import java.util.concurrent.CompletionException;

/** How a test makes its calls. */
enum Way {
  EXECUTE {
    @Override
    Response call(PooledHttpClient client, Request request) throws IOException {
      return client.execute(request);
    }
  },
  EXECUTE_ASYNC {
    @Override
    Response call(PooledHttpClient client, Request request) throws IOException {
      try {
        return client.executeAsync(request).join();
      } catch (CompletionException e) {
        if (e.getCause() instanceof IOException failure) {
          throw failure;
        }
        throw (RuntimeException) e.getCause();
      }
    }
  };

  abstract Response call(PooledHttpClient client, Request request) throws IOException;
}
