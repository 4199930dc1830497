package dev.poolmark.clients.apache;

import static java.util.Map.entry;

import dev.poolmark.clients.ClientConfig;
import dev.poolmark.clients.spi.Addresses;
import dev.poolmark.clients.spi.Capability;
import dev.poolmark.clients.spi.ClientProvider;
import dev.poolmark.clients.spi.ConnectionMeter;
import dev.poolmark.clients.spi.Support;
import dev.poolmark.clients.spi.Transport;
import java.util.Map;

/** Opens clients on Apache HttpClient 5, classic API. */
public final class HttpClient5Provider implements ClientProvider {
  @Override
  public String name() {
    return "httpclient5";
  }

  @Override
  public String artifact() {
    return "org.apache.httpcomponents.client5:httpclient5";
  }

  /** The classic API has no timeout for writing and no HTTP/2. */
  @Override
  public Map<Capability, Support> capabilities() {
    return Map.ofEntries(
        entry(Capability.IDLE_TIMEOUT, Support.NATIVE),
        entry(Capability.REUSE_ORDER, Support.NATIVE),
        entry(Capability.MAX_LIFETIME, Support.NATIVE),
        entry(Capability.VALIDATE_AFTER_IDLE, Support.NATIVE),
        entry(Capability.BUSY_POOL, Support.NATIVE),
        entry(Capability.CONNECT_TIMEOUT, Support.NATIVE),
        entry(Capability.READ_TIMEOUT, Support.NATIVE),
        entry(Capability.TCP_KEEP_ALIVE, Support.NATIVE),
        entry(Capability.HTTP_2, Support.UNSUPPORTED));
  }

  @Override
  public Transport open(ClientConfig config, ConnectionMeter connections, Addresses addresses) {
    return new HttpClient5Transport(config, connections, addresses);
  }
}
