package dev.poolmark.clients.apache;

import dev.poolmark.clients.ClientConfig;
import dev.poolmark.clients.ConnectionMeter;
import dev.poolmark.clients.MeteredSocket;
import dev.poolmark.clients.Tls;
import java.io.IOException;
import java.net.Proxy;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.hc.client5.http.impl.io.DefaultHttpClientConnectionOperator;
import org.apache.hc.client5.http.impl.io.PoolingHttpClientConnectionManager;
import org.apache.hc.client5.http.io.ConnectionEndpoint;
import org.apache.hc.client5.http.io.DetachedSocketFactory;
import org.apache.hc.client5.http.ssl.DefaultClientTlsStrategy;
import org.apache.hc.client5.http.ssl.TlsSocketStrategy;
import org.apache.hc.core5.http.HttpHost;
import org.apache.hc.core5.http.config.RegistryBuilder;
import org.apache.hc.core5.http.protocol.HttpContext;
import org.apache.hc.core5.io.CloseMode;
import org.apache.hc.core5.io.Closer;
import org.apache.hc.core5.pool.PoolConcurrencyPolicy;
import org.apache.hc.core5.pool.PoolReusePolicy;
import org.apache.hc.core5.util.TimeValue;
import org.jspecify.annotations.Nullable;

/**
 * The library's pool, with what it lacks: it keeps no more than {@code maxIdleConnections}, and tells of its
 * connections, the meter when they open and close, and the call what it waits for. Safe for use by several threads.
 */
final class Pool extends PoolingHttpClientConnectionManager {
  private final int maxIdle;
  private final boolean capped;
  private final Sockets sockets;

  Pool(ClientConfig config, ConnectionMeter meter) {
    this(config, new Sockets(meter));
  }

  private Pool(ClientConfig config, Sockets sockets) {
    super(
        new Operator(config, sockets),
        PoolConcurrencyPolicy.STRICT, // LAX ignores the total
        PoolReusePolicy.LIFO,
        TimeValue.NEG_ONE_MILLISECOND,
        null);
    this.sockets = sockets;
    this.maxIdle = config.maxIdleConnections();
    this.capped = maxIdle < config.maxConnections();
    setMaxTotal(config.maxConnections());
    setDefaultMaxPerRoute(config.maxConnectionsPerEndpoint());
  }

  @Override
  public void release(
      ConnectionEndpoint endpoint, @Nullable Object state, @Nullable TimeValue keepAlive) {
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

  @Override
  public void close(CloseMode mode) {
    super.close(mode);
    sockets.over();
  }

  /** Makes sockets, and closes those that the library forgets when it is closed while they connect. */
  private static final class Sockets implements DetachedSocketFactory {
    private final ConnectionMeter meter;
    private final Set<Socket> made = ConcurrentHashMap.newKeySet();
    private volatile boolean over;

    Sockets(ConnectionMeter meter) {
      this.meter = meter;
    }

    @Override
    public Socket create(@Nullable Proxy proxy) throws IOException {
      Socket socket = new MeteredSocket(meter);
      made.removeIf(Socket::isClosed);
      made.add(socket);
      if (over) {
        socket.close();
      }
      return socket;
    }

    void over() {
      over = true;
      made.forEach(Closer::closeQuietly);
    }
  }

  private static final class Operator extends DefaultHttpClientConnectionOperator {
    Operator(ClientConfig config, Sockets sockets) {
      super(
          sockets,
          null,
          null,
          RegistryBuilder.<TlsSocketStrategy>create()
              .register("https", new DefaultClientTlsStrategy(Tls.context(config)))
              .build());
    }

    @Override
    protected void onBeforeSocketConnect(HttpContext context, HttpHost host) {
      ((WatchedCall) context).connectBegins();
    }

    @Override
    protected void onAfterSocketConnect(HttpContext context, HttpHost host) {
      if (host.getSchemeName().equals("http")) {
        ((WatchedCall) context).connected();
      }
    }

    @Override
    protected void onBeforeTlsHandshake(HttpContext context, HttpHost host) {
      ((WatchedCall) context).handshakeBegins();
    }

    @Override
    protected void onAfterTlsHandshake(HttpContext context, HttpHost host) {
      ((WatchedCall) context).connected();
    }
  }
}
