package dev.poolmark.clients.jetty;

import dev.poolmark.clients.ClientConfig;
import dev.poolmark.clients.Protocol;
import dev.poolmark.clients.ReuseOrder;
import dev.poolmark.clients.spi.MeteredConnection;
import java.util.concurrent.TimeUnit;
import org.eclipse.jetty.client.Connection;
import org.eclipse.jetty.client.Destination;
import org.eclipse.jetty.client.MultiplexConnectionPool;
import org.eclipse.jetty.util.ConcurrentPool;
import org.eclipse.jetty.util.IO;
import org.eclipse.jetty.util.thread.Scheduler;
import org.jspecify.annotations.Nullable;

/**
 * Jetty's pool for one endpoint, with a limit on idle connections, which it lacks, and an end for a connection that
 * several calls share: it takes no more calls at once, and is closed after the last of those that it has. Thread-safe.
 */
final class Pool extends MultiplexConnectionPool {
  /** For a call that has just taken the connection to begin. */
  private static final long GRACE_MILLIS = 100;

  private static final long SWEEP_NANOS = TimeUnit.SECONDS.toNanos(1);

  private final Scheduler scheduler;
  private final JettyConnector connector;
  private final long idleMillis;

  Pool(Destination destination, ClientConfig config, JettyConnector connector) {
    super(
        destination,
        () -> new ConcurrentPool<>(
            strategy(config), config.maxConnectionsPerEndpoint(), Pool::maxCalls),
        // While a connection is made, that many calls wait for it, and not for one of their own.
        config.protocol() == Protocol.HTTP_2 ? config.maxConnectionsPerEndpoint() : 1);
    this.scheduler = connector.getScheduler();
    this.connector = connector;
    this.idleMillis = config.idleTimeout().toMillis();
  }

  private static ConcurrentPool.StrategyType strategy(ClientConfig config) {
    return config.reuseOrder() == ReuseOrder.LIFO
        ? ConcurrentPool.StrategyType.FIRST
        : ConcurrentPool.StrategyType.ROUND_ROBIN;
  }

  private static int maxCalls(Connection connection) {
    if (JettyConnector.MeteredEndPoint.of(connection).isRemoved()) {
      return 1; // no more than it has; 0 would be no limit
    }
    // HTTP/1.1 also where a server has declined HTTP/2
    return connection instanceof MaxMultiplexable http2 ? http2.getMaxMultiplex() : 1;
  }

  @Override
  protected void onCreated(Connection connection) {
    super.onCreated(connection);
    JettyConnector.MeteredEndPoint endPoint = JettyConnector.MeteredEndPoint.of(connection);
    endPoint.setIdleTimeout(idleMillis);
    endPoint.pooled();
    sweep(connection, endPoint);
  }

  /** Retires the connection if it is unfit, or else looks again after a second. */
  private void sweep(Connection connection, JettyConnector.MeteredEndPoint endPoint) {
    if (endPoint.metered().unfit() != null) {
      retire(connection, endPoint);
    } else {
      long pause = Math.min(SWEEP_NANOS, endPoint.metered().leftNanos());
      endPoint.expires(scheduler.schedule(
          () -> sweep(connection, endPoint), Math.max(1, pause), TimeUnit.NANOSECONDS));
    }
  }

  private void retire(Connection connection, JettyConnector.MeteredEndPoint endPoint) {
    endPoint.removed();
    scheduler.schedule(
        () -> {
          if (!isActive(connection) && remove(connection)) {
            IO.close(connection);
          }
        },
        GRACE_MILLIS,
        TimeUnit.MILLISECONDS);
  }

  /**
   * With each removal of a connection that several calls share, Jetty's own takes the place of one of them, and so closes
   * it under the last.
   */
  @Override
  public boolean remove(Connection connection) {
    if (connection instanceof MaxMultiplexable && !connection.isClosed() && isActive(connection)) {
      JettyConnector.MeteredEndPoint.of(connection).removed();
      return false;
    }
    return super.remove(connection);
  }

  /** A pool that stops while a connection is being made removes the place that was kept for it, without one. */
  @Override
  protected void onRemoved(@Nullable Connection connection) {
    if (connection != null) {
      JettyConnector.MeteredEndPoint.of(connection).removed();
      super.onRemoved(connection);
    }
  }

  @Override
  protected @Nullable Connection activate() {
    Connection connection = super.activate();
    while (connection != null
        && (JettyConnector.MeteredEndPoint.of(connection).isRemoved()
            || metered(connection).unfit() != null)) {
      JettyConnector.MeteredEndPoint.of(connection).removed();
      if (!release(connection)) {
        connection.close();
      }
      connection = super.activate();
    }
    if (connection != null) {
      metered(connection).taken();
    }
    return connection;
  }

  @Override
  public boolean release(Connection connection) {
    if (!super.release(connection)) {
      return false;
    }
    if (isActive(connection)) { // with other streams, or taken again already
      return true;
    }
    JettyConnector.MeteredEndPoint endPoint = JettyConnector.MeteredEndPoint.of(connection);
    if (endPoint.isRemoved()
        || endPoint.metered().unfit() != null
        || !endPoint.metered().keep()) {
      return !remove(connection); // a call that has taken it meanwhile may finish
    }
    if (isActive(connection) || !endPoint.isPooled()) {
      endPoint.metered().taken();
    }
    return true;
  }

  private static MeteredConnection metered(Connection connection) {
    return JettyConnector.MeteredEndPoint.of(connection).metered();
  }

  /** There is a new connection. Gives one back that nobody wants, as after a call was cancelled. */
  @Override
  protected void proceed() {
    super.proceed();
    if (connector.isIdleLimitExceeded()) {
      Connection spare = activate();
      if (spare != null && !release(spare)) {
        spare.close();
      }
    }
  }
}
