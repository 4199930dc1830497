package dev.poolmark.clients.apache;

import dev.poolmark.clients.ClientConfig;
import dev.poolmark.clients.CloseReason;
import dev.poolmark.clients.Failure;
import dev.poolmark.clients.Reuse;
import dev.poolmark.clients.spi.Addresses;
import dev.poolmark.clients.spi.BlockingTransport;
import dev.poolmark.clients.spi.ConnectionMeter;
import dev.poolmark.clients.spi.Exchange;
import dev.poolmark.clients.spi.MeteredConnection;
import dev.poolmark.clients.spi.TcpKeepAlive;
import java.io.IOException;
import org.apache.hc.client5.http.config.ConnectionConfig;
import org.apache.hc.client5.http.config.RequestConfig;
import org.apache.hc.client5.http.config.TlsConfig;
import org.apache.hc.client5.http.impl.DefaultClientConnectionReuseStrategy;
import org.apache.hc.client5.http.impl.IdleConnectionEvictor;
import org.apache.hc.client5.http.impl.classic.CloseableHttpClient;
import org.apache.hc.client5.http.impl.classic.HttpClientBuilder;
import org.apache.hc.core5.http.ClassicHttpRequest;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.ConnectionClosedException;
import org.apache.hc.core5.http.ConnectionReuseStrategy;
import org.apache.hc.core5.http.HttpException;
import org.apache.hc.core5.http.MessageConstraintException;
import org.apache.hc.core5.http.NoHttpResponseException;
import org.apache.hc.core5.http.TruncatedChunkException;
import org.apache.hc.core5.http.impl.io.HttpRequestExecutor;
import org.apache.hc.core5.http.io.HttpClientConnection;
import org.apache.hc.core5.http.io.HttpResponseInformationCallback;
import org.apache.hc.core5.http.io.SocketConfig;
import org.apache.hc.core5.http.protocol.HttpContext;
import org.apache.hc.core5.io.CloseMode;
import org.apache.hc.core5.util.TimeValue;
import org.apache.hc.core5.util.Timeout;
import org.jspecify.annotations.Nullable;

/**
 * Exchanges on HttpClient 5's classic API, whose pool, connect timeout and read timeout are used. The library does not
 * notice when the server closes an idle connection: it looks before it uses one that was idle for {@code
 * validateAfterIdle}. Its automatic retries are off, because the core sends a request again where that is safe.
 * Thread-safe.
 */
final class HttpClient5Transport implements BlockingTransport {
  private static final TimeValue SWEEP = TimeValue.ofSeconds(1);

  private final CloseableHttpClient client;
  private final IdleConnectionEvictor evictor;

  HttpClient5Transport(ClientConfig config, ConnectionMeter meter, Addresses addresses) {
    ConnectionReuseStrategy never = (request, response, context) -> false;
    ClassicPool pool = pool(config, meter, addresses);
    this.client = HttpClientBuilder.create()
        .setConnectionManager(pool)
        .setConnectionReuseStrategy(
            config.reuse() == Reuse.CONNECTION_PER_REQUEST
                ? never
                : (request, response, context) ->
                    DefaultClientConnectionReuseStrategy.INSTANCE.keepAlive(
                            request, response, context)
                        && ((ExchangeContext) context).keeps(response))
        .setKeepAliveStrategy(
            (response, context) -> TimeValue.of(((ExchangeContext) context).keepAlive(response)))
        .setDefaultRequestConfig(RequestConfig.custom()
            .setConnectionRequestTimeout(Timeout.of(config.callTimeout())) // the core has the queue
            .setResponseTimeout(Timeout.of(config.readTimeout()))
            .setProtocolUpgradeEnabled(false)
            .build())
        .addRequestInterceptorLast(
            (request, body, context) -> ((ExchangeContext) context).requestBegins())
        .setRequestExecutor(new OnFitConnections(pool))
        .disableAutomaticRetries()
        .disableRedirectHandling()
        .disableCookieManagement()
        .disableAuthCaching()
        .disableContentCompression()
        .build();
    this.evictor = new IdleConnectionEvictor(pool, SWEEP, TimeValue.of(config.idleTimeout()));
    evictor.start();
  }

  /**
   * Sends no request on a connection on which bytes have come that no call asked for (RFC 9112, section 9.2), or that is
   * unfit for another reason. A connection that is not new may be that.
   */
  private static final class OnFitConnections extends HttpRequestExecutor {
    private final ClassicPool pool;

    OnFitConnections(ClassicPool pool) {
      this.pool = pool;
    }

    @Override
    public ClassicHttpResponse execute(
        ClassicHttpRequest request,
        HttpClientConnection connection,
        @Nullable HttpResponseInformationCallback informational,
        HttpContext context)
        throws IOException, HttpException {
      ExchangeContext exchange = (ExchangeContext) context;
      MeteredConnection metered = pool.metered(connection);
      CloseReason unfit = metered == null ? null : metered.unfit();
      if (unfit != null) {
        pool.closeExpired(); // else each call would try the others, one after the other
      } else if (pool.holdsBytes(connection)) {
        unfit = CloseReason.UNASKED_BYTES;
        if (metered != null) {
          metered.closing(unfit);
        }
      }
      exchange.uses(metered);
      if (unfit != null) {
        exchange.unprocessed();
        connection.close(CloseMode.IMMEDIATE);
        throw new ConnectionClosedException("the connection takes no more calls: " + unfit);
      }
      return super.execute(request, connection, informational, context);
    }
  }

  private static ClassicPool pool(ClientConfig config, ConnectionMeter meter, Addresses addresses) {
    ClassicPool pool = new ClassicPool(config, meter, addresses);
    TcpKeepAlive keepAlive = TcpKeepAlive.of(config);
    pool.setDefaultSocketConfig(SocketConfig.custom()
        .setTcpNoDelay(true)
        .setSoKeepAlive(true)
        .setTcpKeepIdle(keepAlive.idleSeconds())
        .setTcpKeepInterval(keepAlive.intervalSeconds())
        .setTcpKeepCount(keepAlive.probes())
        .setSoTimeout(Timeout.of(config.readTimeout()))
        .build());
    pool.setDefaultConnectionConfig(ConnectionConfig.custom()
        .setConnectTimeout(Timeout.of(config.connectTimeout()))
        .setSocketTimeout(Timeout.of(config.readTimeout()))
        .setIdleTimeout(Timeout.of(config.idleTimeout()))
        .setTimeToLive(
            config.maxLifetime().map(TimeValue::of).orElse(TimeValue.NEG_ONE_MILLISECOND))
        .setValidateAfterInactivity(TimeValue.of(config.validateAfterIdle()))
        .build());
    pool.setDefaultTlsConfig(
        TlsConfig.custom().setHandshakeTimeout(Timeout.of(config.readTimeout())).build());
    return pool;
  }

  @Override
  public void exchange(Exchange exchange) throws IOException {
    ExchangeContext context = new ExchangeContext(exchange);
    client.execute(context.request(), context, context::read);
  }

  @Override
  public Failure reason(Throwable cause, Exchange exchange) {
    if (cause instanceof MessageConstraintException) {
      return Failure.RESPONSE_TOO_LARGE;
    }
    return cause instanceof ConnectionClosedException
            || cause instanceof NoHttpResponseException
            || cause instanceof TruncatedChunkException
        ? Failure.CONNECTION_CLOSED
        : exchange.reasonOf(cause);
  }

  @Override
  public void close() {
    evictor.shutdown();
    client.close(CloseMode.IMMEDIATE);
  }
}
