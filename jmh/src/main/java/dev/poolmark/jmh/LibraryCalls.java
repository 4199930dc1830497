package dev.poolmark.jmh;

import dev.poolmark.jmh.AdapterTaxBenchmark.Call;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.concurrent.TimeUnit;
import okhttp3.ConnectionPool;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.Response;
import org.apache.hc.client5.http.async.methods.SimpleHttpRequest;
import org.apache.hc.client5.http.async.methods.SimpleRequestBuilder;
import org.apache.hc.client5.http.classic.methods.HttpGet;
import org.apache.hc.client5.http.impl.async.CloseableHttpAsyncClient;
import org.apache.hc.client5.http.impl.async.HttpAsyncClients;
import org.apache.hc.client5.http.impl.classic.CloseableHttpClient;
import org.apache.hc.client5.http.impl.classic.HttpClients;
import org.apache.hc.client5.http.impl.io.PoolingHttpClientConnectionManagerBuilder;
import org.apache.hc.client5.http.impl.nio.PoolingAsyncClientConnectionManagerBuilder;
import org.apache.hc.core5.http.io.entity.EntityUtils;
import reactor.netty.http.client.HttpClient;
import reactor.netty.resources.ConnectionProvider;

/** Each library, called as its own documentation shows, with a pool that is large enough. */
final class LibraryCalls {
  private LibraryCalls() {}

  static Call open(String client, URI uri, int connections) {
    return switch (client) {
      case "okhttp" -> new OkHttp(uri, connections);
      case "httpclient5" -> new HttpClient5(uri, connections);
      case "httpclient5-async" -> new HttpClient5Async(uri, connections);
      case "reactor-netty" -> new ReactorNetty(uri, connections);
      case "jdk" -> new Jdk(uri);
      case "jetty" -> new Jetty(uri, connections);
      default ->
        throw new IllegalArgumentException(
            "client must be one of okhttp, httpclient5, httpclient5-async, reactor-netty, jdk, jetty: "
                + client);
    };
  }

  private static final class OkHttp implements Call {
    private final OkHttpClient client;
    private final Request request;

    OkHttp(URI uri, int connections) {
      client = new OkHttpClient.Builder()
          .connectionPool(new ConnectionPool(connections, 5, TimeUnit.MINUTES))
          .build();
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

  private static final class HttpClient5 implements Call {
    private final CloseableHttpClient client;
    private final URI uri;

    HttpClient5(URI uri, int connections) {
      this.uri = uri;
      this.client = HttpClients.custom()
          .setConnectionManager(PoolingHttpClientConnectionManagerBuilder.create()
              .setMaxConnTotal(connections)
              .setMaxConnPerRoute(connections)
              .build())
          .build();
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

  private static final class HttpClient5Async implements Call {
    private final CloseableHttpAsyncClient client;
    private final SimpleHttpRequest request;

    HttpClient5Async(URI uri, int connections) {
      this.request = SimpleRequestBuilder.get(uri).build();
      this.client = HttpAsyncClients.custom()
          .setConnectionManager(PoolingAsyncClientConnectionManagerBuilder.create()
              .setMaxConnTotal(connections)
              .setMaxConnPerRoute(connections)
              .build())
          .build();
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

  private static final class ReactorNetty implements Call {
    private final ConnectionProvider connections;
    private final HttpClient.ResponseReceiver<?> get;

    ReactorNetty(URI uri, int connections) {
      this.connections = ConnectionProvider.create("library", connections);
      this.get = HttpClient.create(this.connections).get().uri(uri);
    }

    @Override
    public byte[] call() {
      return get.responseSingle((response, body) -> body.asByteArray()).block();
    }

    @Override
    public void close() {
      connections.dispose();
    }
  }

  private static final class Jdk implements Call {
    private final java.net.http.HttpClient client = java.net.http.HttpClient.newBuilder()
        .version(java.net.http.HttpClient.Version.HTTP_1_1)
        .build();
    private final HttpRequest request;

    Jdk(URI uri) {
      request = HttpRequest.newBuilder(uri).build();
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

  private static final class Jetty implements Call {
    private final org.eclipse.jetty.client.HttpClient client =
        new org.eclipse.jetty.client.HttpClient();
    private final URI uri;

    Jetty(URI uri, int connections) {
      this.uri = uri;
      client.setMaxConnectionsPerDestination(connections);
      try {
        client.start();
      } catch (Exception e) {
        throw new IllegalStateException("Jetty's client does not start", e);
      }
    }

    @Override
    public byte[] call() throws Exception {
      return client.GET(uri).getContent();
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
