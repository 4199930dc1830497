package dev.poolmark.clients.apacheasync;

import static java.util.Map.entry;

import dev.poolmark.clients.ClientConfig;
import dev.poolmark.clients.spi.Addresses;
import dev.poolmark.clients.spi.Capability;
import dev.poolmark.clients.spi.ClientProvider;
import dev.poolmark.clients.spi.ConnectionMeter;
import dev.poolmark.clients.spi.Support;
import dev.poolmark.clients.spi.Transport;
import java.util.Map;

/** Opens clients on Apache HttpClient 5, asynchronous API. */
public final class HttpClient5AsyncProvider implements ClientProvider {
  @Override
  public String name() {
    return "httpclient5-async";
  }

  @Override
  public String artifact() {
    return "org.apache.httpcomponents.client5:httpclient5";
  }

  /** The library has one timeout for reading and writing, and none for a stream of HTTP/2: the core watches both. */
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
        entry(Capability.AGAIN_AFTER_GOAWAY, Support.UNSUPPORTED),
        entry(Capability.UNKNOWN_FRAMES, Support.UNSUPPORTED),
        entry(Capability.ZERO_WINDOW, Support.UNSUPPORTED),
        entry(Capability.END_IN_HEAD, Support.UNSUPPORTED),
        entry(Capability.CLOSE_AFTER_UNASKED_BYTES, Support.UNSUPPORTED),
        entry(Capability.TCP_KEEP_ALIVE, Support.NATIVE),
        entry(Capability.PING, Support.UNSUPPORTED),
        entry(Capability.HTTP_2, Support.NATIVE),
        entry(Capability.CLOSE_AFTER_GOAWAY, Support.NATIVE),
        entry(Capability.WAIT_FOR_STREAM, Support.NATIVE));
  }

  @Override
  public Transport open(ClientConfig config, ConnectionMeter connections, Addresses addresses) {
    return new HttpClient5AsyncTransport(config, connections, addresses);
  }
}
