package dev.poolmark.clients.apacheasync;

import dev.poolmark.clients.ClientConfig;
import dev.poolmark.clients.Tls;
import java.net.SocketAddress;
import java.nio.file.Path;
import java.util.concurrent.Future;
import org.apache.hc.client5.http.impl.nio.DefaultAsyncClientConnectionOperator;
import org.apache.hc.client5.http.nio.ManagedAsyncClientConnection;
import org.apache.hc.client5.http.ssl.DefaultClientTlsStrategy;
import org.apache.hc.core5.concurrent.CallbackContribution;
import org.apache.hc.core5.concurrent.FutureCallback;
import org.apache.hc.core5.http.HttpHost;
import org.apache.hc.core5.http.config.RegistryBuilder;
import org.apache.hc.core5.http.nio.ssl.TlsStrategy;
import org.apache.hc.core5.http.protocol.HttpContext;
import org.apache.hc.core5.net.NamedEndpoint;
import org.apache.hc.core5.reactor.ConnectionInitiator;
import org.apache.hc.core5.reactor.IOSession;
import org.apache.hc.core5.util.Timeout;
import org.jspecify.annotations.Nullable;

/** Makes connections, and tells of them the attempt that needs one and the meter. Safe for use by several threads. */
final class Operator extends DefaultAsyncClientConnectionOperator {
  private final Sessions sessions;

  Operator(ClientConfig config, Sessions sessions) {
    super(
        RegistryBuilder.<TlsStrategy>create()
            .register("https", new DefaultClientTlsStrategy(Tls.context(config)))
            .build(),
        null,
        null);
    this.sessions = sessions;
  }

  @Override
  public Future<ManagedAsyncClientConnection> connect(
      ConnectionInitiator initiator,
      HttpHost host,
      @Nullable Path unixDomainSocket,
      @Nullable NamedEndpoint endpointName,
      @Nullable SocketAddress localAddress,
      Timeout connectTimeout,
      Object attachment,
      HttpContext context,
      FutureCallback<ManagedAsyncClientConnection> callback) {
    Attempt attempt = (Attempt) context;
    attempt.connectBegins();
    ConnectionInitiator metered =
        (remote, address, local, timeout, attached, connected) -> initiator.connect(
            remote,
            address,
            local,
            timeout,
            attached,
            new CallbackContribution<IOSession>(connected) {
              @Override
              public void completed(IOSession session) {
                sessions.opened(session);
                attempt.connected(session);
                connected.completed(session);
              }
            });
    return super.connect(
        metered,
        host,
        unixDomainSocket,
        endpointName,
        localAddress,
        connectTimeout,
        attachment,
        context,
        callback);
  }

  @Override
  protected void onAfterSocketConnect(HttpContext context, HttpHost host) {
    if (host.getSchemeName().equals("http")) {
      ready((Attempt) context);
    }
  }

  @Override
  protected void onBeforeTlsHandshake(HttpContext context, HttpHost host) {
    ((Attempt) context).handshakeBegins();
  }

  @Override
  protected void onAfterTlsHandshake(HttpContext context, HttpHost host) {
    ready((Attempt) context);
  }

  private void ready(Attempt attempt) {
    sessions.ready(attempt.sinceConnectBeganNanos());
  }
}
