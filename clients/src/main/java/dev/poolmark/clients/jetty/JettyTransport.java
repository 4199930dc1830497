package dev.poolmark.clients.jetty;

import dev.poolmark.clients.ClientConfig;
import dev.poolmark.clients.Failure;
import dev.poolmark.clients.Headers;
import dev.poolmark.clients.Protocol;
import dev.poolmark.clients.Request;
import dev.poolmark.clients.Reuse;
import dev.poolmark.clients.spi.Addresses;
import dev.poolmark.clients.spi.ConnectionMeter;
import dev.poolmark.clients.spi.Exchange;
import dev.poolmark.clients.spi.Tls;
import dev.poolmark.clients.spi.Transport;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.SSLHandshakeException;
import org.eclipse.jetty.client.ByteBufferRequestContent;
import org.eclipse.jetty.client.Connection;
import org.eclipse.jetty.client.EarlyHintsProtocolHandler;
import org.eclipse.jetty.client.HttpClient;
import org.eclipse.jetty.client.HttpClientTransport;
import org.eclipse.jetty.client.ProxyAuthenticationProtocolHandler;
import org.eclipse.jetty.client.RedirectProtocolHandler;
import org.eclipse.jetty.client.Response;
import org.eclipse.jetty.client.WWWAuthenticationProtocolHandler;
import org.eclipse.jetty.client.transport.HttpClientConnectionFactory;
import org.eclipse.jetty.client.transport.HttpClientTransportDynamic;
import org.eclipse.jetty.client.transport.HttpClientTransportOverHTTP;
import org.eclipse.jetty.client.transport.HttpConversation;
import org.eclipse.jetty.client.transport.HttpRequest;
import org.eclipse.jetty.http.HttpCookieStore;
import org.eclipse.jetty.http.HttpException;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.http2.HTTP2Session;
import org.eclipse.jetty.http2.client.HTTP2Client;
import org.eclipse.jetty.http2.client.transport.ClientConnectionFactoryOverHTTP2;
import org.eclipse.jetty.http2.client.transport.internal.HttpConnectionOverHTTP2;
import org.eclipse.jetty.io.ArrayByteBufferPool;
import org.eclipse.jetty.io.ClientConnectionFactory;
import org.eclipse.jetty.io.ClientConnector;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.util.Promise;
import org.eclipse.jetty.util.ssl.SslContextFactory;
import org.eclipse.jetty.util.thread.QueuedThreadPool;
import org.eclipse.jetty.util.thread.ScheduledExecutorScheduler;

/**
 * Exchanges on Jetty's HttpClient, whose pool, idle timeout and connect timeout are used. Its
 * selector sees at once when the server closes a pooled connection.
 *
 * <p>When a connection cannot be made, every call that waits for one to the same endpoint fails
 * with it. A burst may open more connections than calls, but never more than {@code maxConnectionsPerEndpoint}. Over
 * HTTP/2 the connect includes the handshake, in which {@code readTimeout} limits the silence. Thread-safe.
 */
final class JettyTransport implements Transport {
  private static final String THREADS = "poolmark-jetty";
  private static final int MAX_THREADS = 16;

  /** Jetty's limit on a head counts the status line, too. */
  private static final int STATUS_LINE_BYTES = 1024;

  /** The JDK copies what is left of an array each time that it writes some of it. */
  private static final int PIECE_BYTES = 64 * 1024;

  /** Jetty reports progress for each piece, and a server may open its window bit by bit. */
  private static final int HTTP_2_PIECE_BYTES = 16 * 1024;

  private final ClientConfig config;
  private final JettyConnector connector;
  private final HttpClient client;

  JettyTransport(ClientConfig config, ConnectionMeter meter, Addresses addresses) {
    this.config = config;
    this.connector = new JettyConnector(meter, config);
    this.client = new HttpClient(transport(config, connector));
    client.setName(THREADS);
    client.setConnectTimeout(config.connectTimeout().toMillis());
    client.setSocketAddressResolver((host, port, context, promise) ->
        client.getExecutor().execute(() -> lookUp(addresses, host, port, promise)));
    client.setIdleTimeout(config.idleTimeout().toMillis());
    client.setMaxConnectionsPerDestination(config.maxConnectionsPerEndpoint());
    client.setMaxRequestsQueuedPerDestination(Integer.MAX_VALUE); // the core's queue is the bound
    client.setMaxResponseHeadersSize(config.maxResponseHeaderBytes() + STATUS_LINE_BYTES);
    client.setFollowRedirects(false);
    client.setHttpCookieStore(new HttpCookieStore.Empty());
    client.setUserAgentField(null);
    client.setDefaultRequestContentType(null);
    start(client);
  }

  private static void lookUp(
      Addresses addresses, String host, int port, Promise<List<InetSocketAddress>> promise) {
    List<InetAddress> found;
    try {
      found = addresses.of(host);
    } catch (UnknownHostException | RuntimeException e) {
      promise.failed(e);
      return;
    }
    promise.succeeded(
        found.stream().map(address -> new InetSocketAddress(address, port)).toList());
  }

  private static HttpClientTransport transport(ClientConfig config, JettyConnector connector) {
    QueuedThreadPool threads = new QueuedThreadPool(MAX_THREADS, 1);
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
    transport.setConnectionPoolFactory(destination -> new Pool(destination, config, connector));
    return transport;
  }

  private static void start(HttpClient client) {
    try {
      client.start();
    } catch (Exception e) {
      throw new IllegalStateException("Jetty's client does not start", e);
    }
    // The start has added what would change a response.
    client.getContentDecoderFactories().clear();
    client.getProtocolHandlers().remove(RedirectProtocolHandler.NAME);
    client.getProtocolHandlers().remove(WWWAuthenticationProtocolHandler.NAME);
    client.getProtocolHandlers().remove(ProxyAuthenticationProtocolHandler.NAME);
    client.getProtocolHandlers().put(new InformationalHandler());
  }

  /** Skips informational responses that Jetty has no handler for; without one their call would never end. */
  private static final class InformationalHandler extends EarlyHintsProtocolHandler {
    @Override
    public String getName() {
      return "informational";
    }

    @Override
    public boolean accept(org.eclipse.jetty.client.Request request, Response response) {
      return HttpStatus.isInterim(response.getStatus());
    }
  }

  @Override
  public void send(Exchange exchange) {
    HttpRequest request = translate(exchange.request());
    JettyExchange listener = new JettyExchange(exchange, request, config, connector);
    if (config.reuse() == Reuse.CONNECTION_PER_REQUEST) {
      client
          .resolveDestination(request)
          .newConnection(Promise.from(
              connection -> sendAlone(connection, exchange, listener), exchange::failed));
    } else {
      request.send(listener);
      exchange.onAbort(listener::abort);
    }
  }

  /** Sends a request on a connection of its own, which the pool never sees. */
  private static void sendAlone(Connection connection, Exchange exchange, JettyExchange listener) {
    if (exchange.isAborted()) {
      connection.close();
      exchange.failed(new CancellationException("the call ended while it connected"));
      return;
    }
    connection.send(listener.request(), listener);
    exchange.onAbort(listener::abort);
  }

  private HttpRequest translate(Request request) {
    HttpRequest translated = new HttpRequest(client, new HttpConversation(), request.uri()) {
      /** As it is: Jetty would put it into upper case. */
      @Override
      public String getMethod() {
        return request.method();
      }
    };
    Headers headers = request.headers();
    if (headers.size() > 0) {
      translated.headers(to -> {
        for (int i = 0; i < headers.size(); i++) {
          to.add(headers.name(i), headers.value(i));
        }
      });
    }
    if (request.sendsBody()) {
      translated.body(new ByteBufferRequestContent(null, pieces(request.body())));
    }
    return translated;
  }

  private ByteBuffer[] pieces(byte[] bytes) {
    int size = config.protocol() == Protocol.HTTP_2 ? HTTP_2_PIECE_BYTES : PIECE_BYTES;
    ByteBuffer[] pieces = new ByteBuffer[(bytes.length + size - 1) / size];
    for (int i = 0; i < pieces.length; i++) {
      int from = i * size;
      pieces[i] =
          ByteBuffer.wrap(bytes, from, Math.min(size, bytes.length - from)).slice();
    }
    return pieces;
  }

  /** Jetty describes some failures in words only. */
  @Override
  public Failure reason(Throwable cause, Exchange exchange) {
    String message = String.valueOf(cause.getMessage());
    if (cause.getCause() instanceof HttpException malformed
        && String.valueOf(malformed.getReason()).contains("Too Large")) {
      return Failure.RESPONSE_TOO_LARGE;
    }
    if (cause instanceof TimeoutException && message.startsWith("Idle timeout")) {
      return Failure.READ_TIMEOUT; // in the handshake of HTTP/2
    }
    boolean connected = exchange.timeout() != Failure.CONNECT_TIMEOUT;
    boolean closedInHandshake =
        cause instanceof SSLHandshakeException && message.equals("Abruptly closed by peer");
    boolean reset = connected // the stream, too
        && cause.getClass() == IOException.class
        && !message.startsWith("protocol_error");
    return closedInHandshake || reset ? Failure.CONNECTION_CLOSED : exchange.reasonOf(cause);
  }

  @Override
  public void close() {
    try {
      client.stop();
    } catch (Exception e) {
      throw new IllegalStateException("Jetty's client does not stop", e);
    } finally {
      connector.closeAll();
    }
  }

  /** What needs Jetty's HTTP/2 on the class path, so that HTTP/1.1 does not. */
  static final class Http2 {
    private Http2() {}

    /** Speaks HTTP/2 with servers that have it, and HTTP/1.1 with others. */
    static HttpClientTransport transport(JettyConnector connector) {
      ClientConnectionFactory.Info http1 = HttpClientConnectionFactory.HTTP11;
      return new HttpClientTransportDynamic(
          connector,
          new ClientConnectionFactoryOverHTTP2.HTTP2(new HTTP2Client(connector)),
          http1) {
        /** A server that knows no ALPN gets HTTP/1.1, too. Jetty would try HTTP/2 with it. */
        @Override
        public org.eclipse.jetty.io.Connection newConnection(
            EndPoint endPoint, Map<String, Object> context) throws IOException {
          return context.get(ClientConnector.APPLICATION_PROTOCOL_CONTEXT_KEY) == null
              ? http1.getClientConnectionFactory().newConnection(endPoint, context)
              : super.newConnection(endPoint, context);
        }
      };
    }

    static EndPoint endPoint(Connection connection) {
      return ((HTTP2Session) ((HttpConnectionOverHTTP2) connection).getSession()).getEndPoint();
    }
  }
}
