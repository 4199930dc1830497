package dev.poolmark.clients.reactor;

import dev.poolmark.clients.ClientConfig;
import dev.poolmark.clients.ClientProvider;
import dev.poolmark.clients.PooledHttpClient;

/** Opens clients on Reactor Netty. */
public final class ReactorNettyProvider implements ClientProvider {
  static final String NAME = "reactor-netty";

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public String artifact() {
    return "io.projectreactor.netty:reactor-netty-http";
  }

  @Override
  public PooledHttpClient open(ClientConfig config) {
    return new ReactorNettyPooledClient(config);
  }
}
