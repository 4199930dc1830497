package dev.poolmark.clients;

import java.util.Locale;

/** How the limit on the connections that calls to one endpoint lease is chosen. */
public enum Sizing {
  /** The limit is {@code maxConnectionsPerEndpoint}. */
  FIXED,
  /**
   * The limit moves between {@code minConnections} and {@code maxConnectionsPerEndpoint}, for each endpoint on its own.
   * It rises while calls wait and more leases bring more throughput, and falls when they do not, or when calls fail.
   */
  ADAPTIVE;

  /** The name in variables and messages, such as {@code adaptive}. */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }
}
