package dev.poolmark.clients.reactor;

import dev.poolmark.clients.ClientConfig;
import dev.poolmark.clients.Failure;
import dev.poolmark.clients.Headers;
import dev.poolmark.clients.Protocol;
import dev.poolmark.clients.Request;
import dev.poolmark.clients.Reuse;
import dev.poolmark.clients.ReuseOrder;
import dev.poolmark.clients.spi.Addresses;
import dev.poolmark.clients.spi.ConnectionMeter;
import dev.poolmark.clients.spi.Exchange;
import dev.poolmark.clients.spi.TcpKeepAlive;
import dev.poolmark.clients.spi.Transport;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelConfig;
import io.netty.channel.ChannelOption;
import io.netty.channel.ConnectTimeoutException;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.channel.socket.nio.NioChannelOption;
import io.netty.channel.unix.Errors;
import io.netty.handler.codec.PrematureChannelClosureException;
import io.netty.handler.codec.http.DefaultHttpHeadersFactory;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.TooLongHttpHeaderException;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2FrameStreamException;
import io.netty.handler.ssl.SslClosedEngineException;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.resolver.AddressResolver;
import io.netty.resolver.AddressResolverGroup;
import io.netty.resolver.InetNameResolver;
import io.netty.util.concurrent.EventExecutor;
import io.netty.util.concurrent.ImmediateEventExecutor;
import io.netty.util.concurrent.Promise;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.function.Consumer;
import javax.net.ssl.SSLHandshakeException;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import reactor.core.Exceptions;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;
import reactor.netty.channel.AbortedException;
import reactor.netty.http.Http11SslContextSpec;
import reactor.netty.http.Http2SslContextSpec;
import reactor.netty.http.HttpProtocol;
import reactor.netty.http.client.Http2AllocationStrategy;
import reactor.netty.http.client.HttpClient;
import reactor.netty.http.client.PrematureCloseException;
import reactor.netty.resources.ConnectionProvider;
import reactor.netty.resources.LoopResources;
import reactor.netty.tcp.SslProvider;

/**
 * Exchanges on Reactor Netty, whose pool and connect timeout are used. Reactor Netty replaces a pooled connection that
 * it has seen close. Over HTTP/2, an endpoint keeps one connection, or as many as its calls needed at once, whatever
 * {@code maxIdleConnections}; a connection without a byte since a call's read timeout takes no new call. Has its own
 * event loops, which also look names up. Thread-safe.
 */
final class ReactorNettyTransport implements Transport {
  /** A body's piece over HTTP/2: a whole frame, whose end is seen as progress. */
  private static final int PIECE_BYTES = 16 * 1024;

  private static final Duration CLOSE_LIMIT = Duration.ofSeconds(5);
  private static final Duration SWEEP = Duration.ofSeconds(1);

  /** For how long a server that reads nothing may hold up the end of a TLS connection. */
  private static final Duration CLOSE_NOTIFY_LIMIT = Duration.ofMillis(100);

  private static final String CLOSED_IN_HANDSHAKE =
      "Connection closed while SSL/TLS handshake was in progress";

  private final boolean http2;
  private final ChannelGroup open = new DefaultChannelGroup(ImmediateEventExecutor.INSTANCE, true);
  private final ConnectionProvider connections;
  private final LoopResources loops;
  private final HttpClient client;
  private volatile @Nullable Prepared lastGet;

  ReactorNettyTransport(ClientConfig config, ConnectionMeter meter, Addresses addresses) {
    this.http2 = config.protocol() == Protocol.HTTP_2;
    this.loops =
        LoopResources.create("poolmark-reactor-netty", LoopResources.DEFAULT_IO_WORKER_COUNT, true);
    this.connections = connections(config, loops);
    this.client = HttpClient.create(connections)
        .runOn(loops)
        .resolver(resolver(addresses))
        .protocol(
            http2
                ? new HttpProtocol[] {HttpProtocol.H2, HttpProtocol.HTTP11}
                : new HttpProtocol[] {HttpProtocol.HTTP11})
        .option(ChannelOption.TCP_NODELAY, true)
        .option(
            ChannelOption.CONNECT_TIMEOUT_MILLIS, (int) config.connectTimeout().toMillis())
        .disableRetry(true)
        .httpResponseDecoder(spec -> spec.maxHeaderSize(config.maxResponseHeaderBytes()))
        .secure(spec -> spec.sslContext(tls(config))
            .handshakeTimeout(Duration.ZERO) // the core watches the handshake
            .closeNotifyFlushTimeout(CLOSE_NOTIFY_LIMIT))
        .doOnChannelInit((observer, channel, address) -> {
          ConnectionHandler connection = new ConnectionHandler(meter, config);
          connection.addTo(channel);
          keepAlive(config, channel.config());
          open.add(channel);
          ResponseReceiver.of(observer.currentContext()).opens(channel, connection);
        })
        .doOnRequest((request, connection) ->
            ResponseReceiver.of(request.currentContextView()).sends(connection.channel()))
        .doAfterRequest((request, connection) ->
            ResponseReceiver.of(request.currentContextView()).sent());
  }

  private static AddressResolverGroup<InetSocketAddress> resolver(Addresses addresses) {
    return new AddressResolverGroup<>() {
      @Override
      protected AddressResolver<InetSocketAddress> newResolver(EventExecutor executor) {
        return new InetNameResolver(executor) {
          @Override
          protected void doResolve(String host, Promise<InetAddress> address) throws IOException {
            address.setSuccess(addresses.of(host).get(0));
          }

          @Override
          protected void doResolveAll(String host, Promise<List<InetAddress>> all)
              throws IOException {
            all.setSuccess(addresses.of(host));
          }
        }.asAddressResolver();
      }
    };
  }

  /** A channel takes the options of its own kind, and ignores the others. */
  private static void keepAlive(ClientConfig config, ChannelConfig socket) {
    TcpKeepAlive keepAlive = TcpKeepAlive.of(config);
    socket.setOption(ChannelOption.SO_KEEPALIVE, true);
    keepAlive
        .options()
        .forEach((option, value) -> socket.setOption(NioChannelOption.of(option), value));
    socket.setOption(epoll("TCP_KEEPIDLE"), keepAlive.idleSeconds());
    socket.setOption(epoll("TCP_KEEPINTVL"), keepAlive.intervalSeconds());
    socket.setOption(epoll("TCP_KEEPCNT"), keepAlive.probes());
    // The system does not probe while bytes are unacknowledged. A server that reads nothing would
    // look vanished, so this must not be shorter than a write may stall.
    if (config.tcpKeepAlive().compareTo(config.writeTimeout()) >= 0) {
      socket.setOption(epoll("TCP_USER_TIMEOUT"), (int) config.tcpKeepAlive().toMillis());
    }
  }

  /** An option of Netty's native epoll, by its name: the class is there at run time only. */
  private static ChannelOption<Integer> epoll(String name) {
    return ChannelOption.valueOf("io.netty.channel.epoll.EpollChannelOption#" + name);
  }

  private static ConnectionProvider connections(ClientConfig config, LoopResources loops) {
    if (config.reuse() == Reuse.CONNECTION_PER_REQUEST) {
      return ConnectionProvider.newConnection();
    }
    ConnectionProvider.Builder pool = ConnectionProvider.builder("poolmark")
        .maxConnections(config.maxConnectionsPerEndpoint())
        .pendingAcquireMaxCount(-1)
        .pendingAcquireTimeout(config.callTimeout()) // the core keeps the bound
        .evictInBackground(
            Collections.min(List.of(SWEEP, config.idleTimeout().dividedBy(2))),
            // not the scheduler that the whole JVM shares, whose threads outlive every client
            Schedulers.fromExecutorService(loops.onClient(LoopResources.DEFAULT_NATIVE)));
    if (config.reuseOrder() == ReuseOrder.LIFO) {
      pool.lifo();
    }
    long maxIdleMillis = config.idleTimeout().toMillis();
    pool.evictionPredicate((connection, use) -> !connection.channel().isActive()
        || !connection.isPersistent()
        || use.idleTime() >= maxIdleMillis
        || !ConnectionHandler.of(connection.channel()).isFit());
    if (config.protocol() == Protocol.HTTP_2) {
      // Calls wait for a connection that is being made, and open no other.
      pool.allocationStrategy(Http2AllocationStrategy.builder()
          .maxConnections(config.maxConnectionsPerEndpoint())
          .strictConnectionReuse(true)
          .build());
    }
    return pool.build();
  }

  private static SslProvider.GenericSslContextSpec<?> tls(ClientConfig config) {
    Consumer<SslContextBuilder> configured = builder -> {
      builder.sslProvider(io.netty.handler.ssl.SslProvider.JDK);
      config.trust().ifPresent(builder::trustManager);
    };
    return config.protocol() == Protocol.HTTP_2
        ? Http2SslContextSpec.forClient().configure(configured)
        : Http11SslContextSpec.forClient().configure(configured);
  }

  @Override
  public void send(Exchange exchange) {
    ResponseReceiver receiver = new ResponseReceiver(exchange);
    Flux<ByteBuf> response = prepare(exchange.request());
    exchange.onAbort(receiver::dispose);
    response.subscribe(receiver);
  }

  private Flux<ByteBuf> prepare(Request request) {
    if (request.method().equals("GET") && request.headers().size() == 0) {
      return plainGet(request.uri());
    }
    HttpClient.RequestSender sender = client
        .headers(to -> copy(request, to))
        .request(HttpMethod.valueOf(request.method()))
        .uri(request.uri().toString()); // of an URI, a host with an underscore would be refused
    return receive(request.sendsBody() ? sender.send(body(request.body())) : sender);
  }

  /** The library copies its whole configuration for each URI, and most calls go where the one before went. */
  private Flux<ByteBuf> plainGet(URI uri) {
    Prepared last = lastGet;
    if (last == null || !last.uri().equals(uri)) {
      last = new Prepared(uri, receive(client.get().uri(uri.toString())));
      lastGet = last;
    }
    return last.response();
  }

  private record Prepared(URI uri, Flux<ByteBuf> response) {}

  private static Flux<ByteBuf> receive(HttpClient.ResponseReceiver<?> request) {
    return request.responseConnection((response, connection) ->
        ResponseReceiver.of(response.currentContextView()).receives(response, connection));
  }

  private static void copy(Request request, HttpHeaders to) {
    Headers headers = request.headers();
    for (int i = 0; i < headers.size(); i++) {
      String value = headers.value(i);
      DefaultHttpHeadersFactory.headersFactory()
          .getValueValidator()
          .validate(value); // which the library loses as it copies its configuration
      to.add(headers.name(i), value);
    }
    if (request.sendsBody()) {
      to.set(HttpHeaderNames.CONTENT_LENGTH, request.body().length);
    }
  }

  private Publisher<ByteBuf> body(byte[] body) {
    return http2 ? pieces(body) : Mono.fromSupplier(() -> Unpooled.wrappedBuffer(body));
  }

  private static Flux<ByteBuf> pieces(byte[] body) {
    return Flux.range(0, (body.length + PIECE_BYTES - 1) / PIECE_BYTES).map(i -> {
      int from = i * PIECE_BYTES;
      return Unpooled.wrappedBuffer(body, from, Math.min(PIECE_BYTES, body.length - from));
    });
  }

  @Override
  public Failure reason(Throwable wrapped, Exchange exchange) {
    Throwable cause = Exceptions.unwrap(wrapped);
    if (cause instanceof TooLongHttpHeaderException) {
      return Failure.RESPONSE_TOO_LARGE;
    }
    if (cause instanceof ConnectTimeoutException) {
      return Failure.CONNECT_TIMEOUT;
    }
    return isClosedConnection(cause) ? Failure.CONNECTION_CLOSED : exchange.reasonOf(cause);
  }

  /** Whether the connection or the stream ended under the call, which the library reports in types of its own or in words. */
  private static boolean isClosedConnection(Throwable cause) {
    return cause instanceof PrematureCloseException
        || cause instanceof PrematureChannelClosureException
        || cause instanceof AbortedException
        || cause instanceof Errors.NativeIoException
        || cause instanceof Http2FrameStreamException
        || cause instanceof Http2Exception
        || cause instanceof SslClosedEngineException
        || (cause instanceof SSLHandshakeException
            && CLOSED_IN_HANDSHAKE.equals(cause.getMessage()));
  }

  @Override
  public void close() {
    // Netty 4.2 leaves a channel open whose loop is told to end, without a quiet period, at the
    // wrong moment.
    open.close().awaitUninterruptibly(CLOSE_LIMIT.toMillis());
    await(connections.disposeLater());
    await(loops.disposeLater(Duration.ZERO, CLOSE_LIMIT));
  }

  private static void await(Mono<Void> end) {
    try {
      end.block(CLOSE_LIMIT);
    } catch (IllegalStateException late) { // on a busy machine; it ends by itself
    }
  }
}
