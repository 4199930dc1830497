package dev.poolmark.clients;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;

/** Looks up the addresses of a host, in place of the JVM. Must be thread-safe. */
@FunctionalInterface
public interface NameResolver {
  /**
   * The host's addresses, the preferred ones first. It may block; the calls that wait for it still end at their limits.
   *
   * @throws UnknownHostException if the host has no address
   */
  List<InetAddress> resolve(String host) throws UnknownHostException;
}
