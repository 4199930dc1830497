package dev.poolmark.clients.jetty;

import static java.util.Map.entry;

import dev.poolmark.clients.ClientConfig;
import dev.poolmark.clients.ClientProvider;
import dev.poolmark.clients.PooledHttpClient;
import dev.poolmark.clients.Protocol;
import dev.poolmark.clients.Setting;
import dev.poolmark.clients.Support;
import java.util.Map;

/** Opens clients on Jetty's HttpClient. */
public final class JettyProvider implements ClientProvider {
  static final String NAME = "jetty";

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public String artifact() {
    return "org.eclipse.jetty:jetty-client";
  }

  @Override
  public String artifact(Protocol protocol) {
    return protocol == Protocol.HTTP_2
        ? "org.eclipse.jetty.http2:jetty-http2-client-transport"
        : artifact();
  }

  @Override
  public Map<Setting, Support> capabilities() {
    return Map.ofEntries(
        entry(Setting.IDLE_TIMEOUT, Support.NATIVE),
        entry(Setting.MAX_LIFETIME, Support.NATIVE),
        entry(Setting.VALIDATE_AFTER_IDLE, Support.NATIVE),
        entry(Setting.CONNECT_TIMEOUT, Support.NATIVE),
        entry(Setting.ASYNC, Support.NATIVE),
        entry(Setting.HTTP_2, Support.NATIVE),
        entry(Setting.MAX_LIFETIME_OVER_HTTP_2, Support.NATIVE),
        entry(Setting.CLOSE_AFTER_GOAWAY, Support.NATIVE),
        entry(Setting.WAIT_FOR_STREAM, Support.NATIVE));
  }

  @Override
  public PooledHttpClient open(ClientConfig config) {
    return new JettyPooledClient(config);
  }
}
