package dev.poolmark.clients.jetty;

import dev.poolmark.clients.ClientConfig;
import dev.poolmark.clients.CloseReason;
import dev.poolmark.clients.Protocol;
import dev.poolmark.clients.spi.ConnectionMeter;
import dev.poolmark.clients.spi.Exchange;
import dev.poolmark.clients.spi.MeteredConnection;
import dev.poolmark.clients.spi.TcpKeepAlive;
import java.io.Closeable;
import java.io.IOException;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.SelectableChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import org.eclipse.jetty.io.ClientConnector;
import org.eclipse.jetty.io.Connection;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.io.ManagedSelector;
import org.eclipse.jetty.io.SocketChannelEndPoint;
import org.eclipse.jetty.io.ssl.SslConnection;
import org.eclipse.jetty.io.ssl.SslHandshakeListener;
import org.eclipse.jetty.util.BufferUtil;
import org.eclipse.jetty.util.IO;
import org.eclipse.jetty.util.Promise;
import org.eclipse.jetty.util.thread.Scheduler;
import org.jspecify.annotations.Nullable;

/**
 * Makes connections that are metered from the beginning of their TCP connect, and closes those that Jetty forgets when
 * it stops while they are made. Thread-safe.
 */
final class JettyConnector extends ClientConnector {
  private static final String BEGAN = JettyConnector.class.getName() + ".began";
  private static final String CAUSE = JettyConnector.class.getName() + ".cause";
  private static final List<String> PROMISES = List.of(
      ClientConnector.CONNECTION_PROMISE_CONTEXT_KEY,
      org.eclipse.jetty.client.Connection.PROMISE_CONTEXT_KEY);

  /** Nobody waited for the connection when its handshake was given up. */
  static final class UnwantedException extends ClosedChannelException {
    private static final long serialVersionUID = 1;
  }

  private final ConnectionMeter meter;
  private final boolean http2;
  private final long readMillis;
  private final TcpKeepAlive keepAlive;
  private final Map<SelectableChannel, Closeable> made = new ConcurrentHashMap<>();
  private final AtomicInteger waiting = new AtomicInteger();
  private volatile boolean unwanted;
  private volatile boolean closed;

  JettyConnector(ConnectionMeter meter, ClientConfig config) {
    this.meter = meter;
    this.http2 = config.protocol() == Protocol.HTTP_2;
    this.readMillis = config.readTimeout().toMillis();
    this.keepAlive = TcpKeepAlive.of(config);
  }

  /** Whether more connections are idle than may be. */
  boolean isIdleLimitExceeded() {
    return meter.isIdleLimitExceeded();
  }

  @Override
  public void connect(SocketAddress address, Map<String, Object> context) {
    context.put(BEGAN, System.nanoTime());
    for (String promise : PROMISES) {
      context.computeIfPresent(promise, (key, value) -> sayingWhy((Promise<?>) value, context));
    }
    super.connect(address, context);
  }

  /** Of a handshake that took too long, or that is unwanted, Jetty may say that the peer has closed the connection. */
  private static <C> Promise<C> sayingWhy(Promise<C> promise, Map<String, Object> context) {
    return Promise.from(
        promise::succeeded,
        failure -> promise.failed(context.get(CAUSE) instanceof Throwable cause ? cause : failure));
  }

  @Override
  protected void configure(SelectableChannel channel) throws IOException {
    super.configure(channel);
    keepAlive.setOn(((SocketChannel) channel).socket());
    made.keySet().removeIf(other -> !other.isOpen());
    keep(channel, channel);
  }

  private void keep(SelectableChannel channel, Closeable connection) throws IOException {
    made.put(channel, connection);
    if (closed) {
      connection.close();
      throw new ClosedChannelException();
    }
  }

  /** How many exchanges wait for a connection. */
  AtomicInteger waiting() {
    return waiting;
  }

  /** Closes the connections in their handshakes if no exchange waits for one: over HTTP/2, no exchange watches them. */
  void closeUnwanted() {
    if (http2 && waiting.get() == 0) {
      unwanted = true;
      made.values().forEach(connection -> {
        if (connection instanceof MeteredEndPoint endPoint && !endPoint.ready) {
          unwanted = false;
          UnwantedException cause = new UnwantedException();
          endPoint.context.put(CAUSE, cause);
          endPoint.close();
          connectFailed( // which Jetty does not say
              endPoint.getChannel(), endPoint.getRemoteSocketAddress(), cause, endPoint.context);
        }
      });
    }
  }

  /** Jetty has stopped: closes what is left, and from now on whatever is made. */
  void closeAll() {
    closed = true;
    made.values().forEach(IO::close);
  }

  @Override
  protected EndPoint newEndPoint(
      SelectableChannel channel, ManagedSelector selector, SelectionKey key) {
    long began = (Long) ((Map<?, ?>) key.attachment()).get(BEGAN);
    return new MeteredEndPoint(
        (SocketChannel) channel, selector, key, getScheduler(), meter, began);
  }

  @Override
  protected Connection newConnection(EndPoint endPoint, Map<String, Object> context)
      throws IOException {
    Connection connection = super.newConnection(endPoint, context);
    MeteredEndPoint metered = (MeteredEndPoint) endPoint;
    metered.context = context;
    keep(metered.getChannel(), metered);
    if (http2) { // whose handshake no call watches, since no request has begun
      metered.setIdleTimeout(readMillis);
      if (unwanted) { // its call ended before it was here
        unwanted = false;
        getExecutor().execute(this::closeUnwanted);
      }
    }
    if (connection instanceof SslConnection tls) {
      tls.addHandshakeListener(metered);
    } else {
      metered.ready();
    }
    return connection;
  }

  /**
   * A TCP connection that tells the meter when it is opened, ready and closed, and its exchange when bytes move. Bytes
   * that belong to no exchange, such as pings, do not keep it from being idle. Thread-safe.
   */
  static final class MeteredEndPoint extends SocketChannelEndPoint implements SslHandshakeListener {
    private final ConnectionMeter meter;
    private final long connectBeganNanos;
    private final AtomicInteger exchanges = new AtomicInteger();
    private volatile @Nullable MeteredConnection metered;
    private volatile Map<String, Object> context = new HashMap<>();
    private volatile boolean ready;
    private volatile boolean used;
    private volatile boolean pooled;
    private volatile boolean removed;
    private volatile boolean ended;
    private volatile Scheduler.@Nullable Task expiry;
    private volatile long filledNanos;
    private volatile @Nullable IOException reset;
    private volatile @Nullable Exchange exchange; // of HTTP/1.1

    MeteredEndPoint(
        SocketChannel channel,
        ManagedSelector selector,
        SelectionKey key,
        Scheduler scheduler,
        ConnectionMeter meter,
        long connectBeganNanos) {
      super(channel, selector, key, scheduler);
      this.meter = meter;
      this.connectBeganNanos = connectBeganNanos;
    }

    /** The one below that connection, and below its TLS. */
    static MeteredEndPoint of(org.eclipse.jetty.client.Connection connection) {
      EndPoint endPoint = connection instanceof Connection http1
          ? http1.getEndPoint()
          : JettyTransport.Http2.endPoint(connection);
      while (endPoint instanceof EndPoint.Wrapper wrapper) {
        endPoint = wrapper.unwrap();
      }
      return (MeteredEndPoint) endPoint;
    }

    /** What the core knows of the connection, which is open or was. */
    MeteredConnection metered() {
      return Objects.requireNonNull(metered);
    }

    // Metering

    @Override
    public void onOpen() {
      metered = meter.opened(getLocalSocketAddress(), getRemoteSocketAddress());
      if (!isOpen()) { // closed before it was counted
        countClosed();
      }
      super.onOpen();
    }

    @Override
    public void onClose(@Nullable Throwable cause) {
      try {
        super.onClose(cause);
      } finally { // should Jetty's threads have ended, which it throws
        Scheduler.Task end = expiry;
        if (end != null) {
          end.cancel();
        }
        countClosed();
      }
    }

    private void countClosed() {
      MeteredConnection opened = metered;
      if (opened != null) {
        opened.closed();
      }
    }

    @Override
    public void handshakeSucceeded(Event event) {
      if (!ready) {
        ready();
      }
    }

    /** A request can be sent: the TLS handshake, if there is one, is over. */
    void ready() {
      ready = true;
      meter.ready(System.nanoTime() - connectBeganNanos);
      Exchange waiting = exchange;
      if (waiting != null) {
        waiting.sending(false);
      }
    }

    // Exchanges

    /** A request is about to be sent; over HTTP/1.1 it makes progress with every byte that moves. */
    void begin(Exchange begun, boolean shared) {
      boolean reused = used;
      used = true;
      exchanges.incrementAndGet();
      exchange = shared ? null : begun;
      begun.uses(metered);
      if (ready) {
        begun.sending(reused);
      } else {
        begun.handshaking();
      }
    }

    /** An exchange is over. */
    void end() {
      exchange = null;
      if (exchanges.decrementAndGet() == 0) {
        super.notIdle(); // idle from now on
      }
    }

    /** Whether nothing has been read for that long, nor since then. */
    boolean isSilentFor(long nanos, long sinceNanos) {
      long now = System.nanoTime();
      return now - sinceNanos >= nanos && now - filledNanos >= nanos;
    }

    /** What ended the connection, if the peer did not close it in order. */
    @Nullable
    IOException resetCause() {
      return reset;
    }

    /** Whether the peer has closed the connection, or reset it. */
    boolean isEnded() {
      return ended;
    }

    // Bytes, and the lack of them

    @Override
    public int fill(ByteBuffer buffer) {
      if (isInputShutdown()) {
        return -1;
      }
      int position = BufferUtil.flipToFill(buffer);
      int filled = -1;
      try {
        filled = getChannel().read(buffer);
      } catch (IOException e) {
        reset = e; // in Jetty, this is the same as the end of the stream
      } finally {
        BufferUtil.flipToFlush(buffer, position);
      }
      if (filled > 0) {
        filledNanos = System.nanoTime();
        notIdle();
      } else if (filled < 0) {
        ended = true;
        shutdownInput();
      }
      return filled;
    }

    /** Bytes have moved. */
    @Override
    public void notIdle() {
      if (exchanges.get() > 0 || !pooled) {
        super.notIdle();
        Exchange moving = exchange;
        if (moving != null) {
          moving.progress();
        }
      }
    }

    @Override
    protected void onIdleExpired(TimeoutException timeout) {
      if (!ready) {
        context.put(CAUSE, timeout);
      } else if (exchanges.get() == 0) {
        metered().closing(CloseReason.IDLE_TIMEOUT);
      }
      super.onIdleExpired(timeout);
    }

    /** Exchanges have timeouts of their own: their silence is no idleness. */
    @Override
    protected long checkIdleTimeout() {
      return exchanges.get() > 0 ? getIdleTimeout() : super.checkIdleTimeout();
    }

    // The pool

    /** The connection is in the pool, unless it was closed in this very moment. A call waits for it. */
    void pooled() {
      metered().keepAnyway();
      pooled = true;
      if (removed) {
        removed();
      }
    }

    /** The server keeps the connection for so long when it is idle. */
    void keptFor(Duration keepAlive) {
      if (keepAlive.toMillis() != getIdleTimeout()) {
        setIdleTimeout(keepAlive.toMillis());
      }
    }

    /** The connection has left the pool: it takes no more requests. */
    void removed() {
      removed = true;
      pooled = false;
      metered().taken();
    }

    /** Is to end the connection, and is cancelled should it close before. */
    void expires(Scheduler.Task end) {
      expiry = end;
      if (!isOpen()) {
        end.cancel();
      }
    }

    boolean isRemoved() {
      return removed;
    }

    boolean isPooled() {
      return pooled;
    }
  }
}
