package dev.poolmark.clients;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * {@link Reuse#CLIENT_PER_REQUEST}: opens a client for each request and closes it after the response. Its own leases
 * keep the bound over all of these clients, and count their calls. Safe for several threads.
 */
final class OneOffClient implements PooledHttpClient {
  private final ClientProvider provider;
  private final ClientConfig config;
  private final Leases leases;

  OneOffClient(ClientProvider provider, ClientConfig config) {
    this.provider = provider;
    this.config = config.toBuilder().reuse(Reuse.POOLED).build();
    this.leases = new Leases(provider.name(), this.config, Optional.empty());
    provider.open(this.config).close(); // so that a bad config or a missing library shows now
  }

  @Override
  public Response execute(Request request) throws IOException {
    try (Lease lease = leases.acquire(request);
        PooledHttpClient client = provider.open(config)) {
      try {
        return lease.received(client.execute(request));
      } catch (CallException e) {
        lease.failed(e.failure(), e);
        throw e;
      } catch (InterruptedIOException e) {
        lease.failed(Failure.CANCELLED, e);
        throw e;
      }
    }
  }

  @Override
  public CompletableFuture<Response> executeAsync(Request request) {
    return AsyncCall.begin(leases, request, (lease, call) -> {
      PooledHttpClient client = provider.open(config);
      CompletableFuture<Response> response = client.executeAsync(request);
      response.whenComplete((received, problem) -> {
        // Elsewhere: this is a thread of the client, which its close would wait for.
        CompletableFuture.runAsync(() -> {
          client.close();
          if (problem == null) {
            call.succeeded(received);
          } else {
            lease.failed(
                problem instanceof CallException e ? e.failure() : Failure.CANCELLED, problem);
            call.failed(problem);
          }
        });
      });
      return () -> response.cancel(true);
    });
  }

  @Override
  public ClientMetrics metrics() {
    return leases.metrics();
  }

  @Override
  public void close() {
    leases.close();
  }
}
