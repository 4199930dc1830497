package dev.poolmark.clients.spi;

import dev.poolmark.clients.ClientConfig;

/**
 * How long a connection lives: {@code maxLifetime}, or up to a tenth less, so that connections that were opened together
 * are not all closed together. Stateless.
 */
public final class Lifetime {
  private static final double SPREAD = 0.1;
  private static final double HASHES = 1L << 31;

  private Lifetime() {}

  /** The lifetime of that connection in nanoseconds, the same each time; {@link Long#MAX_VALUE} if it has no limit. */
  public static long nanos(ClientConfig config, Object connection) {
    double share = 1 - SPREAD * System.identityHashCode(connection) / HASHES;
    return config.maxLifetime().map(max -> (long) (share * max.toNanos())).orElse(Long.MAX_VALUE);
  }
}
