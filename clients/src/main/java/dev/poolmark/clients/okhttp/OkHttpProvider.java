package dev.poolmark.clients.okhttp;

import static java.util.Map.entry;

import dev.poolmark.clients.ClientConfig;
import dev.poolmark.clients.spi.Addresses;
import dev.poolmark.clients.spi.Capability;
import dev.poolmark.clients.spi.ClientProvider;
import dev.poolmark.clients.spi.ConnectionMeter;
import dev.poolmark.clients.spi.Support;
import dev.poolmark.clients.spi.Transport;
import java.util.Map;

/** Opens clients on OkHttp. */
public final class OkHttpProvider implements ClientProvider {
  @Override
  public String name() {
    return "okhttp";
  }

  @Override
  public String artifact() {
    return "com.squareup.okhttp3:okhttp-jvm";
  }

  @Override
  public Map<Capability, Support> capabilities() {
    return Map.ofEntries(
        entry(Capability.MAX_IDLE_CONNECTIONS, Support.NATIVE),
        entry(Capability.IDLE_TIMEOUT, Support.NATIVE),
        entry(Capability.REUSE_ORDER, Support.UNSUPPORTED),
        entry(Capability.VALIDATE_AFTER_IDLE, Support.NATIVE),
        entry(Capability.BUSY_POOL, Support.NATIVE),
        entry(Capability.CONNECT_TIMEOUT, Support.NATIVE),
        entry(Capability.READ_TIMEOUT, Support.NATIVE),
        entry(Capability.UPLOAD_PROGRESS, Support.UNSUPPORTED),
        entry(Capability.PING, Support.NATIVE),
        entry(Capability.HTTP_2, Support.NATIVE),
        entry(Capability.CLOSE_AFTER_GOAWAY, Support.NATIVE),
        entry(Capability.WAIT_FOR_STREAM, Support.NATIVE));
  }

  @Override
  public Transport open(ClientConfig config, ConnectionMeter connections, Addresses addresses) {
    return new OkHttpTransport(config, connections, addresses);
  }
}
