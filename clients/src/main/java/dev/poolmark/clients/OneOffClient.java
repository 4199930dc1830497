package dev.poolmark.clients;

import java.io.IOException;

/** {@link Reuse#CLIENT_PER_REQUEST}: opens a client for each request and closes it after the response. */
final class OneOffClient implements PooledHttpClient {
  private final ClientProvider provider;
  private final ClientConfig config;
  private volatile boolean closed;

  OneOffClient(ClientProvider provider, ClientConfig config) {
    this.provider = provider;
    this.config = config.toBuilder().reuse(Reuse.POOLED).build();
    provider.open(this.config).close(); // so that a bad config or a missing library shows now
  }

  @Override
  public Response execute(Request request) throws IOException {
    if (closed) {
      throw FairBound.closedException(provider.name());
    }
    try (PooledHttpClient client = provider.open(config)) {
      return client.execute(request);
    }
  }

  @Override
  public void close() {
    closed = true;
  }
}
