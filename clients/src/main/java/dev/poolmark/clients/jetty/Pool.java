package dev.poolmark.clients.jetty;

import dev.poolmark.clients.ClientConfig;
import dev.poolmark.clients.Protocol;
import dev.poolmark.clients.spi.IdleLimit;
import org.eclipse.jetty.client.Connection;
import org.eclipse.jetty.client.Destination;
import org.eclipse.jetty.client.MultiplexConnectionPool;
import org.eclipse.jetty.util.ConcurrentPool;
import org.jspecify.annotations.Nullable;

/** Jetty's pool for one endpoint, with a limit on idle connections, which it lacks. Thread-safe. */
final class Pool extends MultiplexConnectionPool {
  private final IdleLimit idle;
  private final long idleMillis;

  Pool(Destination destination, ClientConfig config, IdleLimit idle) {
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
    this.idle = idle;
    this.idleMillis = config.idleTimeout().toMillis();
    config.maxLifetime().ifPresent(age -> setMaxDuration(age.toMillis()));
  }

  @Override
  protected void onCreated(Connection connection) {
    super.onCreated(connection);
    JettyConnector.MeteredEndPoint endPoint = JettyConnector.MeteredEndPoint.of(connection);
    endPoint.setIdleTimeout(idleMillis);
    endPoint.pooled();
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
    if (connection != null) {
      place(connection).free();
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
    if (!place(connection).keep()) {
      return !remove(connection); // a call that has taken it meanwhile may finish
    }
    if (isActive(connection) || !JettyConnector.MeteredEndPoint.of(connection).isPooled()) {
      place(connection).free();
    }
    return true;
  }

  private static IdleLimit.Place place(Connection connection) {
    return JettyConnector.MeteredEndPoint.of(connection).place();
  }

  /** There is a new connection. Gives one back that nobody wants, as after a call was cancelled. */
  @Override
  protected void proceed() {
    super.proceed();
    if (idle.isExceeded()) {
      Connection spare = activate();
      if (spare != null && !release(spare)) {
        spare.close();
      }
    }
  }
}
