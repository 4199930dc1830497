package dev.poolmark.clients.jetty;

import dev.poolmark.clients.ClientConfig;
import dev.poolmark.clients.Leases;
import dev.poolmark.clients.Protocol;
import java.util.concurrent.RejectedExecutionException;
import org.eclipse.jetty.client.Connection;
import org.eclipse.jetty.client.Destination;
import org.eclipse.jetty.client.MultiplexConnectionPool;
import org.eclipse.jetty.client.transport.HttpDestination;
import org.eclipse.jetty.util.ConcurrentPool;
import org.jspecify.annotations.Nullable;

/**
 * The library's pool for one endpoint, with what it lacks: it keeps no more than the idle cap allows, and opens no
 * connection while it has as many as there are calls. Safe for use by several threads.
 */
final class Pool extends MultiplexConnectionPool {
  private final HttpDestination destination;
  private final Leases leases;
  private final IdleCap cap;
  private final long idleMillis;
  private volatile boolean refused;

  Pool(Destination destination, ClientConfig config, Leases leases, IdleCap cap) {
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
    this.destination = (HttpDestination) destination;
    this.leases = leases;
    this.cap = cap;
    this.idleMillis = config.idleTimeout().toMillis();
    config.maxLifetime().ifPresent(age -> setMaxDuration(age.toMillis()));
  }

  /**
   * Opens a connection for each request that waits for one, unless there are as many as calls. The hint is for one
   * more, which would be too many: the request that it speaks of waits already. And of as many as calls one is free, or
   * will be: the request only seems to wait, because a thread has just taken a connection, for it or in vain.
   */
  @Override
  protected void tryCreate(boolean hint) {
    if (getConnectionCount() < leases.inUse()) {
      super.tryCreate(false);
    } else {
      refused = true;
    }
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

  /** The library does not look whether a request has come while this connection was taken in vain. */
  @Override
  public boolean release(Connection connection) {
    boolean kept = connection instanceof MaxMultiplexable
        ? releaseStream(connection)
        : releaseHttp1(connection);
    if (refused) {
      refused = false;
      if (!kept) {
        connection.close(); // before another takes its place
      }
      serveLater();
    }
    return kept;
  }

  /** Not here: a connection that is about to close would be taken and released again and again, ever deeper. */
  private void serveLater() {
    try {
      destination.getHttpClient().getExecutor().execute(super::proceed);
    } catch (RejectedExecutionException stopped) {
      // with the client, which fails what waits
    }
  }

  private boolean releaseHttp1(Connection connection) {
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
