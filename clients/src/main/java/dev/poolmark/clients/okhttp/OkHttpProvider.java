package dev.poolmark.clients.okhttp;

import static java.util.Map.entry;

import dev.poolmark.clients.ClientConfig;
import dev.poolmark.clients.ClientProvider;
import dev.poolmark.clients.PooledHttpClient;
import dev.poolmark.clients.Setting;
import dev.poolmark.clients.Support;
import java.util.Map;

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

  /** Over HTTP/2 OkHttp cannot be told to give a connection up that other calls use. */
  @Override
  public Map<Setting, Support> capabilities() {
    return Map.ofEntries(
        entry(Setting.MAX_IDLE_CONNECTIONS, Support.NATIVE),
        entry(Setting.IDLE_TIMEOUT, Support.NATIVE),
        entry(Setting.VALIDATE_AFTER_IDLE, Support.NATIVE),
        entry(Setting.CALL_TIMEOUT, Support.NATIVE),
        entry(Setting.CONNECT_TIMEOUT, Support.NATIVE),
        entry(Setting.READ_TIMEOUT, Support.NATIVE),
        entry(Setting.WRITE_TIMEOUT, Support.NATIVE),
        entry(Setting.ASYNC, Support.NATIVE),
        entry(Setting.HTTP_2, Support.NATIVE),
        entry(Setting.MAX_LIFETIME_OVER_HTTP_2, Support.UNSUPPORTED),
        entry(Setting.CLOSE_AFTER_GOAWAY, Support.NATIVE),
        entry(Setting.WAIT_FOR_STREAM, Support.NATIVE));
  }

  @Override
  public PooledHttpClient open(ClientConfig config) {
    return new OkHttpPooledClient(config);
  }
}
