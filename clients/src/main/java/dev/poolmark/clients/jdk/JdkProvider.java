package dev.poolmark.clients.jdk;

import static java.util.Map.entry;

import dev.poolmark.clients.ClientConfig;
import dev.poolmark.clients.spi.Addresses;
import dev.poolmark.clients.spi.Capability;
import dev.poolmark.clients.spi.ClientProvider;
import dev.poolmark.clients.spi.ConnectionMeter;
import dev.poolmark.clients.spi.Support;
import dev.poolmark.clients.spi.Transport;
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
  public Map<Capability, Support> capabilities() {
    return Map.ofEntries(
        entry(Capability.IDLE_TIMEOUT, Support.NATIVE),
        entry(Capability.REUSE_ORDER, Support.UNSUPPORTED),
        entry(Capability.VALIDATE_AFTER_IDLE, Support.NATIVE),
        entry(Capability.CONNECT_TIMEOUT, Support.NATIVE),
        entry(Capability.MAX_LIFETIME, Support.UNSUPPORTED),
        entry(Capability.RESOLVER, Support.UNSUPPORTED),
        entry(Capability.ASYNC, Support.NATIVE),
        entry(Capability.CONNECTION_METRICS, Support.UNSUPPORTED),
        entry(Capability.SURPLUS_CLOSED, Support.UNSUPPORTED),
        entry(Capability.SIBLINGS, Support.UNSUPPORTED),
        entry(Capability.BUSY_POOL, Support.UNSUPPORTED),
        entry(Capability.CLOSE_AFTER_MALFORMED_HEAD, Support.UNSUPPORTED),
        entry(Capability.CLOSE_AFTER_UNASKED_BYTES, Support.UNSUPPORTED),
        entry(Capability.UNDERSCORE_IN_HOST, Support.UNSUPPORTED),
        entry(Capability.SEVERAL_ADDRESSES, Support.UNSUPPORTED),
        entry(Capability.KEEP_ALIVE, Support.UNSUPPORTED),
        entry(Capability.TCP_KEEP_ALIVE, Support.UNSUPPORTED),
        entry(Capability.PING, Support.UNSUPPORTED),
        entry(Capability.HTTP_2, Support.NATIVE),
        entry(Capability.CLOSE_AFTER_GOAWAY, Support.UNSUPPORTED),
        entry(Capability.WAIT_FOR_STREAM, Support.UNSUPPORTED),
        entry(Capability.AWAY_FROM_SILENCE, Support.UNSUPPORTED),
        entry(Capability.UPLOAD_PROGRESS, Support.UNSUPPORTED));
  }

  @Override
  public Transport open(ClientConfig config, ConnectionMeter unused, Addresses unasked) {
    return new JdkTransport(config);
  }
}
