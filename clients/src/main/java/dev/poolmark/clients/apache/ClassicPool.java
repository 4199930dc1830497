package dev.poolmark.clients.apache;

import dev.poolmark.clients.ClientConfig;
import dev.poolmark.clients.spi.ConnectionMeter;
import dev.poolmark.clients.spi.MeteredSocket;
import dev.poolmark.clients.spi.Tls;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import org.apache.hc.client5.http.impl.io.DefaultHttpClientConnectionOperator;
import org.apache.hc.client5.http.impl.io.PoolingHttpClientConnectionManager;
import org.apache.hc.client5.http.io.ConnectionEndpoint;
import org.apache.hc.client5.http.io.ManagedHttpClientConnection;
import org.apache.hc.client5.http.ssl.DefaultClientTlsStrategy;
import org.apache.hc.client5.http.ssl.TlsSocketStrategy;
import org.apache.hc.core5.http.HttpHost;
import org.apache.hc.core5.http.config.RegistryBuilder;
import org.apache.hc.core5.http.io.SocketConfig;
import org.apache.hc.core5.http.protocol.HttpContext;
import org.apache.hc.core5.io.CloseMode;
import org.apache.hc.core5.net.NamedEndpoint;
import org.apache.hc.core5.pool.PoolConcurrencyPolicy;
import org.apache.hc.core5.pool.PoolReusePolicy;
import org.apache.hc.core5.util.TimeValue;
import org.apache.hc.core5.util.Timeout;
import org.jspecify.annotations.Nullable;

/**
 * The library's pool, limited to {@code maxIdleConnections} idle ones; it reports to the meter and the exchange when it
 * connects. Thread-safe.
 */
final class ClassicPool extends PoolingHttpClientConnectionManager {
  private final int maxIdle;
  private final boolean capped;

  ClassicPool(ClientConfig config, ConnectionMeter meter) {
    super(
        new Connector(config, meter),
        PoolConcurrencyPolicy.STRICT, // LAX ignores the total
        PoolReusePolicy.LIFO,
        TimeValue.NEG_ONE_MILLISECOND,
        null);
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

  private static final class Connector extends DefaultHttpClientConnectionOperator {
    private final ConnectionMeter meter;

    Connector(ClientConfig config, ConnectionMeter meter) {
      super(
          proxy -> new MeteredSocket(meter),
          null,
          null,
          RegistryBuilder.<TlsSocketStrategy>create()
              .register("https", new DefaultClientTlsStrategy(Tls.context(config)))
              .build());
      this.meter = meter;
    }

    @Override
    public void connect(
        ManagedHttpClientConnection connection,
        HttpHost host,
        @Nullable NamedEndpoint name,
        @Nullable Path unixDomainSocket,
        @Nullable InetSocketAddress localAddress,
        Timeout connectTimeout,
        SocketConfig socketConfig,
        Object attachment,
        HttpContext context)
        throws IOException {
      ExchangeContext exchange = (ExchangeContext) context;
      exchange.connecting(connection);
      super.connect(
          connection,
          host,
          name,
          unixDomainSocket,
          localAddress,
          connectTimeout,
          socketConfig,
          attachment,
          context);
      meter.ready(exchange.connected());
    }

    @Override
    protected void onBeforeTlsHandshake(HttpContext context, HttpHost host) {
      ((ExchangeContext) context).handshaking();
    }
  }
}
