package dev.poolmark.clients.apache;

import dev.poolmark.clients.ClientConfig;
import dev.poolmark.clients.ReuseOrder;
import dev.poolmark.clients.spi.Addresses;
import dev.poolmark.clients.spi.ConnectionMeter;
import dev.poolmark.clients.spi.MeteredConnection;
import dev.poolmark.clients.spi.MeteredSocket;
import dev.poolmark.clients.spi.Tls;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.util.Collections;
import java.util.Map;
import java.util.WeakHashMap;
import org.apache.hc.client5.http.HttpRoute;
import org.apache.hc.client5.http.SystemDefaultDnsResolver;
import org.apache.hc.client5.http.impl.io.DefaultHttpClientConnectionOperator;
import org.apache.hc.client5.http.impl.io.ManagedHttpClientConnectionFactory;
import org.apache.hc.client5.http.impl.io.PoolingHttpClientConnectionManager;
import org.apache.hc.client5.http.io.ManagedHttpClientConnection;
import org.apache.hc.client5.http.ssl.DefaultClientTlsStrategy;
import org.apache.hc.client5.http.ssl.TlsSocketStrategy;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.ConnectionClosedException;
import org.apache.hc.core5.http.HttpConnection;
import org.apache.hc.core5.http.HttpException;
import org.apache.hc.core5.http.HttpHost;
import org.apache.hc.core5.http.config.Http1Config;
import org.apache.hc.core5.http.config.RegistryBuilder;
import org.apache.hc.core5.http.impl.io.DefaultHttpResponseParser;
import org.apache.hc.core5.http.io.HttpClientConnection;
import org.apache.hc.core5.http.io.HttpConnectionFactory;
import org.apache.hc.core5.http.io.SessionInputBuffer;
import org.apache.hc.core5.http.io.SocketConfig;
import org.apache.hc.core5.http.protocol.HttpContext;
import org.apache.hc.core5.io.CloseMode;
import org.apache.hc.core5.net.NamedEndpoint;
import org.apache.hc.core5.pool.PoolReusePolicy;
import org.apache.hc.core5.pool.StrictConnPool;
import org.apache.hc.core5.util.TimeValue;
import org.apache.hc.core5.util.Timeout;
import org.jspecify.annotations.Nullable;

/**
 * The library's pool; it reports to the meter and the exchange when it
 * connects. Thread-safe.
 */
final class ClassicPool extends PoolingHttpClientConnectionManager {
  private static final int MIN_FIELD_BYTES = 64; // as in the core
  private static final Timeout NO_WAIT = Timeout.ofMilliseconds(MeteredSocket.NO_WAIT);

  /** The parser of each connection, which knows what has come. */
  private final Map<HttpConnection, ResponseHeadParser> parsers;

  ClassicPool(ClientConfig config, ConnectionMeter meter, Addresses addresses) {
    this(config, meter, addresses, Collections.synchronizedMap(new WeakHashMap<>()));
  }

  private ClassicPool(
      ClientConfig config,
      ConnectionMeter meter,
      Addresses addresses,
      Map<HttpConnection, ResponseHeadParser> parsers) {
    super(
        new Connector(config, meter, addresses, parsers),
        new Entries(config, parsers),
        connections(config, parsers));
    this.parsers = parsers;
  }

  /** The connections, of which those that are unfit for a call count as expired. */
  private static final class Entries
      extends StrictConnPool<HttpRoute, ManagedHttpClientConnection> {
    private final Map<HttpConnection, ResponseHeadParser> parsers;

    Entries(ClientConfig config, Map<HttpConnection, ResponseHeadParser> parsers) {
      super(
          config.maxConnectionsPerEndpoint(),
          config.maxConnections(),
          config.maxLifetime().map(TimeValue::of).orElse(TimeValue.NEG_ONE_MILLISECOND),
          config.reuseOrder() == ReuseOrder.LIFO ? PoolReusePolicy.LIFO : PoolReusePolicy.FIFO,
          null);
      this.parsers = parsers;
    }

    @Override
    public void closeExpired() {
      enumAvailable(
          entry -> { // first, as this knows why
            ResponseHeadParser parser = parsers.get(entry.getConnection());
            if (parser != null && parser.metered != null && parser.metered.unfit() != null) {
              entry.discardConnection(CloseMode.GRACEFUL);
            }
          });
      super.closeExpired();
    }
  }

  /** Connections with the limits of the config, and whose parser skips nothing that is no response. */
  private static HttpConnectionFactory<ManagedHttpClientConnection> connections(
      ClientConfig config, Map<HttpConnection, ResponseHeadParser> parsers) {
    Http1Config limits = Http1Config.custom()
        .setMaxLineLength(config.maxResponseHeaderBytes())
        .setMaxHeaderCount(config.maxResponseHeaderBytes() / MIN_FIELD_BYTES)
        .build();
    return socket -> {
      ResponseHeadParser parser = new ResponseHeadParser(limits);
      ManagedHttpClientConnection connection = ManagedHttpClientConnectionFactory.builder()
          .http1Config(limits)
          .responseParserFactory(ignored -> parser)
          .build()
          .createConnection(socket);
      parsers.put(connection, parser);
      return connection;
    };
  }

  /** What the core knows of the connection; null if it is closed already. */
  @Nullable
  MeteredConnection metered(HttpConnection connection) {
    return parsers.get(connection).metered;
  }

  /** Whether bytes have come on the connection that nobody has read yet. */
  boolean holdsBytes(HttpClientConnection connection) throws IOException {
    return ((ManagedHttpClientConnection) connection).getSocket() instanceof MeteredSocket plain
        ? parsers.get(connection).holdsBytes() || plain.holdsBytes()
        : connection.isDataAvailable(NO_WAIT);
  }

  private static final class Connector extends DefaultHttpClientConnectionOperator {
    private final ConnectionMeter meter;
    private final Map<HttpConnection, ResponseHeadParser> parsers;

    Connector(
        ClientConfig config,
        ConnectionMeter meter,
        Addresses addresses,
        Map<HttpConnection, ResponseHeadParser> parsers) {
      super(
          proxy -> new MeteredSocket(config, meter),
          null,
          new SystemDefaultDnsResolver() {
            @Override
            public InetAddress[] resolve(String host) throws UnknownHostException {
              return addresses.of(host).toArray(InetAddress[]::new);
            }
          },
          RegistryBuilder.<TlsSocketStrategy>create()
              .register("https", new DefaultClientTlsStrategy(Tls.context(config)))
              .build());
      this.meter = meter;
      this.parsers = parsers;
    }

    @Override
    public void connect(
        ManagedHttpClientConnection connection,
        HttpHost host,
        @Nullable NamedEndpoint name,
        @Nullable Path unixDomainSocket,
        @Nullable InetSocketAddress localAddress,
        Timeout connectTimeout,
        SocketConfig socketConfig,
        Object attachment,
        HttpContext context)
        throws IOException {
      ExchangeContext exchange = (ExchangeContext) context;
      exchange.connecting(connection);
      super.connect(
          connection,
          host,
          name,
          unixDomainSocket,
          localAddress,
          connectTimeout,
          socketConfig,
          attachment,
          context);
      meter.ready(exchange.connected());
      parsers.get(connection).metered =
          meter.find(connection.getLocalAddress(), connection.getRemoteAddress());
    }

    @Override
    protected void onBeforeTlsHandshake(HttpContext context, HttpHost host) {
      ((ExchangeContext) context).handshaking();
    }
  }

  /** A parser that does not take the end of the connection for the end of a head, as the library's does. For one thread. */
  private static final class ResponseHeadParser extends DefaultHttpResponseParser {
    private volatile @Nullable MeteredConnection metered;
    private @Nullable SessionInputBuffer buffer;

    ResponseHeadParser(Http1Config limits) {
      super(limits);
    }

    /** Whether the connection's buffer holds bytes. */
    boolean holdsBytes() {
      return buffer != null && buffer.length() > 0;
    }

    @Override
    public ClassicHttpResponse parse(SessionInputBuffer from, InputStream in)
        throws IOException, HttpException {
      buffer = from;
      Noting noting = new Noting(in);
      try {
        ClassicHttpResponse response = super.parse(from, noting);
        if (noting.ended) {
          throw new ConnectionClosedException("the connection ended in the head of the response");
        }
        return response;
      } catch (HttpException e) {
        if (noting.ended) {
          throw new ConnectionClosedException(e.getMessage());
        }
        throw e;
      }
    }

    /** Notes the end of a stream. */
    private static final class Noting extends FilterInputStream {
      private boolean ended;

      Noting(InputStream in) {
        super(in);
      }

      @Override
      public int read(byte[] bytes, int offset, int length) throws IOException {
        int count = in.read(bytes, offset, length);
        ended |= count < 0;
        return count;
      }
    }
  }
}
