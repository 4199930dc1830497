package dev.poolmark.clients.reactor;

import dev.poolmark.clients.AsyncCall;
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
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelOption;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http2.Http2SecurityUtil;
import io.netty.handler.codec.http2.Http2StreamChannel;
import io.netty.handler.ssl.ApplicationProtocolConfig;
import io.netty.handler.ssl.ApplicationProtocolConfig.SelectedListenerFailureBehavior;
import io.netty.handler.ssl.ApplicationProtocolConfig.SelectorFailureBehavior;
import io.netty.handler.ssl.ApplicationProtocolNames;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import io.netty.handler.ssl.SupportedCipherSuiteFilter;
import io.netty.resolver.DefaultAddressResolverGroup;
import io.netty.util.concurrent.ImmediateEventExecutor;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;
import reactor.netty.Connection;
import reactor.netty.http.HttpProtocol;
import reactor.netty.http.client.Http2AllocationStrategy;
import reactor.netty.http.client.HttpClient;
import reactor.netty.http.client.HttpClientResponse;
import reactor.netty.http.client.PrematureCloseException;
import reactor.netty.resources.ConnectionProvider;
import reactor.netty.resources.LoopResources;

/**
 * The client on Reactor Netty, called from threads that may block. Its pool, connect timeout and read timeout are the
 * library's; the waiting for a connection, the idle cap, the write timeout and the call timeout are ours. Reactor
 * Netty replaces a pooled connection that it has seen close; a GET is sent again once if its connection ends before a
 * response comes. Its read timeout begins when the request was handed to Netty, so a long upload counts. Over
 * HTTP/2 the idle cap is not applied: an endpoint keeps one connection, or as many as its calls needed at once. Has its
 * own event loops; names are resolved by the JVM, as in the other clients. Safe for use by several threads.
 */
final class ReactorNettyPooledClient implements PooledHttpClient {
  private static final int PIECE_BYTES = 64 * 1024;
  private static final Duration CLOSE_LIMIT = Duration.ofSeconds(5);

  private final ConnectionMeter meter = new ConnectionMeter();
  private final boolean http2;
  private final Leases leases;
  private final IdleCap idleCap;
  private final ChannelGroup open = new DefaultChannelGroup(ImmediateEventExecutor.INSTANCE, true);
  private final ConnectionProvider connections;
  private final LoopResources loops;
  private final HttpClient client;
  private volatile @Nullable Prepared lastGet;

  ReactorNettyPooledClient(ClientConfig config) {
    this.http2 = config.protocol() == Protocol.HTTP_2;
    this.leases = new Leases(ReactorNettyProvider.NAME, config, Optional.of(meter));
    this.idleCap = new IdleCap(config);
    SslContext tls = tls(config);
    this.loops =
        LoopResources.create("poolmark-reactor-netty", LoopResources.DEFAULT_IO_WORKER_COUNT, true);
    this.connections = connections(config, loops);
    this.client = HttpClient.create(connections)
        .runOn(loops)
        .resolver(DefaultAddressResolverGroup.INSTANCE)
        .protocol(
            http2
                ? new HttpProtocol[] {HttpProtocol.H2, HttpProtocol.HTTP11}
                : new HttpProtocol[] {HttpProtocol.HTTP11})
        .option(ChannelOption.TCP_NODELAY, true)
        .option(
            ChannelOption.CONNECT_TIMEOUT_MILLIS, (int) config.connectTimeout().toMillis())
        .responseTimeout(config.readTimeout())
        .secure(spec -> spec.sslContext(tls).handshakeTimeout(config.readTimeout()))
        .doOnChannelInit((observer, channel, address) -> {
          MeteredChannel metered = new MeteredChannel(config.writeTimeout(), meter);
          channel.pipeline().addFirst(MeteredChannel.NAME, metered);
          idleCap.watch(channel);
          open.add(channel);
        })
        .doOnRequest((request, connection) -> {
          Channel channel = connection.channel();
          Channel transport = transport(channel);
          boolean first = ((MeteredChannel) transport.pipeline().get(MeteredChannel.NAME)).used();
          if (isStream(channel)) {
            if (first) {
              GivenUp.watch(transport);
            }
            channel.pipeline().addFirst(new StalledStream(config.writeTimeout()));
          } else {
            idleCap.taken(channel);
          }
        });
  }

  private static boolean isStream(Channel channel) {
    return channel instanceof Http2StreamChannel;
  }

  /** The connection itself, whatever is spoken on it. */
  private static Channel transport(Channel channel) {
    return isStream(channel) ? channel.parent() : channel;
  }

  private static ConnectionProvider connections(ClientConfig config, LoopResources loops) {
    if (config.reuse() == Reuse.CONNECTION_PER_REQUEST) {
      return ConnectionProvider.newConnection();
    }
    ConnectionProvider.Builder pool = ConnectionProvider.builder("poolmark")
        .maxConnections(config.maxConnectionsPerEndpoint())
        .pendingAcquireMaxCount(-1)
        .pendingAcquireTimeout(config.callTimeout()) // the leases are the bound
        .maxIdleTime(config.idleTimeout())
        .evictInBackground(
            config.idleTimeout().dividedBy(2),
            // not the scheduler that the whole JVM shares, whose threads outlive every client
            Schedulers.fromExecutorService(loops.onClient(LoopResources.DEFAULT_NATIVE)));
    config.maxLifetime().ifPresent(pool::maxLifeTime);
    if (config.protocol() == Protocol.HTTP_2) {
      // Calls wait for a connection that is being made, and open no other.
      pool.allocationStrategy(Http2AllocationStrategy.builder()
          .maxConnections(config.maxConnectionsPerEndpoint())
          .strictConnectionReuse(true)
          .build());
    }
    return pool.build();
  }

  private static SslContext tls(ClientConfig config) {
    SslContextBuilder builder = SslContextBuilder.forClient().sslProvider(SslProvider.JDK);
    config.trust().ifPresent(builder::trustManager);
    if (config.protocol() == Protocol.HTTP_2) {
      builder
          .ciphers(Http2SecurityUtil.CIPHERS, SupportedCipherSuiteFilter.INSTANCE)
          .applicationProtocolConfig(new ApplicationProtocolConfig(
              ApplicationProtocolConfig.Protocol.ALPN,
              SelectorFailureBehavior.NO_ADVERTISE,
              SelectedListenerFailureBehavior.ACCEPT,
              ApplicationProtocolNames.HTTP_2,
              ApplicationProtocolNames.HTTP_1_1));
    }
    try {
      return builder.build();
    } catch (SSLException e) {
      throw new IllegalStateException("this JVM cannot make a TLS context", e);
    }
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
      ReactorCall receiver = new ReactorCall(lease, call);
      send(request, receiver).subscribe(receiver);
      return receiver::dispose;
    });
  }

  private Flux<ByteBuf> send(Request request, ReactorCall receiver) {
    if (request.method().equals("GET")) {
      HttpClient.ResponseReceiver<?> get = request.headers().size() == 0
          ? plainGet(request.uri())
          : client.headers(to -> copy(request.headers(), to)).get().uri(request.uri());
      Flux<ByteBuf> once =
          get.responseConnection((response, connection) -> receive(response, connection, receiver));
      return once.onErrorResume(this::deservesAnother, cause -> once);
    }
    return client
        .headers(to -> copy(request.headers(), to))
        .headers(to -> to.set(HttpHeaderNames.CONTENT_LENGTH, request.body().length))
        .post()
        .uri(request.uri())
        .send(
            http2
                ? pieces(request.body())
                : Mono.fromSupplier(() -> Unpooled.wrappedBuffer(request.body())))
        .responseConnection((response, connection) -> receive(response, connection, receiver));
  }

  /** A stream tells that it goes on with each piece that is written. */
  private static Flux<ByteBuf> pieces(byte[] body) {
    return Flux.range(0, (body.length + PIECE_BYTES - 1) / PIECE_BYTES).map(i -> {
      int from = i * PIECE_BYTES;
      return Unpooled.wrappedBuffer(body, from, Math.min(PIECE_BYTES, body.length - from));
    });
  }

  /**
   * Whether the connection was closed under the request, as a pooled one is that the server has just closed, and not by
   * {@link #close()}: the library would make a new pool for the second attempt. It tells the place in words only, and
   * repeats by itself what was reset.
   */
  private boolean deservesAnother(Throwable cause) {
    return cause instanceof PrematureCloseException
        && String.valueOf(cause.getMessage()).endsWith("BEFORE response")
        && !leases.isClosed();
  }

  /** The library copies its whole configuration for each URI, and most calls go where the one before went. */
  private HttpClient.ResponseReceiver<?> plainGet(URI uri) {
    Prepared last = lastGet;
    if (last == null || !last.uri().equals(uri)) {
      last = new Prepared(uri, client.get().uri(uri));
      lastGet = last;
    }
    return last.get();
  }

  private record Prepared(URI uri, HttpClient.ResponseReceiver<?> get) {}

  private Flux<ByteBuf> receive(
      HttpClientResponse response, Connection connection, ReactorCall receiver) {
    Channel channel = connection.channel();
    if (!isStream(channel) && !idleCap.keeps(channel)) {
      connection.markPersistent(false);
    }
    receiver.begins(response, channel.eventLoop());
    return connection.inbound().receive();
  }

  private static void copy(Headers headers, io.netty.handler.codec.http.HttpHeaders to) {
    for (int i = 0; i < headers.size(); i++) {
      to.add(headers.name(i), headers.value(i));
    }
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
    // Netty 4.2 leaves a channel open whose loop is told to end, without a quiet period, at the
    // wrong moment.
    open.close().awaitUninterruptibly(CLOSE_LIMIT.toMillis());
    connections.disposeLater().block(CLOSE_LIMIT);
    loops.disposeLater(Duration.ZERO, CLOSE_LIMIT).block(CLOSE_LIMIT);
  }
}
