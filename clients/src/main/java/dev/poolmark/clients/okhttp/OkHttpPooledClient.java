package dev.poolmark.clients.okhttp;

import dev.poolmark.clients.AsyncCall;
import dev.poolmark.clients.CallException;
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
import dev.poolmark.clients.Tls;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.ProtocolException;
import java.net.Proxy;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import okhttp3.Call;
import okhttp3.Callback;
import okhttp3.ConnectionPool;
import okhttp3.Dispatcher;
import okhttp3.EventListener;
import okhttp3.HttpUrl;
import okhttp3.MediaType;
import okhttp3.OkHttpClient;
import okhttp3.Protocol;
import okhttp3.RequestBody;
import okio.BufferedSink;
import org.jspecify.annotations.Nullable;

/**
 * The client on OkHttp. Its pool and timeouts are OkHttp's; the bounds on connections are ours, because {@code
 * execute()} has none. OkHttp replaces a pooled connection that the server has closed: it checks one before it sends
 * anything but a GET, and a GET it sends again; a POST that has begun it never does. It repeats a GET once after status
 * 408, and after 503 with {@code Retry-After: 0}, which cannot be switched off apart. A connection that is older than
 * {@code maxLifetime} is given up with the call that finds it so.
 *
 * <p>Over HTTP/2, of calls that come at once before there is a connection, each may open one; OkHttp keeps the first
 * and closes the others before it uses them. Safe for use by several threads.
 */
final class OkHttpPooledClient implements PooledHttpClient {
  private final ConnectionMeter meter = new ConnectionMeter();
  private final Leases leases;
  private final OkHttpClient client;
  private volatile @Nullable Parsed lastUrl;

  OkHttpPooledClient(ClientConfig config) {
    this.leases = new Leases(OkHttpProvider.NAME, config, Optional.of(meter));
    this.client = client(config);
  }

  private OkHttpClient client(ClientConfig config) {
    int maxIdle = config.reuse() == Reuse.CONNECTION_PER_REQUEST ? 0 : config.maxIdleConnections();
    Dispatcher dispatcher = new Dispatcher();
    dispatcher.setMaxRequests(Integer.MAX_VALUE); // the leases are the bound
    dispatcher.setMaxRequestsPerHost(Integer.MAX_VALUE);
    OkHttpClient.Builder builder = new OkHttpClient.Builder()
        .dispatcher(dispatcher)
        .connectionPool(
            new ConnectionPool(maxIdle, config.idleTimeout().toMillis(), TimeUnit.MILLISECONDS))
        .protocols(protocols(config))
        .socketFactory(new MeteredSocketFactory(meter))
        .proxy(Proxy.NO_PROXY)
        .followRedirects(false)
        .followSslRedirects(false)
        .fastFallback(false) // would open two connections at once for one call
        .connectTimeout(config.connectTimeout())
        .readTimeout(config.readTimeout())
        .writeTimeout(config.writeTimeout())
        .eventListenerFactory(OkHttpPooledClient::phaseOf);
    config.maxLifetime().ifPresent(age -> builder.addNetworkInterceptor(new Lifetime(age)));
    config
        .trust()
        .ifPresent(
            trust -> builder.sslSocketFactory(Tls.context(config).getSocketFactory(), trust));
    return builder.build();
  }

  private static List<Protocol> protocols(ClientConfig config) {
    return config.protocol() == dev.poolmark.clients.Protocol.HTTP_2
        ? List.of(Protocol.HTTP_2, Protocol.HTTP_1_1)
        : List.of(Protocol.HTTP_1_1);
  }

  private static EventListener phaseOf(Call call) {
    Phase phase = call.request().tag(Phase.class);
    return phase == null ? EventListener.NONE : phase;
  }

  @Override
  public Response execute(Request request) throws IOException {
    try (Lease lease = leases.acquire(request)) {
      Phase phase = new Phase(meter);
      try {
        return lease.received(read(call(lease, phase).execute()));
      } catch (InterruptedIOException e) {
        if (Thread.currentThread().isInterrupted()) {
          lease.failed(Failure.CANCELLED, e);
          throw e;
        }
        throw failure(lease, phase, e);
      } catch (IOException e) {
        throw failure(lease, phase, e);
      } finally {
        evictIfClosed();
      }
    }
  }

  @Override
  public CompletableFuture<Response> executeAsync(Request request) {
    return AsyncCall.begin(leases, request, (lease, async) -> {
          Phase phase = new Phase(meter);
          Call call = call(lease, phase);
          call.enqueue(new Callback() {
            @Override
            public void onResponse(Call call, okhttp3.Response response) {
              try {
                Response whole = read(response);
                evictIfClosed();
                async.succeeded(whole);
              } catch (IOException e) {
                onFailure(call, e);
              }
            }

            @Override
            public void onFailure(Call call, IOException e) {
              evictIfClosed();
              async.failed(failure(lease, phase, e));
            }
          });
          return call::cancel;
        })
        .withTimeout();
  }

  private Call call(Lease lease, Phase phase) {
    Call call = client.newCall(translate(lease.request(), phase));
    call.timeout().timeout(lease.leftNanos(), TimeUnit.NANOSECONDS);
    return call;
  }

  /** close() could not see the connection of a call that was under way. */
  private void evictIfClosed() {
    if (leases.isClosed()) {
      client.connectionPool().evictAll();
    }
  }

  private static Response read(okhttp3.Response response) throws IOException {
    try (response) {
      return new Response(
          response.code(), headers(response.headers()), response.body().bytes());
    }
  }

  private static CallException failure(Lease lease, Phase phase, IOException e) {
    if (e instanceof SocketTimeoutException) {
      return lease.failed(
          switch (phase.now) {
            case CONNECT -> Failure.CONNECT_TIMEOUT;
            case WRITE -> Failure.WRITE_TIMEOUT;
            case READ -> Failure.READ_TIMEOUT;
          },
          e);
    }
    if (e instanceof InterruptedIOException) {
      return lease.failed(Failure.CALL_TIMEOUT, e);
    }
    return e instanceof ProtocolException // a body that ended too soon
            || String.valueOf(e.getMessage()).startsWith("stream was reset") // in words only
        ? lease.failed(Failure.CONNECTION_CLOSED, e)
        : lease.failed(e);
  }

  private okhttp3.Request translate(Request request, Phase phase) {
    okhttp3.Request.Builder builder = new okhttp3.Request.Builder()
        .url(url(request.uri()))
        .tag(Phase.class, phase)
        .header("Accept-Encoding", "identity"); // else OkHttp asks for gzip, and unpacks it
    Headers headers = request.headers();
    for (int i = 0; i < headers.size(); i++) {
      builder.addHeader(headers.name(i), headers.value(i));
    }
    if (request.method().equals("POST")) {
      builder.post(new Body(request.body()));
    }
    return builder.build();
  }

  /** A request's body; OkHttp would send one again that it may have sent already, of any other kind. */
  private static final class Body extends RequestBody {
    private final byte[] bytes;

    Body(byte[] bytes) {
      this.bytes = bytes;
    }

    @Override
    public @Nullable MediaType contentType() {
      return null; // as the caller says
    }

    @Override
    public long contentLength() {
      return bytes.length;
    }

    @Override
    public void writeTo(BufferedSink sink) throws IOException {
      sink.write(bytes);
    }

    @Override
    public boolean isOneShot() {
      return true;
    }
  }

  /** Parsing costs more than the rest of the adapter, and most calls go where the one before went. */
  private HttpUrl url(URI uri) {
    Parsed last = lastUrl;
    if (last == null || !last.uri().equals(uri)) {
      last = new Parsed(uri, HttpUrl.get(uri.toString()));
      lastUrl = last;
    }
    return last.url();
  }

  private record Parsed(URI uri, HttpUrl url) {}

  private static Headers headers(okhttp3.Headers headers) {
    String[] namesAndValues = new String[2 * headers.size()];
    for (int i = 0; i < headers.size(); i++) {
      namesAndValues[2 * i] = headers.name(i);
      namesAndValues[2 * i + 1] = headers.value(i);
    }
    return Headers.of(namesAndValues);
  }

  @Override
  public ClientMetrics metrics() {
    return leases.metrics();
  }

  @Override
  public void close() {
    leases.close();
    client.dispatcher().cancelAll();
    client.dispatcher().executorService().shutdown();
    client.connectionPool().evictAll();
  }
}
