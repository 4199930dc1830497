package dev.poolmark.clients.reactor;

import dev.poolmark.clients.CallException;
import dev.poolmark.clients.CallTimeoutException;
import dev.poolmark.clients.ClientConfig;
import dev.poolmark.clients.FairBound;
import dev.poolmark.clients.Headers;
import dev.poolmark.clients.PooledHttpClient;
import dev.poolmark.clients.Request;
import dev.poolmark.clients.Response;
import dev.poolmark.clients.Reuse;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelOption;
import io.netty.channel.ConnectTimeoutException;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslHandshakeTimeoutException;
import io.netty.handler.ssl.SslProvider;
import io.netty.handler.timeout.ReadTimeoutException;
import io.netty.resolver.DefaultAddressResolverGroup;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.Iterator;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.SSLException;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;
import reactor.netty.Connection;
import reactor.netty.http.HttpProtocol;
import reactor.netty.http.client.HttpClient;
import reactor.netty.http.client.HttpClientResponse;
import reactor.netty.internal.shaded.reactor.pool.PoolAcquireTimeoutException;
import reactor.netty.resources.ConnectionProvider;
import reactor.netty.resources.LoopResources;

/**
 * The client on Reactor Netty, called from threads that may block. Its pool, connect timeout and read timeout are the
 * library's; the bound over all endpoints, the idle cap, the write timeout and the call timeout are ours. Reactor
 * Netty replaces a pooled connection that it has seen close, and sends again only what it had not begun to send. Its
 * read timeout begins when the request was handed to Netty, so a long upload counts. Has its own event loops; names
 * are resolved by the JVM, as in the other clients. Safe for use by several threads.
 */
final class ReactorNettyPooledClient implements PooledHttpClient {
  private static final byte[] NO_BODY = {};
  private static final Duration CLOSE_LIMIT = Duration.ofSeconds(5);

  private final ClientConfig config;
  private final FairBound bound;
  private final IdleCap idleCap;
  private final ConnectionProvider connections;
  private final LoopResources loops;
  private final HttpClient client;

  ReactorNettyPooledClient(ClientConfig config) {
    this.config = config;
    this.bound = new FairBound(ReactorNettyProvider.NAME, config);
    this.idleCap = new IdleCap(config);
    SslContext tls = tls(config);
    this.loops =
        LoopResources.create("poolmark-reactor-netty", LoopResources.DEFAULT_IO_WORKER_COUNT, true);
    this.connections = connections(config, loops);
    this.client = HttpClient.create(connections)
        .runOn(loops)
        .resolver(DefaultAddressResolverGroup.INSTANCE)
        .protocol(HttpProtocol.HTTP11)
        .option(ChannelOption.TCP_NODELAY, true)
        .option(
            ChannelOption.CONNECT_TIMEOUT_MILLIS, (int) config.connectTimeout().toMillis())
        .responseTimeout(config.readTimeout())
        .secure(spec -> spec.sslContext(tls).handshakeTimeout(config.readTimeout()))
        .doOnChannelInit((observer, channel, address) -> {
          channel.pipeline().addFirst(new StalledWriteHandler(config.writeTimeout()));
          idleCap.watch(channel);
        })
        .doOnRequest((request, connection) -> idleCap.taken(connection.channel()));
  }

  private static ConnectionProvider connections(ClientConfig config, LoopResources loops) {
    if (config.reuse() == Reuse.CONNECTION_PER_REQUEST) {
      return ConnectionProvider.newConnection();
    }
    return ConnectionProvider.builder("poolmark")
        .maxConnections(config.maxConnections())
        .pendingAcquireMaxCount(-1)
        .pendingAcquireTimeout(config.acquireTimeout())
        .maxIdleTime(config.idleTimeout())
        .evictInBackground(
            config.idleTimeout().dividedBy(2),
            // not the scheduler that the whole JVM shares, whose threads outlive every client
            Schedulers.fromExecutorService(loops.onClient(LoopResources.DEFAULT_NATIVE)))
        .build();
  }

  private static SslContext tls(ClientConfig config) {
    SslContextBuilder builder = SslContextBuilder.forClient().sslProvider(SslProvider.JDK);
    config.trust().ifPresent(builder::trustManager);
    try {
      return builder.build();
    } catch (SSLException e) {
      throw new IllegalStateException("this JVM cannot make a TLS context", e);
    }
  }

  @Override
  public Response execute(Request request) throws IOException {
    long deadline = bound.acquire(request);
    try {
      return await(send(request).toFuture(), request, deadline);
    } finally {
      bound.release();
    }
  }

  private Mono<Response> send(Request request) {
    HttpClient prepared =
        request.headers().size() == 0 ? client : client.headers(to -> copy(request.headers(), to));
    HttpClient.ResponseReceiver<?> exchange = request.method().equals("GET")
        ? prepared.get().uri(request.uri())
        : prepared
            .headers(to -> to.set(HttpHeaderNames.CONTENT_LENGTH, request.body().length))
            .post()
            .uri(request.uri())
            .send(Mono.fromSupplier(() -> Unpooled.wrappedBuffer(request.body())));
    return exchange.responseConnection(this::receive).single();
  }

  private Mono<Response> receive(HttpClientResponse response, Connection connection) {
    if (!idleCap.keeps(connection.channel())) {
      connection.markPersistent(false);
    }
    return connection
        .inbound()
        .receive()
        .aggregate()
        .asByteArray()
        .defaultIfEmpty(NO_BODY)
        // The body is complete a moment before the connection is back in the pool, on the same
        // thread. Handed over at once, it could let the next call open a connection too many.
        .flatMap(body -> Mono.create(sink -> connection
            .channel()
            .eventLoop()
            .execute(() ->
                sink.success(new Response(response.status().code(), headers(response), body)))));
  }

  private Response await(CompletableFuture<Response> future, Request request, long deadline)
      throws IOException {
    try {
      return future.get(deadline - System.nanoTime(), TimeUnit.NANOSECONDS);
    } catch (TimeoutException e) {
      throw CallTimeoutException.call(config, request, null);
    } catch (ExecutionException e) {
      throw failure(request, e.getCause() == null ? e : e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted in a call to " + request.endpoint());
    } finally {
      // closes the connection of a call that is not over; does nothing to one that is
      future.cancel(true);
    }
  }

  private IOException failure(Request request, Throwable cause) {
    if (cause instanceof ConnectTimeoutException) {
      return CallTimeoutException.connect(config, request, cause);
    }
    if (cause instanceof ReadTimeoutException || cause instanceof SslHandshakeTimeoutException) {
      return CallTimeoutException.read(config, request, cause);
    }
    if (cause instanceof StalledWriteException) {
      return CallTimeoutException.write(config, request, cause);
    }
    if (cause instanceof PoolAcquireTimeoutException) {
      return CallTimeoutException.acquire(config, request, cause);
    }
    return new CallException(request, cause);
  }

  private static void copy(Headers headers, io.netty.handler.codec.http.HttpHeaders to) {
    for (int i = 0; i < headers.size(); i++) {
      to.add(headers.name(i), headers.value(i));
    }
  }

  private static Headers headers(HttpClientResponse response) {
    String[] namesAndValues = new String[2 * response.responseHeaders().size()];
    Iterator<Map.Entry<String, String>> fields = response.responseHeaders().iteratorAsString();
    for (int i = 0; fields.hasNext(); i += 2) {
      Map.Entry<String, String> field = fields.next();
      namesAndValues[i] = field.getKey();
      namesAndValues[i + 1] = field.getValue();
    }
    return Headers.of(namesAndValues);
  }

  @Override
  public void close() {
    if (bound.isClosed()) {
      return;
    }
    bound.close();
    connections.disposeLater().block(CLOSE_LIMIT);
    loops.disposeLater(Duration.ZERO, CLOSE_LIMIT).block(CLOSE_LIMIT);
  }
}
