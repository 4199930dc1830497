package dev.poolmark.clients.spi;

import dev.poolmark.clients.ClientConfig;
import dev.poolmark.clients.ClientMetrics;
import dev.poolmark.clients.CloseReason;
import java.net.Socket;
import java.net.SocketAddress;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** Counts a transport's connections, and knows those that are open. Thread-safe; no method blocks. */
public final class ConnectionMeter {
  /** One more, and all are forgotten, so that a client that calls ever new addresses needs no more memory. */
  private static final int MAX_ADDRESSES = 1000;

  private final String client;
  private final ClientConfig config;
  private final Addresses addresses;
  private final LongSupplier clock;
  private final AtomicLong opened = new AtomicLong();
  private final AtomicLong closed = new AtomicLong();
  private final AtomicInteger idle = new AtomicInteger();
  private final Map<CloseReason, LongAdder> reasons = new EnumMap<>(CloseReason.class);
  private final TimeHistogram connectTime = new TimeHistogram();
  private final TimeHistogram lifetime = new TimeHistogram();
  private final Map<Ends, MeteredConnection> open = new ConcurrentHashMap<>();

  /** Since when the last connection to an address was silent that a call has given up. */
  private final Map<SocketAddress, Long> silent = new ConcurrentHashMap<>();

  private volatile long lastConnectNanos;
  private volatile boolean closing;

  /** Two of the same ends are not open at once. */
  record Ends(@Nullable SocketAddress local, @Nullable SocketAddress remote) {}

  /** Counts the connections of the client with that name. */
  ConnectionMeter(String client, ClientConfig config, Addresses addresses) {
    this(client, config, addresses, System::nanoTime);
  }

  /** With a clock in nanoseconds. */
  ConnectionMeter(String client, ClientConfig config, Addresses addresses, LongSupplier clock) {
    this.client = client;
    this.config = config;
    this.addresses = addresses;
    this.clock = clock;
    for (CloseReason reason : CloseReason.values()) {
      reasons.put(reason, new LongAdder());
    }
  }

  /** A TCP connection was made between these addresses. */
  public MeteredConnection opened(@Nullable SocketAddress local, @Nullable SocketAddress remote) {
    opened.incrementAndGet();
    Ends ends = new Ends(local, remote);
    MeteredConnection connection = new MeteredConnection(this, config, ends);
    open.put(ends, connection);
    return connection;
  }

  /** The open connection between these addresses; null if there is none. */
  public @Nullable MeteredConnection find(
      @Nullable SocketAddress local, @Nullable SocketAddress remote) {
    return open.get(new Ends(local, remote));
  }

  /** The open connection of this socket, which TLS may have wrapped; null if there is none. */
  public @Nullable MeteredConnection find(Socket socket) {
    return find(socket.getLocalSocketAddress(), socket.getRemoteSocketAddress());
  }

  long now() {
    return clock.getAsLong();
  }

  ClientConfig config() {
    return config;
  }

  /**
   * A connection can take its first request: TCP is connected, and the TLS handshake, if there is one, is over.
   *
   * @param connectNanos since the TCP connect began
   */
  public void ready(long connectNanos) {
    connectTime.record(connectNanos);
    lastConnectNanos = connectNanos;
    FlightEvents.opened(client, connectNanos);
  }

  /** Counts one more idle connection, if the limit allows it or is to be ignored. Says whether it is counted. */
  boolean countIdle(boolean anyway) {
    int now = idle.get();
    while (anyway || now < config.maxIdleConnections()) {
      int seen = idle.compareAndExchange(now, now + 1);
      if (seen == now) {
        return true;
      }
      now = seen;
    }
    return false;
  }

  void uncountIdle() {
    idle.decrementAndGet();
  }

  /** Whether more connections are idle, over all endpoints, than may be. */
  public boolean isIdleLimitExceeded() {
    return idle.get() > config.maxIdleConnections();
  }

  void closed(Ends ends, MeteredConnection connection) {
    closed.incrementAndGet();
    open.remove(ends, connection);
  }

  void closedFor(CloseReason reason, long nanos) {
    reasons.get(reason).increment();
    lifetime.record(nanos);
    FlightEvents.closed(client, reason, nanos);
  }

  boolean isGone(@Nullable SocketAddress remote) {
    return addresses.isGone(remote);
  }

  void silentSince(@Nullable SocketAddress remote, long nanos) {
    if (remote != null) {
      if (silent.size() >= MAX_ADDRESSES) {
        silent.clear();
      }
      silent.put(remote, nanos);
    }
  }

  /** Whether a connection to there was silent for a call's whole {@code readTimeout}, which began after that moment. */
  boolean isSilentSince(@Nullable SocketAddress remote, long nanos) {
    Long since = silent.isEmpty() || remote == null ? null : silent.get(remote);
    return since != null && since - nanos > 0;
  }

  /** The client is about to close all its connections. */
  void closing() {
    closing = true;
  }

  boolean isClosing() {
    return closing;
  }

  /** How long the last connection took; zero if there was none. */
  long lastConnectNanos() {
    return lastConnectNanos;
  }

  ClientMetrics.Connections snapshot(int leased) {
    long ended = closed.get(); // first, so that no connection is closed before it is opened
    long made = opened.get();
    int now = (int) (made - ended);
    Map<CloseReason, Long> closedFor = new EnumMap<>(CloseReason.class);
    reasons.forEach((reason, count) -> {
      if (count.sum() > 0) {
        closedFor.put(reason, count.sum());
      }
    });
    return new ClientMetrics.Connections(
        now,
        Math.max(0, now - leased),
        made,
        ended,
        closedFor,
        connectTime.snapshot(),
        lifetime.snapshot());
  }
}
