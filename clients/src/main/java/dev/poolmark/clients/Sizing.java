package dev.poolmark.clients;

import java.util.Locale;

/** How the limit on the connections that calls to one endpoint lease is chosen. */
public enum Sizing {
  /** The limit is {@code maxConnectionsPerEndpoint}. */
  FIXED,
  /**
   * The limit moves between {@code minConnections} and {@code maxConnectionsPerEndpoint}, for each endpoint on its own.
   * It rises while calls wait and more leases bring more throughput, and falls when they do not, or when calls fail. As
   * many connections stay open as were in use at once within the last {@code idleTimeout}: the next call always gets one
   * of those used last, so that the others end.
   */
  ADAPTIVE;

  /** The name in variables and messages, such as {@code adaptive}. */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }
}
