package dev.poolmark.clients.resilience;

import dev.poolmark.clients.PooledHttpClient;
import dev.poolmark.clients.Request;
import dev.poolmark.clients.Response;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * Keeps connections to one endpoint open ahead of its calls, TLS handshake included, and checks them. It probes the
 * endpoint with as many requests at once as connections are to be open: each is made on an idle connection, which is
 * replaced if it turns out to be dead, or opens one. No library opens a connection without a request through an interface
 * that all have; a probe works with every client, and the server counts it as a request.
 *
 * <p>A pool in use needs no probes: each round leaves out as many as calls have connections, and all while calls wait. A
 * probe that is answered before the next is sent leaves its connection to that one, so it may take some rounds until all
 * are open. A probe that fails is counted in the client's metrics, and made again in the next round. Thread-safe.
 */
public final class WarmPool implements AutoCloseable {
  private static final Duration MIN_PERIOD = Duration.ofMillis(10);

  private final PooledHttpClient client;
  private final Request probe;
  private final int minIdleConnections;
  private final ScheduledExecutorService rounds;

  private WarmPool(PooledHttpClient client, Request probe, int minIdleConnections) {
    this.client = client;
    this.probe = probe;
    this.minIdleConnections = minIdleConnections;
    this.rounds = Executors.newSingleThreadScheduledExecutor(round -> {
      Thread thread = new Thread(round, "poolmark-warm-pool");
      thread.setDaemon(true);
      return thread;
    });
  }

  /**
   * Begins at once. The client stays the caller's to close.
   *
   * @param probe a cheap request, such as a GET of a health check
   * @param minIdleConnections how many connections are to be open for calls; from 1 to {@code maxConnections}
   * @param period from the end of a round to the next, below the {@code idleTimeout} of the client; at least 10 ms
   * @throws IllegalArgumentException that names the parameter, its rule and its value
   */
  public static WarmPool start(
      PooledHttpClient client, Request probe, int minIdleConnections, Duration period) {
    int most = client.metrics().maxConnections();
    if (minIdleConnections < 1 || minIdleConnections > most) {
      throw new IllegalArgumentException("minIdleConnections must be from 1 to maxConnections, "
          + most + ": " + minIdleConnections);
    }
    if (period.compareTo(MIN_PERIOD) < 0) {
      throw new IllegalArgumentException("period must be >= " + MIN_PERIOD + ": " + period);
    }
    WarmPool pool = new WarmPool(client, probe, minIdleConnections);
    pool.rounds.scheduleWithFixedDelay(
        () -> pool.round().join(), 0, period.toNanos(), TimeUnit.NANOSECONDS);
    return pool;
  }

  /** Probes now, beside the rounds of the period; the future ends with the last probe, also if some fail. */
  public CompletableFuture<Void> round() {
    int inUse = client.metrics().leased() + client.metrics().pending();
    CompletableFuture<?>[] probes = Stream.generate(this::probe)
        .limit(Math.max(0, minIdleConnections - inUse))
        .toArray(CompletableFuture<?>[]::new);
    return CompletableFuture.allOf(probes);
  }

  private CompletableFuture<Response> probe() {
    return client.executeAsync(probe).exceptionally(failed -> null);
  }

  /** Ends the rounds. Connections stay open as long as the client's settings say. */
  @Override
  public void close() {
    rounds.shutdownNow();
  }
}
