package dev.poolmark.clients.apache;

import dev.poolmark.clients.ClientConfig;
import dev.poolmark.clients.ClientProvider;
import dev.poolmark.clients.PooledHttpClient;

/** Opens clients on Apache HttpClient 5, classic API. */
public final class HttpClient5Provider implements ClientProvider {
  static final String NAME = "httpclient5";

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public String artifact() {
    return "org.apache.httpcomponents.client5:httpclient5";
  }

  @Override
  public PooledHttpClient open(ClientConfig config) {
    return new HttpClient5PooledClient(config);
  }
}
