package dev.poolmark.clients.apacheasync;

import dev.poolmark.clients.ClientConfig;
import java.net.SocketTimeoutException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.WeakHashMap;
import java.util.concurrent.Future;
import org.apache.hc.client5.http.ConnectTimeoutException;
import org.apache.hc.client5.http.HttpRoute;
import org.apache.hc.client5.http.impl.ConnectionHolder;
import org.apache.hc.client5.http.nio.AsyncConnectionEndpoint;
import org.apache.hc.core5.concurrent.BasicFuture;
import org.apache.hc.core5.concurrent.FutureCallback;
import org.apache.hc.core5.http.protocol.HttpContext;
import org.apache.hc.core5.io.CloseMode;
import org.apache.hc.core5.reactor.ConnectionInitiator;
import org.apache.hc.core5.util.TimeValue;
import org.apache.hc.core5.util.Timeout;
import org.jspecify.annotations.Nullable;

/**
 * The pool for HTTP/2. A connection is leased from the library's pool while at least one call uses it, and meanwhile
 * others to the same endpoint share it: they wait for the first to connect, and fail with it. The library's own sharing
 * lets calls that come at once open a connection each, and closes a connection with any call on it that fails. Safe for
 * use by several threads.
 */
final class SharingPool extends Pool {
  private final TimeValue keepAlive;
  private final long lifetimeNanos;

  /** The connection that new calls share, for each endpoint that has one. Guarded by this. */
  private final Map<HttpRoute, Shared> current = new HashMap<>();

  private final Map<Object, Long> bornNanos = Collections.synchronizedMap(new WeakHashMap<>());

  SharingPool(ClientConfig config, Sessions sessions) {
    super(config, sessions);
    this.keepAlive = TimeValue.of(config.idleTimeout());
    this.lifetimeNanos = config.maxLifetime().map(age -> age.toNanos()).orElse(Long.MAX_VALUE);
  }

  /** A lease of the library's pool, and who uses it. Its fields are guarded by the pool. */
  final class Shared {
    final HttpRoute route;
    final List<Waiter> waiting = new ArrayList<>();
    volatile AsyncConnectionEndpoint connection; // set before anyone else sees this
    volatile boolean open; // and speaks HTTP/2
    long bornNanos;
    int users = 1;
    boolean retired;

    Shared(HttpRoute route) {
      this.route = route;
    }

    /** No other call gets it any more, and it is closed when the last one ends. */
    void retire() {
      synchronized (SharingPool.this) {
        retired = true;
        current.remove(route, this);
      }
    }
  }

  private record Waiter(Runnable again, BasicFuture<AsyncConnectionEndpoint> future) {}

  @Override
  public Future<AsyncConnectionEndpoint> lease(
      String id,
      HttpRoute route,
      @Nullable Object state,
      Timeout timeout,
      FutureCallback<AsyncConnectionEndpoint> callback) {
    BasicFuture<AsyncConnectionEndpoint> future = new BasicFuture<>(callback);
    lease(id, route, timeout, future);
    return future;
  }

  private void lease(
      String id, HttpRoute route, Timeout timeout, BasicFuture<AsyncConnectionEndpoint> future) {
    if (future.isDone()) {
      return; // given up meanwhile
    }
    Shared shared;
    boolean first = false;
    synchronized (this) {
      shared = current.get(route);
      if (shared != null && !isUsable(shared)) {
        current.remove(route);
        shared = null;
      }
      if (shared == null) {
        shared = new Shared(route);
        current.put(route, shared);
        first = true;
      } else if (shared.open) {
        shared.users++;
      } else {
        shared.waiting.add(new Waiter(() -> lease(id, route, timeout, future), future));
        return;
      }
    }
    if (first) {
      leaseFirst(id, shared, timeout, future);
    } else {
      give(shared, future);
    }
  }

  private boolean isUsable(Shared shared) {
    return !shared.open
        || (shared.connection.isConnected()
            && System.nanoTime() - shared.bornNanos < lifetimeNanos);
  }

  private void leaseFirst(
      String id, Shared shared, Timeout timeout, BasicFuture<AsyncConnectionEndpoint> future) {
    super.lease(id, shared.route, null, timeout, new FutureCallback<>() {
      @Override
      public void completed(AsyncConnectionEndpoint connection) {
        shared.connection = connection;
        if (connection.isConnected()) {
          connected(shared);
        }
        give(shared, future);
      }

      @Override
      public void failed(Exception cause) {
        notConnected(shared, cause);
        future.failed(cause);
      }

      @Override
      public void cancelled() {
        notConnected(shared, null);
        future.cancel();
      }
    });
  }

  private void give(Shared shared, BasicFuture<AsyncConnectionEndpoint> future) {
    Stream stream = new Stream(shared);
    if (!future.completed(stream)) {
      release(stream, null, keepAlive); // given up meanwhile
    }
  }

  @Override
  public Future<AsyncConnectionEndpoint> connect(
      AsyncConnectionEndpoint endpoint,
      ConnectionInitiator initiator,
      @Nullable Timeout timeout,
      @Nullable Object attachment,
      HttpContext context,
      FutureCallback<AsyncConnectionEndpoint> callback) {
    Stream stream = (Stream) endpoint;
    Shared shared = stream.shared();
    return super.connect(
        shared.connection,
        initiator,
        timeout,
        attachment,
        context,
        new FutureCallback<AsyncConnectionEndpoint>() {
          @Override
          public void completed(AsyncConnectionEndpoint connection) {
            if (Stream.isHttp2(connection)) {
              ((Attempt) context).sharesConnection();
            }
            connected(shared);
            callback.completed(stream);
          }

          @Override
          public void failed(Exception cause) {
            boolean handshake = ((Attempt) context).inHandshake();
            notConnected(
                shared,
                handshake && cause instanceof ConnectTimeoutException
                    ? new SocketTimeoutException(cause.getMessage())
                    : cause);
            callback.failed(cause);
          }

          @Override
          public void cancelled() {
            callback.cancelled();
          }
        });
  }

  /** Lets those go on that wait: with it, if it speaks HTTP/2, else each with a connection of its own. */
  private void connected(Shared shared) {
    List<Waiter> waiting;
    synchronized (this) {
      if (Stream.isHttp2(shared.connection)) {
        shared.bornNanos = bornNanos.computeIfAbsent(
            ((ConnectionHolder) shared.connection).get(), unknown -> System.nanoTime());
        shared.open = true;
      } else {
        current.remove(shared.route, shared);
      }
      waiting = take(shared);
    }
    waiting.forEach(waiter -> waiter.again().run());
  }

  /** Lets those fail that wait; without a cause, the next of them tries. */
  private void notConnected(Shared shared, @Nullable Exception cause) {
    List<Waiter> waiting;
    synchronized (this) {
      current.remove(shared.route, shared);
      waiting = take(shared);
    }
    waiting.forEach(waiter -> {
      if (cause == null) {
        waiter.again().run();
      } else {
        waiter.future().failed(cause);
      }
    });
  }

  private static List<Waiter> take(Shared shared) {
    List<Waiter> waiting = List.copyOf(shared.waiting);
    shared.waiting.clear();
    return waiting;
  }

  @Override
  public void release(AsyncConnectionEndpoint endpoint, @Nullable Object state, TimeValue unused) {
    Stream stream = (Stream) endpoint;
    Shared shared = stream.detach();
    if (shared == null) {
      return;
    }
    synchronized (this) {
      if (--shared.users > 0) {
        return;
      }
      current.remove(shared.route, shared);
      if (shared.retired) {
        shared.connection.close(CloseMode.IMMEDIATE);
      }
    }
    super.release(shared.connection, null, keepAlive);
    notConnected(shared, null);
  }
}
