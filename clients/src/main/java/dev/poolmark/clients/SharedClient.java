package dev.poolmark.clients;

import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * The client that an application opens once when it starts, and closes once when it ends. A call that comes before it
 * is open gets a client of its own, which is closed after the response: it works, and it wastes a connection, so it is
 * counted and warned of, the first time and then each time their number has grown tenfold. A call after the close
 * fails. Thread-safe.
 */
public final class SharedClient implements PooledHttpClient {
  private static final System.Logger LOG = System.getLogger(SharedClient.class.getName());

  private final String name;
  private final ClientConfig config;
  private final PooledHttpClient oneOff;
  private final AtomicLong oneOffCalls = new AtomicLong();
  private @Nullable PooledHttpClient shared;
  private boolean closed;
  private volatile PooledHttpClient inUse;

  /**
   * A client that is not open yet.
   *
   * @throws IllegalArgumentException if there is no client of that name, or it cannot honour the config
   */
  public SharedClient(String name, ClientConfig config) {
    this.name = name;
    this.config = config;
    this.oneOff = PooledHttpClient.open(
        name, config.toBuilder().reuse(Reuse.CLIENT_PER_REQUEST).build());
    this.inUse = oneOff;
  }

  /**
   * Opens the client.
   *
   * @throws IllegalStateException if it is open, or was closed
   */
  public synchronized void open() {
    if (closed) {
      throw new IllegalStateException("client " + name + " is closed");
    }
    if (shared != null) {
      throw new IllegalStateException("client " + name + " is open already");
    }
    shared = PooledHttpClient.open(name, config);
    inUse = shared;
  }

  @Override
  public Response execute(Request request) throws IOException {
    return forCall(request).execute(request);
  }

  @Override
  public CompletableFuture<Response> executeAsync(Request request) {
    return forCall(request).executeAsync(request);
  }

  private PooledHttpClient forCall(Request request) {
    PooledHttpClient client = inUse;
    if (client == oneOff) {
      long calls = oneOffCalls.incrementAndGet();
      if (isPowerOfTen(calls)) {
        LOG.log(
            System.Logger.Level.WARNING,
            "shared client {0} is not open: a client of its own for a call to {1}, {2} so far",
            name,
            request.endpoint(),
            calls);
      }
    }
    return client;
  }

  private static boolean isPowerOfTen(long number) {
    long power = 1;
    while (power < number) {
      power *= 10;
    }
    return power == number;
  }

  /** Calls that came before the client was open. */
  public long oneOffCalls() {
    return oneOffCalls.get();
  }

  /** Of the shared client, as soon as it is open; before, of the one-off calls. */
  @Override
  public ClientMetrics metrics() {
    return inUse.metrics();
  }

  @Override
  public synchronized void close() {
    closed = true;
    oneOff.close();
    if (shared != null) {
      shared.close();
    }
  }
}
