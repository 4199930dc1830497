package dev.poolmark.clients.jetty;

import static java.util.Map.entry;

import dev.poolmark.clients.ClientConfig;
import dev.poolmark.clients.Protocol;
import dev.poolmark.clients.spi.Addresses;
import dev.poolmark.clients.spi.Capability;
import dev.poolmark.clients.spi.ClientProvider;
import dev.poolmark.clients.spi.ConnectionMeter;
import dev.poolmark.clients.spi.Support;
import dev.poolmark.clients.spi.Transport;
import java.util.Map;

/** Opens clients on Jetty's HttpClient. */
public final class JettyProvider implements ClientProvider {
  @Override
  public String name() {
    return "jetty";
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
  public Map<Capability, Support> capabilities() {
    return Map.ofEntries(
        entry(Capability.IDLE_TIMEOUT, Support.NATIVE),
        entry(Capability.REUSE_ORDER, Support.NATIVE),
        entry(Capability.MAX_LIFETIME, Support.NATIVE),
        entry(Capability.VALIDATE_AFTER_IDLE, Support.NATIVE),
        entry(Capability.BUSY_POOL, Support.NATIVE),
        entry(Capability.CONNECT_TIMEOUT, Support.NATIVE),
        entry(Capability.ASYNC, Support.NATIVE),
        entry(Capability.MALFORMED_CHUNK, Support.UNSUPPORTED),
        entry(Capability.UPLOAD_PROGRESS, Support.UNSUPPORTED),
        entry(Capability.WRONG_LENGTH, Support.UNSUPPORTED),
        entry(Capability.CLOSE_AFTER_UNASKED_BYTES, Support.UNSUPPORTED),
        entry(Capability.UNDERSCORE_IN_HOST, Support.UNSUPPORTED),
        entry(Capability.PING, Support.UNSUPPORTED),
        entry(Capability.HTTP_2, Support.NATIVE),
        entry(Capability.CLOSE_AFTER_GOAWAY, Support.NATIVE),
        entry(Capability.WAIT_FOR_STREAM, Support.NATIVE));
  }

  @Override
  public Transport open(ClientConfig config, ConnectionMeter connections, Addresses addresses) {
    return new JettyTransport(config, connections, addresses);
  }
}
