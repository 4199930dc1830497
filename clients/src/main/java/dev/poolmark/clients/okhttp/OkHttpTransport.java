package dev.poolmark.clients.okhttp;

import dev.poolmark.clients.ClientConfig;
import dev.poolmark.clients.Failure;
import dev.poolmark.clients.Headers;
import dev.poolmark.clients.Request;
import dev.poolmark.clients.Reuse;
import dev.poolmark.clients.spi.Addresses;
import dev.poolmark.clients.spi.BlockingTransport;
import dev.poolmark.clients.spi.ConnectionMeter;
import dev.poolmark.clients.spi.Exchange;
import dev.poolmark.clients.spi.Tls;
import java.io.IOException;
import java.net.Proxy;
import java.net.URI;
import java.util.List;
import java.util.concurrent.TimeUnit;
import okhttp3.Call;
import okhttp3.ConnectionPool;
import okhttp3.EventListener;
import okhttp3.HttpUrl;
import okhttp3.MediaType;
import okhttp3.OkHttpClient;
import okhttp3.Protocol;
import okhttp3.RequestBody;
import okhttp3.Response;
import okhttp3.internal.http2.ErrorCode;
import okhttp3.internal.http2.StreamResetException;
import okio.BufferedSink;
import org.jspecify.annotations.Nullable;

/**
 * Exchanges on OkHttp, whose pool, connect and read timeouts are used. OkHttp replaces a pooled connection that
 * the server has closed: it checks one before it sends anything but a GET, and a GET it sends again. A connection older
 * than {@code maxLifetime} is retired with its next call.
 *
 * <p>Over HTTP/2, each call of a burst that finds no open connection may open one; OkHttp keeps the first and closes the
 * others before it uses them. Thread-safe.
 */
final class OkHttpTransport implements BlockingTransport {
  private final ConnectionMeter meter;
  private final OkHttpClient client;
  private volatile boolean closed;
  private volatile @Nullable Parsed lastUrl;

  OkHttpTransport(ClientConfig config, ConnectionMeter meter, Addresses addresses) {
    this.meter = meter;
    this.client = client(config, meter, addresses);
  }

  private static OkHttpClient client(
      ClientConfig config, ConnectionMeter meter, Addresses addresses) {
    int maxIdle = config.reuse() == Reuse.CONNECTION_PER_REQUEST ? 0 : config.maxIdleConnections();
    OkHttpClient.Builder builder = new OkHttpClient.Builder()
        .connectionPool(
            new ConnectionPool(maxIdle, config.idleTimeout().toMillis(), TimeUnit.MILLISECONDS))
        .protocols(protocols(config))
        .socketFactory(new MeteredSocketFactory(config, meter))
        .dns(addresses::of)
        .proxy(Proxy.NO_PROXY)
        .followRedirects(false)
        .followSslRedirects(false)
        .fastFallback(false) // would open two connections at once for one call
        .connectTimeout(config.connectTimeout())
        .readTimeout(config.readTimeout())
        .pingInterval(config.tcpKeepAlive()) // by the end of which the last one must be answered
        .writeTimeout(
            0, TimeUnit.MILLISECONDS) // the core's: over TLS, OkHttp's waits for the write
        .eventListenerFactory(call -> call.request().tag(EventListener.class))
        .addNetworkInterceptor(new ConnectionGuard(meter));
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

  @Override
  public void exchange(Exchange exchange) throws IOException {
    Call call = client.newCall(translate(exchange));
    exchange.onAbort(call::cancel);
    try (Response response = call.execute()) {
      if (exchange.hasBody() || response.body().contentLength() <= 0) {
        exchange.body(response.body().byteStream());
      } else {
        call.cancel(); // OkHttp would wait for as many bytes as the length of a 304 says
      }
    } catch (StreamResetException e) {
      if (e.errorCode == ErrorCode.REFUSED_STREAM) { // by the server, or because of its GOAWAY
        exchange.unprocessed();
      }
      throw e;
    } finally {
      if (closed) {
        client.connectionPool().evictAll(); // close() could not see this call's connection
      }
    }
  }

  @Override
  public Failure reason(Throwable cause, Exchange exchange) {
    if (cause instanceof ConnectionGuard.HeadTooLargeException) {
      return Failure.RESPONSE_TOO_LARGE;
    }
    String words = String.valueOf(cause.getMessage());
    return words.startsWith("unexpected end of stream")
            || words.startsWith("stream was reset")
            || words.equals("closed") // over HTTP/2, before the request was written
        ? Failure.CONNECTION_CLOSED
        : exchange.reasonOf(cause);
  }

  private okhttp3.Request translate(Exchange exchange) {
    Request request = exchange.request();
    okhttp3.Request.Builder builder = new okhttp3.Request.Builder()
        .url(url(request.uri()))
        .tag(EventListener.class, new ProgressListener(exchange, meter))
        .tag(Exchange.class, exchange)
        .header("Accept-Encoding", "identity"); // else OkHttp asks for gzip, and unpacks it
    Headers headers = request.headers();
    for (int i = 0; i < headers.size(); i++) {
      builder.addHeader(headers.name(i), headers.value(i));
    }
    return builder
        .method(request.method(), request.sendsBody() ? new Body(request.body(), exchange) : null)
        .build();
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

  /** A request's body; one of any other kind OkHttp would send again, though the server may have it already. */
  private static final class Body extends RequestBody {
    private static final int PIECE_BYTES = 16 * 1024;

    private final byte[] bytes;
    private final Exchange exchange;

    Body(byte[] bytes, Exchange exchange) {
      this.bytes = bytes;
      this.exchange = exchange;
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
      for (int from = 0; from < bytes.length; from += PIECE_BYTES) {
        exchange.progress();
        sink.write(bytes, from, Math.min(PIECE_BYTES, bytes.length - from));
      }
    }

    @Override
    public boolean isOneShot() {
      return true;
    }
  }

  @Override
  public void close() {
    closed = true;
    client.dispatcher().executorService().shutdown();
    client.connectionPool().evictAll();
  }
}
