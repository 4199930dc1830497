package dev.poolmark.clients.apache;

import dev.poolmark.clients.CallException;
import dev.poolmark.clients.CallTimeoutException;
import dev.poolmark.clients.CallWatch;
import dev.poolmark.clients.ClientConfig;
import dev.poolmark.clients.FairBound;
import dev.poolmark.clients.Headers;
import dev.poolmark.clients.PooledHttpClient;
import dev.poolmark.clients.Request;
import dev.poolmark.clients.Response;
import dev.poolmark.clients.Reuse;
import dev.poolmark.clients.Tls;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.util.Collections;
import java.util.List;
import org.apache.hc.client5.http.ConnectTimeoutException;
import org.apache.hc.client5.http.config.ConnectionConfig;
import org.apache.hc.client5.http.config.RequestConfig;
import org.apache.hc.client5.http.config.TlsConfig;
import org.apache.hc.client5.http.impl.DefaultHttpRequestRetryStrategy;
import org.apache.hc.client5.http.impl.classic.CloseableHttpClient;
import org.apache.hc.client5.http.impl.classic.HttpClientBuilder;
import org.apache.hc.client5.http.impl.io.PoolingHttpClientConnectionManager;
import org.apache.hc.client5.http.impl.io.PoolingHttpClientConnectionManagerBuilder;
import org.apache.hc.client5.http.ssl.DefaultClientTlsStrategy;
import org.apache.hc.client5.http.ssl.TlsSocketStrategy;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.ConnectionRequestTimeoutException;
import org.apache.hc.core5.http.ConnectionReuseStrategy;
import org.apache.hc.core5.http.Header;
import org.apache.hc.core5.http.HttpResponse;
import org.apache.hc.core5.http.io.SocketConfig;
import org.apache.hc.core5.http.io.entity.EntityUtils;
import org.apache.hc.core5.http.protocol.HttpContext;
import org.apache.hc.core5.io.CloseMode;
import org.apache.hc.core5.pool.PoolConcurrencyPolicy;
import org.apache.hc.core5.util.TimeValue;
import org.apache.hc.core5.util.Timeout;

/**
 * The client on HttpClient 5, classic API. Pool, bound and most timeouts are the library's; the idle cap, the call
 * timeout and the write timeout are ours. A GET is sent again once if its connection breaks before a response comes,
 * which replaces pooled connections that the server has closed; for a POST, the library looks whether a connection is
 * still open if it was idle for two seconds or more. Safe for use by several threads.
 */
final class HttpClient5PooledClient implements PooledHttpClient {
  private static final byte[] NO_BODY = {};

  private final ClientConfig config;
  private final long callNanos;
  private final long writeNanos;
  private final IdleCap idleCap;
  private final CallWatch watch;
  private final CloseableHttpClient client;
  private volatile boolean closed;

  HttpClient5PooledClient(ClientConfig config) {
    this.config = config;
    this.callNanos = config.callTimeout().toNanos();
    this.writeNanos = config.writeTimeout().toNanos();
    PoolingHttpClientConnectionManager pool = pool(config);
    this.idleCap = new IdleCap(config, pool);
    this.client = client(config, pool, idleCap);
    this.watch = new CallWatch(
        HttpClient5Provider.NAME,
        Collections.min(List.of(config.callTimeout(), config.writeTimeout())));
  }

  private static PoolingHttpClientConnectionManager pool(ClientConfig config) {
    TlsSocketStrategy tls = new DefaultClientTlsStrategy(Tls.context(config));
    return PoolingHttpClientConnectionManagerBuilder.create()
        .setPoolConcurrencyPolicy(PoolConcurrencyPolicy.STRICT) // LAX ignores the total
        .setMaxConnTotal(config.maxConnections())
        .setMaxConnPerRoute(config.maxConnections())
        .setDefaultSocketConfig(SocketConfig.custom()
            .setTcpNoDelay(true)
            .setSoTimeout(Timeout.of(config.readTimeout()))
            .build())
        .setDefaultConnectionConfig(ConnectionConfig.custom()
            .setConnectTimeout(Timeout.of(config.connectTimeout()))
            .setSocketTimeout(Timeout.of(config.readTimeout()))
            .setIdleTimeout(Timeout.of(config.idleTimeout()))
            .setValidateAfterInactivity(TimeValue.ofSeconds(2))
            .build())
        .setDefaultTlsConfig(TlsConfig.custom()
            .setHandshakeTimeout(Timeout.of(config.readTimeout()))
            .build())
        .setTlsSocketStrategy((socket, host, port, attachment, context) -> {
          ((WatchedCall) context).handshakeBegins();
          return tls.upgrade(socket, host, port, attachment, context);
        })
        .build();
  }

  private static CloseableHttpClient client(
      ClientConfig config, PoolingHttpClientConnectionManager pool, IdleCap idleCap) {
    ConnectionReuseStrategy never = (request, response, context) -> false;
    long acquireMillis =
        Math.min(config.acquireTimeout().toMillis(), config.callTimeout().toMillis());
    return HttpClientBuilder.create()
        .setConnectionManager(pool)
        .setConnectionReuseStrategy(
            config.reuse() == Reuse.CONNECTION_PER_REQUEST ? never : idleCap)
        .setKeepAliveStrategy((response, context) -> TimeValue.of(config.idleTimeout()))
        .evictIdleConnections(TimeValue.of(config.idleTimeout()))
        .setRetryStrategy(new StaleConnectionRetry())
        .setDefaultRequestConfig(RequestConfig.custom()
            .setConnectionRequestTimeout(Timeout.ofMilliseconds(acquireMillis))
            .setResponseTimeout(Timeout.of(config.readTimeout()))
            .setProtocolUpgradeEnabled(false)
            .build())
        .disableRedirectHandling()
        .disableCookieManagement()
        .disableAuthCaching()
        .disableContentCompression()
        .build();
  }

  /** Once more for a connection that broke; never for a response, whatever its status. */
  private static final class StaleConnectionRetry extends DefaultHttpRequestRetryStrategy {
    StaleConnectionRetry() {
      super(1, TimeValue.ZERO_MILLISECONDS);
    }

    @Override
    public boolean retryRequest(HttpResponse response, int count, HttpContext context) {
      return false;
    }
  }

  @Override
  public Response execute(Request request) throws IOException {
    if (closed) {
      throw FairBound.closedException(HttpClient5Provider.NAME);
    }
    WatchedCall call = new WatchedCall(request, System.nanoTime() + callNanos, writeNanos);
    watch.add(call);
    try {
      return client.execute(call.request(), call, HttpClient5PooledClient::read);
    } catch (IOException e) {
      throw failure(call, request, e);
    } catch (IllegalStateException e) {
      throw closed ? FairBound.closedException(HttpClient5Provider.NAME) : e;
    } finally {
      watch.remove(call);
      idleCap.returned(call);
    }
  }

  private IOException failure(WatchedCall call, Request request, IOException e) {
    if (call.expired() == WatchedCall.Limit.CALL) {
      return CallTimeoutException.call(config, request, e);
    }
    if (call.expired() == WatchedCall.Limit.WRITE) {
      return CallTimeoutException.write(config, request, e);
    }
    if (e instanceof ConnectionRequestTimeoutException) {
      return config.acquireTimeout().compareTo(config.callTimeout()) < 0
          ? CallTimeoutException.acquire(config, request, e)
          : CallTimeoutException.call(config, request, e);
    }
    if (e instanceof ConnectTimeoutException && !call.inHandshake()) {
      return CallTimeoutException.connect(config, request, e);
    }
    return e instanceof SocketTimeoutException
        ? CallTimeoutException.read(config, request, e)
        : new CallException(request, e);
  }

  private static Response read(ClassicHttpResponse response) throws IOException {
    byte[] body =
        response.getEntity() == null ? NO_BODY : EntityUtils.toByteArray(response.getEntity());
    Header[] headers = response.getHeaders();
    String[] namesAndValues = new String[2 * headers.length];
    for (int i = 0; i < headers.length; i++) {
      namesAndValues[2 * i] = headers[i].getName();
      namesAndValues[2 * i + 1] = headers[i].getValue() == null ? "" : headers[i].getValue();
    }
    return new Response(
        response.getCode(), Headers.of(namesAndValues), body == null ? NO_BODY : body);
  }

  @Override
  public void close() {
    if (closed) {
      return;
    }
    closed = true;
    client.close(CloseMode.IMMEDIATE);
    watch.close();
  }
}
