package dev.poolmark.clients.apacheasync;

import dev.poolmark.clients.ClientConfig;
import dev.poolmark.clients.CloseReason;
import dev.poolmark.clients.ReuseOrder;
import dev.poolmark.clients.spi.ConnectionMeter;
import dev.poolmark.clients.spi.MeteredConnection;
import java.io.IOException;
import java.time.Duration;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Future;
import org.apache.hc.client5.http.HttpRoute;
import org.apache.hc.client5.http.nio.ManagedAsyncClientConnection;
import org.apache.hc.core5.concurrent.CallbackContribution;
import org.apache.hc.core5.concurrent.CompletedFuture;
import org.apache.hc.core5.concurrent.FutureCallback;
import org.apache.hc.core5.http.HttpVersion;
import org.apache.hc.core5.io.CloseMode;
import org.apache.hc.core5.pool.DefaultDisposalCallback;
import org.apache.hc.core5.pool.DisposalCallback;
import org.apache.hc.core5.pool.PoolEntry;
import org.apache.hc.core5.pool.PoolReusePolicy;
import org.apache.hc.core5.pool.StrictConnPool;
import org.apache.hc.core5.util.TimeValue;
import org.apache.hc.core5.util.Timeout;
import org.jspecify.annotations.Nullable;

/**
 * The library's pool, limited over HTTP/2 to one idle connection for each endpoint. Calls
 * share an HTTP/2 connection that another call has leased. The library's own sharing pool, {@code H2SharingConnPool},
 * opens a second connection when two calls come at once, and a call that fails ends the others on its connection.
 * Thread-safe.
 */
final class AsyncPool extends StrictConnPool<HttpRoute, ManagedAsyncClientConnection> {
  private final ConnectionMeter meter;

  // guarded by this
  private final Map<HttpRoute, PoolEntry<HttpRoute, ManagedAsyncClientConnection>> shared =
      new HashMap<>();
  private final Map<PoolEntry<HttpRoute, ManagedAsyncClientConnection>, Integer> sharers =
      new HashMap<>();

  AsyncPool(ClientConfig config, ConnectionMeter meter) {
    super(
        config.maxConnectionsPerEndpoint(),
        config.maxConnections(),
        config.maxLifetime().map(TimeValue::of).orElse(TimeValue.NEG_ONE_MILLISECOND),
        config.reuseOrder() == ReuseOrder.LIFO ? PoolReusePolicy.LIFO : PoolReusePolicy.FIFO,
        disposal(config),
        null);
    this.meter = meter;
  }

  /**
   * Closes an HTTP/2 connection only when its calls have ended. One whose calls do not end is closed when it has been
   * silent for so long that each of them has run into a timeout; one that the server has given up, in half that time,
   * because the library does not say which of the calls the server has ignored.
   */
  private static DisposalCallback<ManagedAsyncClientConnection> disposal(ClientConfig config) {
    DisposalCallback<ManagedAsyncClientConnection> library = new DefaultDisposalCallback<>();
    Duration silence = Collections.max(List.of(config.readTimeout(), config.writeTimeout()));
    return (connection, mode) -> {
      if (!isHttp2(connection)) {
        library.execute(connection, mode);
        return;
      }
      connection.setSocketTimeout(
          Timeout.of(connection.isOpen() ? silence : config.readTimeout().dividedBy(2)));
      try {
        connection.close();
      } catch (IOException e) {
        connection.close(CloseMode.IMMEDIATE);
      }
    };
  }

  private static boolean isHttp2(@Nullable ManagedAsyncClientConnection connection) {
    return connection != null && connection.getProtocolVersion().greaterEquals(HttpVersion.HTTP_2);
  }

  @Override
  public Future<PoolEntry<HttpRoute, ManagedAsyncClientConnection>> lease(
      HttpRoute route,
      @Nullable Object state,
      Timeout timeout,
      FutureCallback<PoolEntry<HttpRoute, ManagedAsyncClientConnection>> callback) {
    Leased leased = new Leased(callback);
    Future<PoolEntry<HttpRoute, ManagedAsyncClientConnection>> future;
    synchronized (this) { // two that come at once must find the same connection
      PoolEntry<HttpRoute, ManagedAsyncClientConnection> current = shared.get(route);
      if (current != null && isUsable(current)) {
        sharers.merge(current, 1, Integer::sum);
        leased.entry = current;
        future = new CompletedFuture<>(current);
      } else {
        future = super.lease(route, state, timeout, leased);
      }
      leased.isWaiting = true;
    }
    if (leased.entry != null) {
      callback.completed(leased.entry);
    }
    return future;
  }

  private boolean isUsable(PoolEntry<HttpRoute, ManagedAsyncClientConnection> entry) {
    ManagedAsyncClientConnection connection = entry.getConnection();
    return connection != null
        && connection.isOpen()
        && !entry.getValidityDeadline().isExpired()
        && isFit(entry);
  }

  private boolean isFit(PoolEntry<HttpRoute, ManagedAsyncClientConnection> entry) {
    MeteredConnection metered = metered(entry);
    return metered == null || metered.unfit() == null;
  }

  private @Nullable MeteredConnection metered(
      PoolEntry<HttpRoute, ManagedAsyncClientConnection> entry) {
    ManagedAsyncClientConnection connection = entry.getConnection();
    return connection == null
        ? null
        : meter.find(connection.getLocalAddress(), connection.getRemoteAddress());
  }

  @Override
  public void closeExpired() {
    enumAvailable(this::closeIfUnfit); // first, as this knows why
    super.closeExpired();
  }

  private void closeIfUnfit(PoolEntry<HttpRoute, ManagedAsyncClientConnection> entry) {
    if (!isFit(entry)) {
      entry.discardConnection(CloseMode.GRACEFUL);
    }
  }

  /** A lease that the library's pool grants; its callback runs without the lock. */
  private final class Leased
      extends CallbackContribution<PoolEntry<HttpRoute, ManagedAsyncClientConnection>> {
    private final FutureCallback<PoolEntry<HttpRoute, ManagedAsyncClientConnection>> callback;
    private @Nullable PoolEntry<HttpRoute, ManagedAsyncClientConnection> entry;
    private boolean isWaiting;

    Leased(FutureCallback<PoolEntry<HttpRoute, ManagedAsyncClientConnection>> callback) {
      super(callback);
      this.callback = callback;
    }

    @Override
    public void completed(PoolEntry<HttpRoute, ManagedAsyncClientConnection> granted) {
      closeIfUnfit(granted);
      boolean waited;
      synchronized (AsyncPool.this) {
        if (isHttp2(granted.getConnection())) {
          shared.put(granted.getRoute(), granted);
          sharers.put(granted, 1);
        }
        waited = isWaiting;
        if (!waited) {
          entry = granted;
        }
      }
      if (waited) {
        callback.completed(granted);
      }
    }
  }

  @Override
  public void release(
      @Nullable PoolEntry<HttpRoute, ManagedAsyncClientConnection> entry, boolean kept) {
    if (entry == null) {
      return;
    }
    boolean reusable = kept && isFit(entry);
    synchronized (this) { // two that return at once must not take the same place
      HttpRoute route = entry.getRoute();
      if (!reusable) {
        shared.remove(route, entry);
        entry.discardConnection(CloseMode.GRACEFUL);
      }
      Integer users = sharers.remove(entry);
      if (users != null && users > 1) {
        sharers.put(entry, users - 1);
        return;
      }
      shared.remove(route, entry);
      boolean spare = isHttp2(entry.getConnection()) && getStats(route).getAvailable() > 0;
      MeteredConnection metered = spare ? metered(entry) : null;
      if (metered != null) {
        metered.closing(CloseReason.IDLE_LIMIT);
      }
      super.release(entry, reusable && !spare);
    }
  }
}
