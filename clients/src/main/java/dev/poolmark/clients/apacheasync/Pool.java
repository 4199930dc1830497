package dev.poolmark.clients.apacheasync;

import dev.poolmark.clients.ClientConfig;
import org.apache.hc.client5.http.impl.nio.PoolingAsyncClientConnectionManager;
import org.apache.hc.client5.http.nio.AsyncConnectionEndpoint;
import org.apache.hc.core5.io.CloseMode;
import org.apache.hc.core5.pool.PoolConcurrencyPolicy;
import org.apache.hc.core5.pool.PoolReusePolicy;
import org.apache.hc.core5.util.TimeValue;
import org.jspecify.annotations.Nullable;

/**
 * The library's pool, with what it lacks: it keeps no more than {@code maxIdleConnections}. Safe for use by several
 * threads.
 */
class Pool extends PoolingAsyncClientConnectionManager {
  private final int maxIdle;
  private final boolean capped;

  Pool(ClientConfig config, Sessions sessions) {
    super(
        new Operator(config, sessions),
        PoolConcurrencyPolicy.STRICT, // LAX ignores the total
        PoolReusePolicy.LIFO,
        TimeValue.NEG_ONE_MILLISECOND,
        false);
    this.maxIdle = config.maxIdleConnections();
    this.capped = maxIdle < config.maxConnections();
    setMaxTotal(config.maxConnections());
    setDefaultMaxPerRoute(config.maxConnectionsPerEndpoint());
  }

  @Override
  public void release(
      AsyncConnectionEndpoint endpoint, @Nullable Object state, TimeValue keepAlive) {
    if (!capped) {
      super.release(endpoint, state, keepAlive);
      return;
    }
    synchronized (this) { // two that return at once must not take the same place
      if (getTotalStats().getAvailable() >= maxIdle) {
        endpoint.close(CloseMode.GRACEFUL);
      }
      super.release(endpoint, state, keepAlive);
    }
  }
}
