package dev.poolmark.clients.jdk;

import dev.poolmark.clients.ClientConfig;
import dev.poolmark.clients.ClientProvider;
import dev.poolmark.clients.PooledHttpClient;

/** Opens clients on the JDK's HttpClient. */
public final class JdkProvider implements ClientProvider {
  static final String NAME = "jdk";

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public String artifact() {
    return "java.net.http";
  }

  @Override
  public PooledHttpClient open(ClientConfig config) {
    return new JdkPooledClient(config);
  }
}
