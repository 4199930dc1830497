package dev.poolmark.clients.apacheasync;

import dev.poolmark.clients.AsyncCall;
import dev.poolmark.clients.CallWatch;
import dev.poolmark.clients.ClientConfig;
import dev.poolmark.clients.ClientMetrics;
import dev.poolmark.clients.ConnectionMeter;
import dev.poolmark.clients.Headers;
import dev.poolmark.clients.Leases;
import dev.poolmark.clients.PooledHttpClient;
import dev.poolmark.clients.Protocol;
import dev.poolmark.clients.Request;
import dev.poolmark.clients.Response;
import dev.poolmark.clients.Reuse;
import java.io.IOException;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.hc.client5.http.config.ConnectionConfig;
import org.apache.hc.client5.http.config.RequestConfig;
import org.apache.hc.client5.http.config.TlsConfig;
import org.apache.hc.client5.http.impl.DefaultClientConnectionReuseStrategy;
import org.apache.hc.client5.http.impl.async.CloseableHttpAsyncClient;
import org.apache.hc.client5.http.impl.async.HttpAsyncClientBuilder;
import org.apache.hc.core5.concurrent.DefaultThreadFactory;
import org.apache.hc.core5.concurrent.FutureCallback;
import org.apache.hc.core5.http.ConnectionClosedException;
import org.apache.hc.core5.http.ConnectionReuseStrategy;
import org.apache.hc.core5.http.message.BasicHttpRequest;
import org.apache.hc.core5.http.nio.support.BasicRequestProducer;
import org.apache.hc.core5.http2.HttpVersionPolicy;
import org.apache.hc.core5.io.CloseMode;
import org.apache.hc.core5.reactor.IOReactorConfig;
import org.apache.hc.core5.util.TimeValue;
import org.apache.hc.core5.util.Timeout;

/**
 * The client on HttpClient 5, asynchronous API. Pool, idle timeout, connection lifetime, connect timeout
 * and the read timeout of a call without a body are the library's; the waiting for a connection, the idle cap, the call
 * timeout, and both timeouts of a call with a body are ours, because the library has one timeout for reading and
 * writing. The library sees when the server closes a pooled connection; a GET whose pooled connection breaks before a
 * byte of the response comes is sent again once, by us.
 *
 * <p>What differs from other clients: the library looks at its timeouts every so often only, so that they may pass a
 * tenth later; over HTTP/2 they are all ours but those of a handshake; it looks a host's name up on the thread that
 * makes the call; a connection that is made in the very moment in which the client is closed may stay open, forgotten.
 * Safe for use by several threads.
 */
final class HttpClient5AsyncPooledClient implements PooledHttpClient {
  private static final String THREADS = "poolmark-httpclient5-async";
  private static final Duration SHORTEST_LOOK = Duration.ofMillis(10);
  private static final Duration LONGEST_LOOK = Duration.ofSeconds(1);

  private final ConnectionMeter meter = new ConnectionMeter();
  private final Sessions sessions = new Sessions(meter);
  private final Set<AsyncExchange> exchanges = ConcurrentHashMap.newKeySet();
  private final ClientConfig config;
  private final boolean http2;
  private final RequestConfig ownTimeouts;
  private final Leases leases;
  private final CallWatch watch;
  private final CloseableHttpAsyncClient client;

  HttpClient5AsyncPooledClient(ClientConfig config) {
    this.config = config;
    this.http2 = config.protocol() == Protocol.HTTP_2;
    this.leases = new Leases(HttpClient5AsyncProvider.NAME, config, Optional.of(meter));
    this.ownTimeouts = requestConfig(config, Timeout.DISABLED);
    this.client = client();
    client.start();
    this.watch = new CallWatch(
        HttpClient5AsyncProvider.NAME,
        Collections.min(List.of(config.readTimeout(), config.writeTimeout())));
  }

  private CloseableHttpAsyncClient client() {
    ConnectionReuseStrategy never = (request, response, context) -> false;
    return HttpAsyncClientBuilder.create()
        .setConnectionManager(pool())
        .setIOReactorConfig(IOReactorConfig.custom()
            .setTcpNoDelay(true)
            .setSelectInterval(TimeValue.of(look(config)))
            .build())
        .setThreadFactory(new DefaultThreadFactory(THREADS, true))
        .setIOSessionListener(sessions)
        .setConnectionReuseStrategy(
            config.reuse() == Reuse.CONNECTION_PER_REQUEST
                ? never
                : DefaultClientConnectionReuseStrategy.INSTANCE)
        .setKeepAliveStrategy((response, context) -> TimeValue.of(config.idleTimeout()))
        .evictIdleConnections(TimeValue.of(config.idleTimeout()))
        .evictExpiredConnections()
        .setDefaultRequestConfig(requestConfig(config, Timeout.of(config.readTimeout())))
        .addExecInterceptorFirst(
            "poolmark",
            (request, body, scope, chain, callback) -> chain.proceed(
                request,
                body,
                scope,
                ((Attempt) scope.clientContext).begins(scope.execRuntime, callback)))
        .addRequestInterceptorLast((request, body, context) -> ((Attempt) context).requestBegins())
        .disableAutomaticRetries()
        .disableRedirectHandling()
        .disableCookieManagement()
        .disableAuthCaching()
        .disableContentCompression()
        .build();
  }

  private Pool pool() {
    Pool pool = http2 ? new SharingPool(config, sessions) : new Pool(config, sessions);
    pool.setDefaultConnectionConfig(ConnectionConfig.custom()
        .setConnectTimeout(Timeout.of(config.connectTimeout()))
        .setIdleTimeout(Timeout.of(config.idleTimeout()))
        .setTimeToLive(
            config.maxLifetime().map(TimeValue::of).orElse(TimeValue.NEG_ONE_MILLISECOND))
        .setValidateAfterInactivity(TimeValue.of(config.validateAfterIdle()))
        .build());
    pool.setDefaultTlsConfig(TlsConfig.custom()
        .setVersionPolicy(http2 ? HttpVersionPolicy.NEGOTIATE : HttpVersionPolicy.FORCE_HTTP_1)
        .setHandshakeTimeout(Timeout.of(config.readTimeout()))
        .build());
    return pool;
  }

  private static RequestConfig requestConfig(ClientConfig config, Timeout responseTimeout) {
    return RequestConfig.custom()
        .setConnectionRequestTimeout(Timeout.of(config.callTimeout())) // the leases are the bound
        .setResponseTimeout(responseTimeout)
        .setProtocolUpgradeEnabled(false)
        .build();
  }

  /** How often the library looks whether a timeout has passed. */
  private static Duration look(ClientConfig config) {
    Duration tenth =
        Collections.min(List.of(config.connectTimeout(), config.readTimeout())).dividedBy(10);
    return Collections.max(List.of(SHORTEST_LOOK, Collections.min(List.of(LONGEST_LOOK, tenth))));
  }

  @Override
  public Response execute(Request request) throws IOException {
    return begin(request).await();
  }

  @Override
  public CompletableFuture<Response> executeAsync(Request request) {
    return begin(request).withTimeout();
  }

  private AsyncCall begin(Request request) {
    return AsyncCall.begin(leases, request, (lease, call) -> {
      AsyncExchange exchange = new AsyncExchange(this, config, lease, call);
      exchanges.add(exchange);
      if (isWatched(request)) {
        watch.add(exchange);
      }
      try {
        send(exchange);
      } catch (RuntimeException e) {
        ended(exchange);
        throw e;
      }
      return exchange::abort;
    });
  }

  /** The library has one timeout for reading and writing, and none for a stream. */
  private boolean isWatched(Request request) {
    return http2 || request.method().equals("POST");
  }

  void send(AsyncExchange exchange) {
    Attempt attempt = exchange.attempt();
    Request request = exchange.request();
    BasicHttpRequest translated = new BasicHttpRequest(request.method(), request.uri());
    Headers headers = request.headers();
    for (int i = 0; i < headers.size(); i++) {
      translated.addHeader(headers.name(i), headers.value(i));
    }
    WatchedBody body = null;
    if (request.method().equals("POST")) {
      body = new WatchedBody(request.body(), attempt);
    }
    if (isWatched(request)) {
      attempt.setRequestConfig(ownTimeouts);
    }
    exchange.sent(client.execute(
        new BasicRequestProducer(translated, body),
        attempt,
        null,
        attempt,
        new FutureCallback<Attempt>() {
          @Override
          public void completed(Attempt whole) {}

          @Override
          public void failed(Exception cause) {
            exchange.failed(attempt, cause);
          }

          @Override
          public void cancelled() {}
        }));
  }

  void ended(AsyncExchange exchange) {
    exchanges.remove(exchange);
    watch.remove(exchange);
  }

  boolean isClosed() {
    return leases.isClosed();
  }

  @Override
  public ClientMetrics metrics() {
    return leases.metrics();
  }

  @Override
  public void close() {
    leases.close();
    client.close(CloseMode.IMMEDIATE);
    sessions.over();
    watch.close();
    // The library forgets those that were about to connect.
    for (AsyncExchange exchange : List.copyOf(exchanges)) {
      exchange.failed(exchange.attempt(), new ConnectionClosedException("the client is closed"));
    }
  }
}
