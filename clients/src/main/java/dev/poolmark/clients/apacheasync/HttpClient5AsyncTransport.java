package dev.poolmark.clients.apacheasync;

import dev.poolmark.clients.ClientConfig;
import dev.poolmark.clients.Failure;
import dev.poolmark.clients.Protocol;
import dev.poolmark.clients.Reuse;
import dev.poolmark.clients.spi.Addresses;
import dev.poolmark.clients.spi.ConnectionMeter;
import dev.poolmark.clients.spi.Exchange;
import dev.poolmark.clients.spi.TcpKeepAlive;
import dev.poolmark.clients.spi.Transport;
import java.io.InterruptedIOException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import javax.net.ssl.SSLHandshakeException;
import org.apache.hc.client5.http.config.ConnectionConfig;
import org.apache.hc.client5.http.config.RequestConfig;
import org.apache.hc.client5.http.config.TlsConfig;
import org.apache.hc.client5.http.impl.DefaultClientConnectionReuseStrategy;
import org.apache.hc.client5.http.impl.IdleConnectionEvictor;
import org.apache.hc.client5.http.impl.async.CloseableHttpAsyncClient;
import org.apache.hc.client5.http.impl.async.HttpAsyncClientBuilder;
import org.apache.hc.client5.http.impl.nio.PoolingAsyncClientConnectionManager;
import org.apache.hc.core5.concurrent.DefaultThreadFactory;
import org.apache.hc.core5.http.ConnectionClosedException;
import org.apache.hc.core5.http.ConnectionReuseStrategy;
import org.apache.hc.core5.http.HttpStreamResetException;
import org.apache.hc.core5.http.MessageConstraintException;
import org.apache.hc.core5.http.TruncatedChunkException;
import org.apache.hc.core5.http.config.Http1Config;
import org.apache.hc.core5.http2.HttpVersionPolicy;
import org.apache.hc.core5.http2.impl.nio.ProtocolNegotiationException;
import org.apache.hc.core5.io.CloseMode;
import org.apache.hc.core5.reactor.IOReactorConfig;
import org.apache.hc.core5.util.TimeValue;
import org.apache.hc.core5.util.Timeout;

/**
 * Exchanges on HttpClient 5's asynchronous API, whose pool and connect timeout are used. Its automatic retries are off,
 * because the core sends a request again where that is safe. The library checks its connect timeout only every so often,
 * so that it may fire a tenth late, and it looks up a host's name on the thread that makes the call.
 *
 * <p>Over HTTP/2, calls share a connection once one call has used it: each call of a burst that finds no open connection
 * opens one, and all but one are closed when they become idle. A call that fails or is cancelled retires its connection,
 * because the library cannot reset a silent stream: the other calls on it end as usual, and new ones get another.
 * Thread-safe.
 */
final class HttpClient5AsyncTransport implements Transport {
  /** Only this message says that the server closed the connection during the handshake. */
  private static final String CLOSED_IN_HANDSHAKE = "TLS handshake failed";

  private static final int MIN_FIELD_BYTES = 64; // as in the core
  private static final TimeValue CLOSE_LIMIT = TimeValue.ofSeconds(1);
  private static final TimeValue SWEEP = TimeValue.ofSeconds(1);
  private static final Duration MIN_LOOK = Duration.ofMillis(10);
  private static final Duration MAX_LOOK = Duration.ofSeconds(1);

  private final AsyncConnector connector;
  private final CloseableHttpAsyncClient client;
  private final IdleConnectionEvictor evictor;

  HttpClient5AsyncTransport(ClientConfig config, ConnectionMeter meter, Addresses addresses) {
    this.connector = new AsyncConnector(config, meter, addresses);
    PoolingAsyncClientConnectionManager pool = connectionManager(config, connector, meter);
    this.client = client(config, connector, pool);
    this.evictor = new IdleConnectionEvictor(pool, SWEEP, TimeValue.of(config.idleTimeout()));
    client.start();
    evictor.start();
  }

  private static CloseableHttpAsyncClient client(
      ClientConfig config, AsyncConnector connector, PoolingAsyncClientConnectionManager pool) {
    ConnectionReuseStrategy never = (request, response, context) -> false;
    TcpKeepAlive keepAlive = TcpKeepAlive.of(config);
    return HttpAsyncClientBuilder.create()
        .setConnectionManager(pool)
        .setIOReactorConfig(IOReactorConfig.custom()
            .setTcpNoDelay(true)
            .setSoKeepAlive(true)
            .setTcpKeepIdle(keepAlive.idleSeconds())
            .setTcpKeepInterval(keepAlive.intervalSeconds())
            .setTcpKeepCount(keepAlive.probes())
            .setSelectInterval(TimeValue.of(look(config)))
            .build())
        .setThreadFactory(new DefaultThreadFactory("poolmark-httpclient5-async", true))
        .setIOSessionListener(connector)
        .setHttp1Config(Http1Config.custom()
            .setMaxLineLength(config.maxResponseHeaderBytes())
            .setMaxHeaderCount(config.maxResponseHeaderBytes() / MIN_FIELD_BYTES)
            .build())
        .setConnectionReuseStrategy(
            config.reuse() == Reuse.CONNECTION_PER_REQUEST
                ? never
                : (request, response, context) ->
                    DefaultClientConnectionReuseStrategy.INSTANCE.keepAlive(
                            request, response, context)
                        && ((AsyncExchange) context).keeps(response))
        .setKeepAliveStrategy(
            (response, context) -> TimeValue.of(((AsyncExchange) context).keepAlive(response)))
        .setDefaultRequestConfig(RequestConfig.custom()
            .setConnectionRequestTimeout(Timeout.of(config.callTimeout())) // the core has the queue
            .setResponseTimeout(Timeout.DISABLED)
            .setProtocolUpgradeEnabled(false)
            .build())
        .addExecInterceptorFirst("poolmark", (request, body, scope, chain, callback) -> {
          ((AsyncExchange) scope.clientContext).begins(scope.execRuntime);
          chain.proceed(request, body, scope, callback);
        })
        .addRequestInterceptorLast(
            (request, body, context) -> ((AsyncExchange) context).requestBegins())
        .disableAutomaticRetries()
        .disableRedirectHandling()
        .disableCookieManagement()
        .disableAuthCaching()
        .disableContentCompression()
        .build();
  }

  private static PoolingAsyncClientConnectionManager connectionManager(
      ClientConfig config, AsyncConnector connector, ConnectionMeter meter) {
    boolean http2 = config.protocol() == Protocol.HTTP_2;
    PoolingAsyncClientConnectionManager manager =
        new PoolingAsyncClientConnectionManager(new AsyncPool(config, meter), connector) {};
    manager.setDefaultConnectionConfig(ConnectionConfig.custom()
        .setConnectTimeout(Timeout.of(config.connectTimeout()))
        .setValidateAfterInactivity( // not where calls share: each would replace the connection
            http2 ? TimeValue.NEG_ONE_MILLISECOND : TimeValue.of(config.validateAfterIdle()))
        .build());
    manager.setDefaultTlsConfig(TlsConfig.custom()
        .setVersionPolicy(http2 ? HttpVersionPolicy.NEGOTIATE : HttpVersionPolicy.FORCE_HTTP_1)
        .setHandshakeTimeout(Timeout.of(config.callTimeout())) // the core watches it
        .build());
    return manager;
  }

  /** How often the library checks whether a timeout has passed. */
  private static Duration look(ClientConfig config) {
    Duration tenth = config.connectTimeout().dividedBy(10);
    return Collections.max(List.of(MIN_LOOK, Collections.min(List.of(MAX_LOOK, tenth))));
  }

  @Override
  public void send(Exchange exchange) {
    new AsyncExchange(exchange, client, connector).send();
  }

  @Override
  public Failure reason(Throwable cause, Exchange exchange) {
    if (cause instanceof MessageConstraintException) {
      return Failure.RESPONSE_TOO_LARGE;
    }
    boolean closed = cause instanceof ConnectionClosedException
        || cause instanceof TruncatedChunkException
        || cause instanceof HttpStreamResetException
        || cause instanceof ProtocolNegotiationException // in a handshake that offers HTTP/2
        || (cause instanceof InterruptedIOException // before the request was begun
            && !(cause instanceof SocketTimeoutException))
        || (cause instanceof SSLHandshakeException
            && CLOSED_IN_HANDSHAKE.equals(cause.getMessage()));
    return closed ? Failure.CONNECTION_CLOSED : exchange.reasonOf(cause);
  }

  @Override
  public void close() {
    evictor.shutdown();
    // At once, the library would forget what its threads are about to connect.
    client.initiateShutdown();
    connector.close();
    try {
      client.awaitShutdown(CLOSE_LIMIT);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      client.close(CloseMode.IMMEDIATE);
      connector.close();
    }
  }
}
