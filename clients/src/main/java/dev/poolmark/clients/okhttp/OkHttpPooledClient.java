package dev.poolmark.clients.okhttp;

import dev.poolmark.clients.CallException;
import dev.poolmark.clients.CallTimeoutException;
import dev.poolmark.clients.ClientConfig;
import dev.poolmark.clients.FairBound;
import dev.poolmark.clients.Headers;
import dev.poolmark.clients.PooledHttpClient;
import dev.poolmark.clients.Request;
import dev.poolmark.clients.Response;
import dev.poolmark.clients.Reuse;
import dev.poolmark.clients.Tls;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.Proxy;
import java.net.SocketTimeoutException;
import java.util.List;
import java.util.concurrent.TimeUnit;
import okhttp3.Call;
import okhttp3.ConnectionPool;
import okhttp3.EventListener;
import okhttp3.OkHttpClient;
import okhttp3.Protocol;
import okhttp3.RequestBody;

/**
 * The client on OkHttp. Its pool and timeouts are OkHttp's; the bound on connections is ours, because {@code
 * execute()} has none. OkHttp replaces a pooled connection that the server has closed, and it repeats a request once
 * after status 408, and after 503 with {@code Retry-After: 0}, which cannot be switched off apart. Safe for use by
 * several threads.
 */
final class OkHttpPooledClient implements PooledHttpClient {
  private final ClientConfig config;
  private final FairBound bound;
  private final OkHttpClient client;

  OkHttpPooledClient(ClientConfig config) {
    this.config = config;
    this.bound = new FairBound(OkHttpProvider.NAME, config);
    this.client = client(config);
  }

  private static OkHttpClient client(ClientConfig config) {
    int maxIdle = config.reuse() == Reuse.CONNECTION_PER_REQUEST ? 0 : config.maxIdleConnections();
    OkHttpClient.Builder builder = new OkHttpClient.Builder()
        .connectionPool(
            new ConnectionPool(maxIdle, config.idleTimeout().toMillis(), TimeUnit.MILLISECONDS))
        .protocols(List.of(Protocol.HTTP_1_1))
        .socketFactory(new NoDelaySocketFactory())
        .proxy(Proxy.NO_PROXY)
        .followRedirects(false)
        .followSslRedirects(false)
        .fastFallback(false) // would open two connections at once for one call
        .connectTimeout(config.connectTimeout())
        .readTimeout(config.readTimeout())
        .writeTimeout(config.writeTimeout())
        .eventListenerFactory(OkHttpPooledClient::phaseOf);
    config
        .trust()
        .ifPresent(
            trust -> builder.sslSocketFactory(Tls.context(config).getSocketFactory(), trust));
    return builder.build();
  }

  private static EventListener phaseOf(Call call) {
    Phase phase = call.request().tag(Phase.class);
    return phase == null ? EventListener.NONE : phase;
  }

  @Override
  public Response execute(Request request) throws IOException {
    long deadline = bound.acquire(request);
    try {
      return exchange(request, deadline);
    } finally {
      if (bound.isClosed()) {
        client.connectionPool().evictAll(); // close() could not see this call's connection
      }
      bound.release();
    }
  }

  private Response exchange(Request request, long deadline) throws IOException {
    Phase phase = new Phase();
    Call call = client.newCall(translate(request, phase));
    // OkHttp takes 0 for no limit
    call.timeout().timeout(Math.max(1, deadline - System.nanoTime()), TimeUnit.NANOSECONDS);
    try (okhttp3.Response response = call.execute()) {
      return new Response(
          response.code(), headers(response.headers()), response.body().bytes());
    } catch (SocketTimeoutException e) {
      throw switch (phase.now) {
        case CONNECT -> CallTimeoutException.connect(config, request, e);
        case WRITE -> CallTimeoutException.write(config, request, e);
        case READ -> CallTimeoutException.read(config, request, e);
      };
    } catch (InterruptedIOException e) {
      if (Thread.currentThread().isInterrupted()) {
        throw e;
      }
      throw CallTimeoutException.call(config, request, e);
    } catch (IOException e) {
      throw new CallException(request, e);
    }
  }

  private static okhttp3.Request translate(Request request, Phase phase) {
    okhttp3.Request.Builder builder = new okhttp3.Request.Builder()
        .url(request.uri().toString())
        .tag(Phase.class, phase)
        .header("Accept-Encoding", "identity"); // else OkHttp asks for gzip, and unpacks it
    Headers headers = request.headers();
    for (int i = 0; i < headers.size(); i++) {
      builder.addHeader(headers.name(i), headers.value(i));
    }
    if (request.method().equals("POST")) {
      builder.post(RequestBody.create(request.body()));
    }
    return builder.build();
  }

  private static Headers headers(okhttp3.Headers headers) {
    String[] namesAndValues = new String[2 * headers.size()];
    for (int i = 0; i < headers.size(); i++) {
      namesAndValues[2 * i] = headers.name(i);
      namesAndValues[2 * i + 1] = headers.value(i);
    }
    return Headers.of(namesAndValues);
  }

  @Override
  public void close() {
    bound.close();
    client.dispatcher().cancelAll();
    client.dispatcher().executorService().shutdown();
    client.connectionPool().evictAll();
  }
}
