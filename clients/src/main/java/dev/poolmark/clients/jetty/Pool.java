package dev.poolmark.clients.jetty;

import dev.poolmark.clients.ClientConfig;
import dev.poolmark.clients.Protocol;
import org.eclipse.jetty.client.Connection;
import org.eclipse.jetty.client.Destination;
import org.eclipse.jetty.client.MultiplexConnectionPool;
import org.eclipse.jetty.util.ConcurrentPool;
import org.jspecify.annotations.Nullable;

/**
 * The library's pool for one endpoint, with what it lacks: it keeps no more than the idle cap allows. Safe for use by
 * several threads.
 */
final class Pool extends MultiplexConnectionPool {
  private final IdleCap cap;
  private final long idleMillis;

  Pool(Destination destination, ClientConfig config, IdleCap cap) {
    super(
        destination,
        () -> new ConcurrentPool<>(
            ConcurrentPool.StrategyType.FIRST,
            config.maxConnectionsPerEndpoint(),
            // HTTP/1.1 also where a server has declined HTTP/2
            connection ->
                connection instanceof MaxMultiplexable http2 ? http2.getMaxMultiplex() : 1),
        // While a connection is made, that many calls wait for it, and not for one of their own.
        config.protocol() == Protocol.HTTP_2 ? config.maxConnectionsPerEndpoint() : 1);
    this.cap = cap;
    this.idleMillis = config.idleTimeout().toMillis();
    config.maxLifetime().ifPresent(age -> setMaxDuration(age.toMillis()));
  }

  /**
   * Opens a connection for each request that waits for one. The hint is for one more, which would be too many: the
   * request that it speaks of waits already.
   */
  @Override
  protected void tryCreate(boolean hint) {
    super.tryCreate(false);
  }

  @Override
  protected void onCreated(Connection connection) {
    super.onCreated(connection);
    MeteredEndPoint endPoint = MeteredEndPoint.of(connection);
    endPoint.setIdleTimeout(idleMillis);
    cap.created(endPoint);
  }

  /** A pool that stops while a connection is being made removes the place that was kept for it, without one. */
  @Override
  protected void onRemoved(@Nullable Connection connection) {
    if (connection != null) {
      cap.taken(MeteredEndPoint.of(connection));
      super.onRemoved(connection);
    }
  }

  @Override
  protected @Nullable Connection activate() {
    Connection connection = super.activate();
    if (connection != null) {
      cap.taken(MeteredEndPoint.of(connection));
    }
    return connection;
  }

  @Override
  public boolean release(Connection connection) {
    if (connection instanceof MaxMultiplexable) {
      return releaseStream(connection);
    }
    MeteredEndPoint endPoint = MeteredEndPoint.of(connection);
    if (!cap.keeps(endPoint)) {
      remove(connection);
      return false;
    }
    boolean released = super.release(connection);
    if (!released || connection.isClosed()) { // closed before it was counted
      cap.taken(endPoint);
    }
    return released;
  }

  private boolean releaseStream(Connection connection) {
    if (!super.release(connection)) {
      return false;
    }
    if (isActive(connection) || cap.keeps(MeteredEndPoint.of(connection))) {
      return true;
    }
    return !remove(connection); // it stays until its streams end, should it have got any meanwhile
  }

  /** There is a new connection. Gives one back that nobody wants, as after a call was cancelled. */
  @Override
  protected void proceed() {
    super.proceed();
    if (cap.isExceeded()) {
      Connection spare = activate();
      if (spare != null && !release(spare)) {
        spare.close();
      }
    }
  }
}
