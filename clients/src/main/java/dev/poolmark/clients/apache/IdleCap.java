package dev.poolmark.clients.apache;

import dev.poolmark.clients.ClientConfig;
import org.apache.hc.client5.http.HttpRoute;
import org.apache.hc.client5.http.impl.DefaultClientConnectionReuseStrategy;
import org.apache.hc.core5.http.ConnectionReuseStrategy;
import org.apache.hc.core5.http.HttpRequest;
import org.apache.hc.core5.http.HttpResponse;
import org.apache.hc.core5.http.protocol.HttpContext;
import org.apache.hc.core5.pool.ConnPoolControl;

/**
 * Lets no more than {@code maxIdleConnections} go back to the pool, which has no such limit itself. Connections on
 * their way back count as idle already, so that calls which end at once cannot exceed it. Safe for use by several
 * threads.
 */
final class IdleCap implements ConnectionReuseStrategy {
  private final int maxIdle;
  private final boolean unlimited;
  private final ConnPoolControl<HttpRoute> pool;
  private int returning;

  IdleCap(ClientConfig config, ConnPoolControl<HttpRoute> pool) {
    this.maxIdle = config.maxIdleConnections();
    this.unlimited = maxIdle == config.maxConnections();
    this.pool = pool;
  }

  @Override
  public boolean keepAlive(HttpRequest request, HttpResponse response, HttpContext context) {
    if (!DefaultClientConnectionReuseStrategy.INSTANCE.keepAlive(request, response, context)) {
      return false;
    }
    return unlimited || reserve((WatchedCall) context);
  }

  private synchronized boolean reserve(WatchedCall call) {
    if (pool.getTotalStats().getAvailable() + returning >= maxIdle) {
      return false;
    }
    returning++;
    call.keepsConnection = true;
    return true;
  }

  /** To be called when the call's connection is in the pool again, or closed. */
  void returned(WatchedCall call) {
    if (call.keepsConnection) {
      synchronized (this) {
        returning--;
      }
    }
  }
}
