package dev.poolmark.clients.jdk;

import static java.util.Map.entry;

import dev.poolmark.clients.ClientConfig;
import dev.poolmark.clients.ClientProvider;
import dev.poolmark.clients.PooledHttpClient;
import dev.poolmark.clients.Setting;
import dev.poolmark.clients.Support;
import java.util.Map;

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
  public Map<Setting, Support> capabilities() {
    return Map.ofEntries(
        entry(Setting.IDLE_TIMEOUT, Support.NATIVE),
        entry(Setting.VALIDATE_AFTER_IDLE, Support.NATIVE),
        entry(Setting.CONNECT_TIMEOUT, Support.NATIVE),
        entry(Setting.MAX_LIFETIME, Support.UNSUPPORTED),
        entry(Setting.ASYNC, Support.NATIVE),
        entry(Setting.CONNECTION_METRICS, Support.UNSUPPORTED),
        entry(Setting.HTTP_2, Support.NATIVE),
        entry(Setting.MAX_LIFETIME_OVER_HTTP_2, Support.UNSUPPORTED),
        entry(Setting.CLOSE_AFTER_GOAWAY, Support.UNSUPPORTED),
        entry(Setting.WAIT_FOR_STREAM, Support.UNSUPPORTED));
  }

  @Override
  public PooledHttpClient open(ClientConfig config) {
    return new JdkPooledClient(config);
  }
}
