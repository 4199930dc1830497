package dev.poolmark.clients.apacheasync;

import dev.poolmark.clients.ClientConfig;
import dev.poolmark.clients.spi.Addresses;
import dev.poolmark.clients.spi.ConnectionMeter;
import dev.poolmark.clients.spi.MeteredConnection;
import dev.poolmark.clients.spi.Tls;
import java.net.InetAddress;
import java.net.SocketAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Future;
import org.apache.hc.client5.http.SystemDefaultDnsResolver;
import org.apache.hc.client5.http.impl.nio.DefaultAsyncClientConnectionOperator;
import org.apache.hc.client5.http.nio.ManagedAsyncClientConnection;
import org.apache.hc.client5.http.ssl.DefaultClientTlsStrategy;
import org.apache.hc.core5.concurrent.CallbackContribution;
import org.apache.hc.core5.concurrent.FutureCallback;
import org.apache.hc.core5.http.EndpointDetails;
import org.apache.hc.core5.http.HttpHost;
import org.apache.hc.core5.http.config.RegistryBuilder;
import org.apache.hc.core5.http.nio.ssl.TlsStrategy;
import org.apache.hc.core5.http.protocol.HttpContext;
import org.apache.hc.core5.io.CloseMode;
import org.apache.hc.core5.net.NamedEndpoint;
import org.apache.hc.core5.reactor.ConnectionInitiator;
import org.apache.hc.core5.reactor.IOSession;
import org.apache.hc.core5.reactor.IOSessionListener;
import org.apache.hc.core5.util.Timeout;
import org.jspecify.annotations.Nullable;

/**
 * Makes connections, reports them to the meter and the exchange, and closes those that the library forgets because the
 * client is closed while they connect. Thread-safe.
 */
final class AsyncConnector extends DefaultAsyncClientConnectionOperator
    implements IOSessionListener {
  private final ConnectionMeter meter;
  private final Map<String, Open> open = new ConcurrentHashMap<>();
  private volatile boolean closed;

  private record Open(IOSession session, MeteredConnection metered) {}

  AsyncConnector(ClientConfig config, ConnectionMeter meter, Addresses addresses) {
    super(
        RegistryBuilder.<TlsStrategy>create()
            .register("https", new DefaultClientTlsStrategy(Tls.context(config)))
            .build(),
        null,
        new SystemDefaultDnsResolver() {
          @Override
          public InetAddress[] resolve(String host) throws UnknownHostException {
            return addresses.of(host).toArray(InetAddress[]::new);
          }
        });
    this.meter = meter;
  }

  @Override
  public Future<ManagedAsyncClientConnection> connect(
      ConnectionInitiator initiator,
      HttpHost host,
      @Nullable Path unixDomainSocket,
      @Nullable NamedEndpoint name,
      @Nullable SocketAddress localAddress,
      Timeout connectTimeout,
      Object attachment,
      HttpContext context,
      FutureCallback<ManagedAsyncClientConnection> callback) {
    AsyncExchange exchange = (AsyncExchange) context;
    exchange.connecting();
    ConnectionInitiator metered =
        (remote, address, local, timeout, attached, connected) -> initiator.connect(
            remote, address, local, timeout, attached, new CallbackContribution<>(connected) {
              @Override
              public void completed(IOSession session) {
                opened(session);
                exchange.connected(session);
                connected.completed(session);
              }
            });
    return super.connect(
        metered,
        host,
        unixDomainSocket,
        name,
        localAddress,
        connectTimeout,
        attachment,
        context,
        callback);
  }

  /** TCP is connected; the library's own event comes after the handshake. */
  private void opened(IOSession session) {
    MeteredConnection metered = meter.opened(session.getLocalAddress(), session.getRemoteAddress());
    open.put(session.getId(), new Open(session, metered));
    if (closed) {
      close(session);
    }
  }

  @Override
  protected void onAfterSocketConnect(HttpContext context, HttpHost host) {
    if (host.getSchemeName().equals("http")) {
      meter.ready(((AsyncExchange) context).sinceConnectNanos());
    }
  }

  @Override
  protected void onBeforeTlsHandshake(HttpContext context, HttpHost host) {
    ((AsyncExchange) context).handshaking();
  }

  @Override
  protected void onAfterTlsHandshake(HttpContext context, HttpHost host) {
    meter.ready(((AsyncExchange) context).sinceConnectNanos());
  }

  @Override
  public void disconnected(IOSession session) {
    Open ended = open.remove(session.getId());
    if (ended != null) {
      ended.metered.closed();
    }
  }

  /** The open connection that this exchange is about to use; null if it is closed. */
  @Nullable
  MeteredConnection find(EndpointDetails ends) {
    return meter.find(ends.getLocalAddress(), ends.getRemoteAddress());
  }

  private void close(IOSession session) {
    session.close(CloseMode.IMMEDIATE);
    disconnected(session);
  }

  /** Closes what is open, and whatever connects from now on. */
  void close() {
    closed = true;
    open.values().forEach(each -> close(each.session));
  }

  @Override
  public void connected(IOSession session) {}

  @Override
  public void startTls(IOSession session) {}

  @Override
  public void inputReady(IOSession session) {}

  @Override
  public void outputReady(IOSession session) {}

  @Override
  public void timeout(IOSession session) {}

  @Override
  public void exception(IOSession session, Exception cause) {}
}
