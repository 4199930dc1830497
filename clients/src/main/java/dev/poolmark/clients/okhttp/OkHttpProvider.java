package dev.poolmark.clients.okhttp;

import dev.poolmark.clients.ClientConfig;
import dev.poolmark.clients.ClientProvider;
import dev.poolmark.clients.PooledHttpClient;

/** Opens clients on OkHttp. */
public final class OkHttpProvider implements ClientProvider {
  static final String NAME = "okhttp";

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public String artifact() {
    return "com.squareup.okhttp3:okhttp-jvm";
  }

  @Override
  public PooledHttpClient open(ClientConfig config) {
    return new OkHttpPooledClient(config);
  }
}
