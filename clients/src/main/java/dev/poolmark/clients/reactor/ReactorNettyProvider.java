package dev.poolmark.clients.reactor;

import static java.util.Map.entry;

import dev.poolmark.clients.ClientConfig;
import dev.poolmark.clients.spi.Addresses;
import dev.poolmark.clients.spi.Capability;
import dev.poolmark.clients.spi.ClientProvider;
import dev.poolmark.clients.spi.ConnectionMeter;
import dev.poolmark.clients.spi.Support;
import dev.poolmark.clients.spi.Transport;
import java.util.Map;

/** Opens clients on Reactor Netty. */
public final class ReactorNettyProvider implements ClientProvider {
  @Override
  public String name() {
    return "reactor-netty";
  }

  @Override
  public String artifact() {
    return "io.projectreactor.netty:reactor-netty-http";
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
        entry(Capability.CLOSE_AFTER_UNASKED_BYTES, Support.UNSUPPORTED),
        entry(Capability.TCP_KEEP_ALIVE, Support.NATIVE),
        entry(Capability.PING, Support.NATIVE),
        entry(Capability.HTTP_2, Support.NATIVE),
        entry(Capability.WAIT_FOR_STREAM, Support.NATIVE));
  }

  @Override
  public Transport open(ClientConfig config, ConnectionMeter connections, Addresses addresses) {
    return new ReactorNettyTransport(config, connections, addresses);
  }
}
