package dev.poolmark.jmh;

import dev.poolmark.clients.ClientConfig;
import dev.poolmark.fidelity.Probe;
import io.netty.channel.ChannelOption;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.resolver.DefaultAddressResolverGroup;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509TrustManager;
import okhttp3.ConnectionPool;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.Response;
import org.apache.hc.client5.http.async.methods.SimpleHttpRequest;
import org.apache.hc.client5.http.async.methods.SimpleRequestBuilder;
import org.apache.hc.client5.http.classic.methods.HttpGet;
import org.apache.hc.client5.http.config.ConnectionConfig;
import org.apache.hc.client5.http.impl.async.CloseableHttpAsyncClient;
import org.apache.hc.client5.http.impl.async.HttpAsyncClients;
import org.apache.hc.client5.http.impl.classic.CloseableHttpClient;
import org.apache.hc.client5.http.impl.classic.HttpClients;
import org.apache.hc.client5.http.impl.io.PoolingHttpClientConnectionManagerBuilder;
import org.apache.hc.client5.http.impl.nio.PoolingAsyncClientConnectionManagerBuilder;
import org.apache.hc.client5.http.ssl.ClientTlsStrategyBuilder;
import org.apache.hc.client5.http.ssl.DefaultClientTlsStrategy;
import org.apache.hc.core5.http.io.entity.EntityUtils;
import org.apache.hc.core5.util.Timeout;
import org.eclipse.jetty.client.transport.HttpClientTransportOverHTTP;
import org.eclipse.jetty.io.ClientConnector;
import org.eclipse.jetty.util.ssl.SslContextFactory;
import org.jspecify.annotations.Nullable;
import reactor.netty.http.client.HttpClient;
import reactor.netty.resources.ConnectionProvider;

/** Each library, called as its own documentation shows, without an adapter; and a bare socket. */
final class LibraryCalls {
  private LibraryCalls() {}

  /** With the pool and the timeouts of a config, as far as the library has them itself. */
  static RepeatableGet with(String client, URI uri, ClientConfig config, X509TrustManager trust) {
    return open(client, uri, Optional.of(config), Optional.of(trust));
  }

  /** With the library's own defaults, and this trust. */
  static RepeatableGet withDefaults(String client, URI uri, X509TrustManager trust) {
    return open(client, uri, Optional.empty(), Optional.of(trust));
  }

  private static RepeatableGet open(
      String client, URI uri, Optional<ClientConfig> config, Optional<X509TrustManager> trust) {
    return switch (client) {
      case "okhttp" -> new OkHttp(uri, config, trust);
      case "httpclient5" -> new HttpClient5(uri, config, trust);
      case "httpclient5-async" -> new HttpClient5Async(uri, config, trust);
      case "reactor-netty" -> new ReactorNetty(uri, config, trust);
      case "jdk" -> new Jdk(uri, config, trust);
      case "jetty" -> new Jetty(uri, config, trust);
      case "socket" -> new BareSocket(uri, trust);
      default ->
        throw new IllegalArgumentException(
            "client must be one of okhttp, httpclient5, httpclient5-async, reactor-netty, jdk, jetty, socket: "
                + client);
    };
  }

  private static SSLContext context(X509TrustManager trust) {
    try {
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(null, new TrustManager[] {trust}, null);
      return context;
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("this JVM cannot make a TLS context", e);
    }
  }

  /** No library at all: what a call costs at the least. For one thread. */
  private static final class BareSocket implements RepeatableGet {
    private static final byte[] BODY_IS_NOT_KEPT = {};

    private final URI uri;
    private final Optional<X509TrustManager> trust;
    private @Nullable Probe connection;

    BareSocket(URI uri, Optional<X509TrustManager> trust) {
      this.uri = uri;
      this.trust = trust;
    }

    @Override
    public byte[] call() throws IOException {
      if (connection == null) {
        connection = uri.getScheme().equals("http")
            ? Probe.plain(uri)
            : Probe.tls(uri, context(trust.orElseThrow()));
      }
      int status = connection.get(uri.getRawPath()).status();
      if (status != 200) {
        throw new IOException("status must be 200: " + status);
      }
      return BODY_IS_NOT_KEPT;
    }

    @Override
    public void close() throws IOException {
      if (connection != null) {
        connection.close();
      }
    }
  }

  private static final class OkHttp implements RepeatableGet {
    private final OkHttpClient client;
    private final Request request;

    OkHttp(URI uri, Optional<ClientConfig> config, Optional<X509TrustManager> trust) {
      OkHttpClient.Builder builder = new OkHttpClient.Builder();
      config.ifPresent(c -> builder
          .connectionPool(new ConnectionPool(
              c.maxIdleConnections(), c.idleTimeout().toMillis(), TimeUnit.MILLISECONDS))
          .callTimeout(c.callTimeout())
          .connectTimeout(c.connectTimeout())
          .readTimeout(c.readTimeout())
          .writeTimeout(c.writeTimeout()));
      trust.ifPresent(t -> builder.sslSocketFactory(context(t).getSocketFactory(), t));
      client = builder.build();
      request = new Request.Builder().url(uri.toString()).build();
    }

    @Override
    public byte[] call() throws Exception {
      try (Response response = client.newCall(request).execute()) {
        return response.body().bytes();
      }
    }

    @Override
    public void close() {
      client.dispatcher().executorService().shutdown();
      client.connectionPool().evictAll();
    }
  }

  private static ConnectionConfig timeouts(ClientConfig config) {
    return ConnectionConfig.custom()
        .setConnectTimeout(Timeout.of(config.connectTimeout()))
        .setSocketTimeout(Timeout.of(config.readTimeout()))
        .build();
  }

  private static final class HttpClient5 implements RepeatableGet {
    private final CloseableHttpClient client;
    private final URI uri;

    HttpClient5(URI uri, Optional<ClientConfig> config, Optional<X509TrustManager> trust) {
      this.uri = uri;
      PoolingHttpClientConnectionManagerBuilder pool =
          PoolingHttpClientConnectionManagerBuilder.create();
      config.ifPresent(c -> pool.setMaxConnTotal(c.maxConnections())
          .setMaxConnPerRoute(c.maxConnectionsPerEndpoint())
          .setDefaultConnectionConfig(timeouts(c)));
      trust.ifPresent(t -> pool.setTlsSocketStrategy(new DefaultClientTlsStrategy(context(t))));
      this.client = HttpClients.custom().setConnectionManager(pool.build()).build();
    }

    @Override
    public byte[] call() throws Exception {
      return client.execute(
          new HttpGet(uri), response -> EntityUtils.toByteArray(response.getEntity()));
    }

    @Override
    public void close() throws IOException {
      client.close();
    }
  }

  private static final class HttpClient5Async implements RepeatableGet {
    private final CloseableHttpAsyncClient client;
    private final SimpleHttpRequest request;

    HttpClient5Async(URI uri, Optional<ClientConfig> config, Optional<X509TrustManager> trust) {
      this.request = SimpleRequestBuilder.get(uri).build();
      PoolingAsyncClientConnectionManagerBuilder pool =
          PoolingAsyncClientConnectionManagerBuilder.create();
      config.ifPresent(c -> pool.setMaxConnTotal(c.maxConnections())
          .setMaxConnPerRoute(c.maxConnectionsPerEndpoint())
          .setDefaultConnectionConfig(timeouts(c)));
      trust.ifPresent(t -> pool.setTlsStrategy(
          ClientTlsStrategyBuilder.create().setSslContext(context(t)).buildAsync()));
      this.client = HttpAsyncClients.custom().setConnectionManager(pool.build()).build();
      client.start();
    }

    @Override
    public byte[] call() throws Exception {
      return client.execute(request, null).get().getBodyBytes();
    }

    @Override
    public void close() throws IOException {
      client.close();
    }
  }

  private static final class ReactorNetty implements RepeatableGet {
    private final Optional<ConnectionProvider> connections;
    private final HttpClient.ResponseReceiver<?> get;

    ReactorNetty(URI uri, Optional<ClientConfig> config, Optional<X509TrustManager> trust) {
      connections =
          config.map(c -> ConnectionProvider.create("library", c.maxConnectionsPerEndpoint()));
      HttpClient client = connections.map(HttpClient::create).orElseGet(HttpClient::create);
      if (config.isPresent()) {
        client = client
            .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, (int)
                config.get().connectTimeout().toMillis())
            .responseTimeout(config.get().readTimeout());
      }
      if (System.getProperty(Backends.HOSTS_FILE) != null) {
        // Netty's own resolver would not read the file.
        client = client.resolver(DefaultAddressResolverGroup.INSTANCE);
      }
      if (trust.isPresent()) {
        SslContext tls = tls(trust.get());
        client = client.secure(spec -> spec.sslContext(tls));
      }
      get = client.get().uri(uri);
    }

    private static SslContext tls(X509TrustManager trust) {
      try {
        return SslContextBuilder.forClient().trustManager(trust).build();
      } catch (SSLException e) {
        throw new IllegalStateException("this JVM cannot make a TLS context", e);
      }
    }

    @Override
    public byte[] call() {
      return get.responseSingle((response, body) -> body.asByteArray()).block();
    }

    @Override
    public void close() {
      connections.ifPresent(ConnectionProvider::dispose);
    }
  }

  private static final class Jdk implements RepeatableGet {
    private final java.net.http.HttpClient client;
    private final HttpRequest request;

    Jdk(URI uri, Optional<ClientConfig> config, Optional<X509TrustManager> trust) {
      java.net.http.HttpClient.Builder builder = java.net.http.HttpClient.newBuilder();
      HttpRequest.Builder get = HttpRequest.newBuilder(uri);
      config.ifPresent(c -> {
        builder
            .version(java.net.http.HttpClient.Version.HTTP_1_1)
            .connectTimeout(c.connectTimeout());
        get.timeout(c.readTimeout());
      });
      trust.ifPresent(t -> builder.sslContext(context(t)));
      client = builder.build();
      request = get.build();
    }

    @Override
    public byte[] call() throws Exception {
      return client.send(request, BodyHandlers.ofByteArray()).body();
    }

    @Override
    public void close() {
      // Its end is the garbage collector's on JDK 17.
    }
  }

  private static final class Jetty implements RepeatableGet {
    private final org.eclipse.jetty.client.HttpClient client;
    private final URI uri;
    private final Optional<Duration> timeout;

    Jetty(URI uri, Optional<ClientConfig> config, Optional<X509TrustManager> trust) {
      this.uri = uri;
      this.timeout = config.map(ClientConfig::readTimeout);
      ClientConnector connector = new ClientConnector();
      trust.ifPresent(t -> {
        SslContextFactory.Client tls = new SslContextFactory.Client();
        tls.setSslContext(context(t));
        connector.setSslContextFactory(tls);
      });
      client = new org.eclipse.jetty.client.HttpClient(new HttpClientTransportOverHTTP(connector));
      config.ifPresent(c -> {
        client.setMaxConnectionsPerDestination(c.maxConnectionsPerEndpoint());
        client.setConnectTimeout(c.connectTimeout().toMillis());
      });
      try {
        client.start();
      } catch (Exception e) {
        throw new IllegalStateException("Jetty's client does not start", e);
      }
    }

    @Override
    public byte[] call() throws Exception {
      org.eclipse.jetty.client.Request request = client.newRequest(uri);
      timeout.ifPresent(t -> request.timeout(t.toMillis(), TimeUnit.MILLISECONDS));
      return request.send().getContent();
    }

    @Override
    public void close() throws IOException {
      try {
        client.stop();
      } catch (Exception e) {
        throw new IOException("Jetty's client does not stop", e);
      }
    }
  }
}
