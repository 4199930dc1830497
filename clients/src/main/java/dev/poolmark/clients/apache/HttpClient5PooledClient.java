package dev.poolmark.clients.apache;

import dev.poolmark.clients.AsyncCall;
import dev.poolmark.clients.CallException;
import dev.poolmark.clients.CallWatch;
import dev.poolmark.clients.ClientConfig;
import dev.poolmark.clients.ClientMetrics;
import dev.poolmark.clients.ConnectionMeter;
import dev.poolmark.clients.Failure;
import dev.poolmark.clients.Headers;
import dev.poolmark.clients.Lease;
import dev.poolmark.clients.Leases;
import dev.poolmark.clients.PooledHttpClient;
import dev.poolmark.clients.Request;
import dev.poolmark.clients.Response;
import dev.poolmark.clients.Reuse;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.apache.hc.client5.http.ConnectTimeoutException;
import org.apache.hc.client5.http.config.ConnectionConfig;
import org.apache.hc.client5.http.config.RequestConfig;
import org.apache.hc.client5.http.config.TlsConfig;
import org.apache.hc.client5.http.impl.DefaultClientConnectionReuseStrategy;
import org.apache.hc.client5.http.impl.DefaultHttpRequestRetryStrategy;
import org.apache.hc.client5.http.impl.classic.CloseableHttpClient;
import org.apache.hc.client5.http.impl.classic.HttpClientBuilder;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.ConnectionClosedException;
import org.apache.hc.core5.http.ConnectionRequestTimeoutException;
import org.apache.hc.core5.http.ConnectionReuseStrategy;
import org.apache.hc.core5.http.Header;
import org.apache.hc.core5.http.HttpResponse;
import org.apache.hc.core5.http.NoHttpResponseException;
import org.apache.hc.core5.http.io.SocketConfig;
import org.apache.hc.core5.http.io.entity.EntityUtils;
import org.apache.hc.core5.http.protocol.HttpContext;
import org.apache.hc.core5.io.CloseMode;
import org.apache.hc.core5.util.TimeValue;
import org.apache.hc.core5.util.Timeout;

/**
 * The client on HttpClient 5, classic API. Pool and most timeouts are the library's; the waiting for a connection, the
 * idle cap, the call timeout and the write timeout are ours. A GET is sent again once if its connection breaks before a response comes,
 * which replaces pooled connections that the server has closed; for a POST, the library looks whether a connection is
 * still open if it was idle for two seconds or more. Safe for use by several threads.
 */
final class HttpClient5PooledClient implements PooledHttpClient {
  private static final byte[] NO_BODY = {};

  private final ConnectionMeter meter = new ConnectionMeter();
  private final Leases leases;
  private final long writeNanos;
  private final CallWatch watch;
  private final CloseableHttpClient client;
  private final ExecutorService executor;

  HttpClient5PooledClient(ClientConfig config) {
    this.leases = new Leases(HttpClient5Provider.NAME, config, Optional.of(meter));
    this.writeNanos = config.writeTimeout().toNanos();
    this.executor = Executors.newCachedThreadPool(work -> {
      Thread thread = new Thread(work, "poolmark-httpclient5");
      thread.setDaemon(true);
      return thread;
    });
    this.client = client(config, pool(config, meter));
    this.watch = new CallWatch(
        HttpClient5Provider.NAME,
        Collections.min(List.of(config.callTimeout(), config.writeTimeout())));
  }

  private static Pool pool(ClientConfig config, ConnectionMeter meter) {
    Pool pool = new Pool(config, meter);
    pool.setDefaultSocketConfig(SocketConfig.custom()
        .setTcpNoDelay(true)
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

  private static CloseableHttpClient client(ClientConfig config, Pool pool) {
    ConnectionReuseStrategy never = (request, response, context) -> false;
    return HttpClientBuilder.create()
        .setConnectionManager(pool)
        .setConnectionReuseStrategy(
            config.reuse() == Reuse.CONNECTION_PER_REQUEST
                ? never
                : DefaultClientConnectionReuseStrategy.INSTANCE)
        .setKeepAliveStrategy((response, context) -> TimeValue.of(config.idleTimeout()))
        .evictIdleConnections(TimeValue.of(config.idleTimeout()))
        .setRetryStrategy(new StaleConnectionRetry())
        .setDefaultRequestConfig(RequestConfig.custom()
            .setConnectionRequestTimeout(
                Timeout.of(config.callTimeout())) // the leases are the bound
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
    try (Lease lease = leases.acquire(request)) {
      return exchange(lease, new WatchedCall(lease, writeNanos, meter));
    }
  }

  private Response exchange(Lease lease, WatchedCall call) throws IOException {
    watch.add(call);
    try {
      return lease.received(client.execute(call.request(), call, HttpClient5PooledClient::read));
    } catch (IOException e) {
      throw failure(lease, call, e);
    } catch (IllegalStateException e) {
      throw leases.isClosed() ? leases.closedException() : e;
    } finally {
      watch.remove(call);
    }
  }

  /** On a thread of ours: the library's classic client has no other way. */
  @Override
  public CompletableFuture<Response> executeAsync(Request request) {
    return AsyncCall.begin(leases, request, (lease, async) -> {
      WatchedCall call = new WatchedCall(lease, writeNanos, meter);
      executor.execute(() -> {
        try {
          async.succeeded(exchange(lease, call));
        } catch (IOException | RuntimeException e) {
          async.failed(e);
        } finally {
          endThreads();
        }
      });
      return call::cancel;
    });
  }

  private static CallException failure(Lease lease, WatchedCall call, IOException e) {
    Failure expired = call.expired();
    if (expired != null) {
      return lease.failed(expired, e);
    }
    if (e instanceof ConnectionRequestTimeoutException) {
      return lease.failed(Failure.CALL_TIMEOUT, e);
    }
    if (e instanceof ConnectTimeoutException && !call.inHandshake()) {
      return lease.failed(Failure.CONNECT_TIMEOUT, e);
    }
    if (e instanceof SocketTimeoutException) {
      return lease.failed(Failure.READ_TIMEOUT, e);
    }
    boolean ended = e instanceof ConnectionClosedException || e instanceof NoHttpResponseException;
    return ended ? lease.failed(Failure.CONNECTION_CLOSED, e) : lease.failed(e);
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
  public ClientMetrics metrics() {
    return leases.metrics();
  }

  @Override
  public void close() {
    leases.close();
    client.close(CloseMode.IMMEDIATE);
    watch.close();
    endThreads();
  }

  /** Once closed, and when no call needs the executor any more. */
  private void endThreads() {
    if (leases.isClosed() && leases.inUse() == 0) {
      executor.shutdown();
    }
  }
}
