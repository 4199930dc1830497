package dev.poolmark.clients.spi;

import dev.poolmark.clients.ClientConfig;
import dev.poolmark.clients.ClientMetrics;
import dev.poolmark.clients.Failure;
import dev.poolmark.clients.PooledHttpClient;
import dev.poolmark.clients.Protocol;
import dev.poolmark.clients.Request;
import dev.poolmark.clients.Response;
import dev.poolmark.clients.Reuse;
import java.io.IOException;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** The client over any {@link Transport}: the core that all libraries share. Thread-safe. */
public final class TransportClient implements PooledHttpClient {
  private final String name;
  private final ClientConfig config;
  private final boolean watchesReads;
  private final boolean watchesWrites;
  private final ConnectionMeter meter;
  private final boolean metersConnections;
  private final Bulkhead bulkhead;
  private final CallStatistics statistics = new CallStatistics();
  private final CallWatch watch;
  private final ExecutorService executor;
  private final Transport transport;
  private volatile boolean closed;

  TransportClient(ClientProvider provider, ClientConfig config) {
    this.name = provider.name();
    this.config = config;
    this.watchesReads = provider.support(Capability.READ_TIMEOUT) != Support.NATIVE;
    this.watchesWrites = provider.support(Capability.WRITE_TIMEOUT) != Support.NATIVE;
    this.executor = Executors.newCachedThreadPool(work -> {
      Thread thread = new Thread(work, "poolmark-" + name);
      thread.setDaemon(true);
      return thread;
    });
    Addresses addresses = new Addresses(config, executor);
    this.meter = new ConnectionMeter(name, config, addresses);
    this.bulkhead = new Bulkhead(
        config,
        meter::lastConnectNanos,
        (endpoint, change) -> FlightEvents.limitChanged(name, endpoint, change));
    this.metersConnections = provider.support(Capability.CONNECTION_METRICS) != Support.UNSUPPORTED;
    this.transport = config.reuse() == Reuse.CLIENT_PER_REQUEST
        ? new OneOffTransport(provider, config, meter, addresses)
        : provider.open(config, meter, addresses);
    this.watch = new CallWatch(name, shortestLimit(config), transport instanceof BlockingTransport);
  }

  /**
   * Opens the client of that name.
   *
   * @throws IllegalArgumentException if the name is unknown or the library cannot honour a setting
   * @throws IllegalStateException if the library is not on the class path; names the artifact to add
   */
  public static TransportClient open(String name, ClientConfig config) {
    ClientProvider provider = ClientProvider.named(name);
    for (Capability capability : Capability.values()) {
      if (capability.isNeededBy(config) && provider.support(capability) == Support.UNSUPPORTED) {
        throw new IllegalArgumentException(
            capability.label() + " must not be set: client " + name + " does not support it");
      }
    }
    try {
      return new TransportClient(provider, config);
    } catch (NoClassDefFoundError missing) {
      throw new IllegalStateException(
          "client " + name + " needs " + provider.artifact(config.protocol())
              + " on the class path",
          missing);
    }
  }

  private static Duration shortestLimit(ClientConfig config) {
    return Collections.min(List.of(
        config.acquireTimeout(),
        config.callTimeout(),
        config.readTimeout(),
        config.writeTimeout()));
  }

  @Override
  public Response execute(Request request) throws IOException {
    if (transport instanceof BlockingTransport blocking) {
      Call call = new Call(this, request, Thread.currentThread());
      begin(call);
      return call.exchange(blocking);
    }
    Call call = new Call(this, request, null);
    begin(call);
    return call.result().await();
  }

  @Override
  public CompletableFuture<Response> executeAsync(Request request) {
    Call call = new Call(this, request, null);
    try {
      begin(call);
    } catch (IllegalArgumentException | IllegalStateException e) {
      return CompletableFuture.failedFuture(e);
    }
    return call.result();
  }

  private void begin(Call call) {
    if (config.protocol() == Protocol.HTTP_2
        && !call.request().uri().getScheme().equals("https")) {
      throw new IllegalArgumentException("uri must be https when protocol is "
          + Protocol.HTTP_2.label() + ": " + call.request().endpoint());
    }
    watch.add(call);
    call.waits();
    switch (bulkhead.enter(call)) {
      case GRANTED -> call.granted();
      case QUEUED -> {}
      case TOO_MANY_WAITERS -> call.end(Failure.TOO_MANY_WAITERS, null);
      case CLOSED -> {
        if (call.withdraw()) {
          throw new IllegalStateException("client " + name + " is closed");
        }
      }
    }
  }

  String name() {
    return name;
  }

  ClientConfig config() {
    return config;
  }

  /** Whether {@code readTimeout} is the core's, and not the library's. */
  boolean watchesReads() {
    return watchesReads;
  }

  /** Whether {@code writeTimeout} is the core's, and not the library's. */
  boolean watchesWrites() {
    return watchesWrites;
  }

  Bulkhead bulkhead() {
    return bulkhead;
  }

  CallStatistics statistics() {
    return statistics;
  }

  CallWatch watch() {
    return watch;
  }

  ExecutorService executor() {
    return executor;
  }

  Transport transport() {
    return transport;
  }

  boolean isClosed() {
    return closed;
  }

  @Override
  public ClientMetrics metrics() {
    Bulkhead.Use use = bulkhead.use();
    return statistics.snapshot(
        closed,
        use,
        metersConnections ? Optional.of(meter.snapshot(use.leased())) : Optional.empty());
  }

  @Override
  public void close() {
    synchronized (this) {
      if (closed) {
        return;
      }
      closed = true;
    }
    meter.closing();
    bulkhead.close();
    watch.calls().forEach(call -> call.end(Failure.CLIENT_CLOSED, null));
    try {
      transport.close();
    } finally {
      executor.shutdown();
      watch.close();
    }
  }
}
