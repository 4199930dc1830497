package dev.poolmark.clients.jetty;

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
import dev.poolmark.clients.Tls;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.eclipse.jetty.client.ByteBufferRequestContent;
import org.eclipse.jetty.client.Connection;
import org.eclipse.jetty.client.HttpClient;
import org.eclipse.jetty.client.HttpClientTransport;
import org.eclipse.jetty.client.ProxyAuthenticationProtocolHandler;
import org.eclipse.jetty.client.RedirectProtocolHandler;
import org.eclipse.jetty.client.WWWAuthenticationProtocolHandler;
import org.eclipse.jetty.client.transport.HttpClientTransportOverHTTP;
import org.eclipse.jetty.http.HttpCookieStore;
import org.eclipse.jetty.io.ArrayByteBufferPool;
import org.eclipse.jetty.util.Promise;
import org.eclipse.jetty.util.ssl.SslContextFactory;
import org.eclipse.jetty.util.thread.QueuedThreadPool;
import org.eclipse.jetty.util.thread.ScheduledExecutorScheduler;
import org.jspecify.annotations.Nullable;

/**
 * The client on Jetty's HttpClient. The pool, its idle timeout, its connection lifetime and the connect timeout are
 * Jetty's; the waiting for a connection, the idle cap and the other timeouts are ours, because Jetty has one idle
 * timeout for all. Its selector sees at once when the server closes a pooled connection; a GET whose pooled connection
 * breaks before a byte of the response comes is sent again once.
 *
 * <p>What differs from other clients: {@code maxLifetime} is checked when a connection is taken and given back, so an
 * idle one may stay open until its idle timeout; when a connection cannot be made, every call that waits for one to the
 * same endpoint fails with it, as Jetty has it. Over HTTP/2 the connect includes the handshake, in which {@code
 * readTimeout} limits the silence. Safe for use by several threads.
 */
final class JettyPooledClient implements PooledHttpClient {
  private static final String THREADS = "poolmark-jetty";
  private static final int MOST_THREADS = 16;

  /** The JDK copies what is left of an array each time that it writes some of it. */
  private static final int PIECE_BYTES = 64 * 1024;

  private final ConnectionMeter meter = new ConnectionMeter();
  private final Set<JettyCall> single = ConcurrentHashMap.newKeySet();
  private final ClientConfig config;
  private final boolean pooled;
  private final Leases leases;
  final HttpClient client; // PoolTest takes its connections
  private final Connector connector;
  private final CallWatch watch;

  JettyPooledClient(ClientConfig config) {
    this.config = config;
    this.pooled = config.reuse() != Reuse.CONNECTION_PER_REQUEST;
    this.leases = new Leases(JettyProvider.NAME, config, Optional.of(meter));
    this.connector = new Connector(meter, config);
    this.client = new HttpClient(transport(config, leases, connector));
    client.setName(THREADS);
    client.setConnectTimeout(config.connectTimeout().toMillis());
    client.setAddressResolutionTimeout(config.connectTimeout().toMillis());
    client.setIdleTimeout(config.idleTimeout().toMillis());
    client.setMaxConnectionsPerDestination(config.maxConnectionsPerEndpoint());
    client.setMaxRequestsQueuedPerDestination(Integer.MAX_VALUE); // the leases are the bound
    client.setFollowRedirects(false);
    client.setHttpCookieStore(new HttpCookieStore.Empty());
    client.setUserAgentField(null);
    client.setDefaultRequestContentType(null);
    start(client);
    this.watch = new CallWatch(
        JettyProvider.NAME, Collections.min(List.of(config.readTimeout(), config.writeTimeout())));
  }

  private static HttpClientTransport transport(
      ClientConfig config, Leases leases, Connector connector) {
    QueuedThreadPool threads = new QueuedThreadPool(MOST_THREADS, 1);
    threads.setName(THREADS);
    threads.setDaemon(true);
    SslContextFactory.Client tls = new SslContextFactory.Client();
    tls.setSslContext(Tls.context(config));
    connector.setExecutor(threads);
    connector.setScheduler(new ScheduledExecutorScheduler(THREADS + "-scheduler", true));
    connector.setByteBufferPool(new ArrayByteBufferPool());
    connector.setSslContextFactory(tls);
    connector.setTCPNoDelay(true);
    HttpClientTransport transport = config.protocol() == Protocol.HTTP_2
        ? Http2.transport(connector)
        : new HttpClientTransportOverHTTP(connector);
    IdleCap cap = new IdleCap(config.maxIdleConnections());
    transport.setConnectionPoolFactory(destination -> new Pool(destination, config, leases, cap));
    return transport;
  }

  private static void start(HttpClient client) {
    try {
      client.start();
    } catch (Exception e) {
      throw new IllegalStateException("Jetty's client does not start", e);
    }
    // What the start has added: a response is handed over as it came.
    client.getContentDecoderFactories().clear();
    client.getProtocolHandlers().remove(RedirectProtocolHandler.NAME);
    client.getProtocolHandlers().remove(WWWAuthenticationProtocolHandler.NAME);
    client.getProtocolHandlers().remove(ProxyAuthenticationProtocolHandler.NAME);
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
    return AsyncCall.begin(leases, request, (lease, async) -> {
      JettyCall call = new JettyCall(this, config, lease, async);
      watch.add(call);
      try {
        send(call);
      } catch (RuntimeException e) {
        ended(call, null);
        throw e;
      }
      return call::abort;
    });
  }

  void send(JettyCall call) {
    org.eclipse.jetty.client.Request request = call.listenedTo(translate(call.request()));
    if (pooled) {
      request.send(call);
      call.sending(request);
    } else {
      single.add(call);
      client.resolveDestination(request).newConnection(new SingleUse(call, request));
    }
  }

  /** Sends a request on a connection of its own, which the pool never sees. */
  private final class SingleUse implements Promise<Connection> {
    private final JettyCall call;
    private final org.eclipse.jetty.client.Request request;

    SingleUse(JettyCall call, org.eclipse.jetty.client.Request request) {
      this.call = call;
      this.request = request;
    }

    @Override
    public void succeeded(Connection connection) {
      if (!single.remove(call)) {
        connection.close(); // the client was closed meanwhile
      } else if (call.isAborted()) {
        call.failed(new CancellationException(), connection);
      } else {
        connection.send(request, call);
        call.sending(request);
      }
    }

    @Override
    public void failed(Throwable cause) {
      if (single.remove(call)) {
        call.failed(cause, null);
      }
    }
  }

  private org.eclipse.jetty.client.Request translate(Request request) {
    org.eclipse.jetty.client.Request translated =
        client.newRequest(request.uri()).method(request.method());
    Headers headers = request.headers();
    if (headers.size() > 0) {
      translated.headers(to -> {
        for (int i = 0; i < headers.size(); i++) {
          to.add(headers.name(i), headers.value(i));
        }
      });
    }
    if (request.method().equals("POST")) {
      translated.body(new ByteBufferRequestContent(null, pieces(request.body())));
    }
    long silenceMillis =
        Math.max(config.readTimeout().toMillis(), config.writeTimeout().toMillis());
    if (silenceMillis >= config.idleTimeout().toMillis()) {
      translated.idleTimeout(2 * silenceMillis, TimeUnit.MILLISECONDS); // so that ours come first
    }
    return translated;
  }

  private static ByteBuffer[] pieces(byte[] bytes) {
    ByteBuffer[] pieces = new ByteBuffer[(bytes.length + PIECE_BYTES - 1) / PIECE_BYTES];
    for (int i = 0; i < pieces.length; i++) {
      int from = i * PIECE_BYTES;
      pieces[i] = ByteBuffer.wrap(bytes, from, Math.min(PIECE_BYTES, bytes.length - from))
          .slice();
    }
    return pieces;
  }

  /** The call is over, and so is its connection unless it is the pool's. */
  void ended(JettyCall call, @Nullable Connection connection) {
    watch.remove(call);
    if (!pooled && connection != null) {
      connection.close();
    }
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
    if (leases.isClosed()) {
      return;
    }
    leases.close();
    try {
      client.stop();
    } catch (Exception e) {
      throw new IllegalStateException("Jetty's client does not stop", e);
    } finally {
      connector.over();
      watch.close();
      for (JettyCall call : List.copyOf(single)) {
        if (single.remove(call)) {
          call.failed(new RejectedExecutionException("the client is closed"), null);
        }
      }
    }
  }
}
