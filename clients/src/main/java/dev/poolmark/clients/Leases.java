package dev.poolmark.clients;

import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * What stands before a library's pool, the same in every client: at most {@code maxConnections} calls get through at a
 * time, at most {@code maxConnectionsPerEndpoint} of them to one authority, first come first served; at most {@code
 * maxWaiters} wait, for {@code acquireTimeout} at the longest. A call that waits for one endpoint never stands in the
 * way of a call to another. Also counts what becomes of the calls. Safe for several threads; waiting does not pin a
 * virtual thread.
 */
public final class Leases implements AutoCloseable {
  private final String client;
  private final ClientConfig config;
  private final long acquireNanos;
  private final long callNanos;

  private final ReentrantLock lock = new ReentrantLock();
  private final Map<String, Endpoint> endpoints = new HashMap<>();
  private volatile boolean closed;
  private int inUse;
  private int waiting;
  private long lastTicket;

  private final LongAdder calls = new LongAdder();
  private final LongAdder succeeded = new LongAdder();
  private final LongAdder totalNanos = new LongAdder();
  private final Map<Failure, LongAdder> failures = new EnumMap<>(Failure.class);
  private final TimeHistogram callTime = new TimeHistogram();
  private final TimeHistogram acquireWait = new TimeHistogram();
  private final Optional<ConnectionMeter> connections;

  private static final class Endpoint {
    int inUse;

    @Nullable
    Queue<Waiter> queue;
  }

  private static final class Waiter extends CompletableFuture<Lease> {
    final Lease lease;
    final long ticket;

    Waiter(Lease lease, long ticket) {
      this.lease = lease;
      this.ticket = ticket;
    }
  }

  /**
   * The leases of a client.
   *
   * @param client the provider's name
   * @param connections what counts the connections; empty if the library does not tell of them
   */
  public Leases(String client, ClientConfig config, Optional<ConnectionMeter> connections) {
    this.client = client;
    this.config = config;
    this.connections = connections;
    this.callNanos = config.callTimeout().toNanos();
    this.acquireNanos = Math.min(config.acquireTimeout().toNanos(), callNanos);
    for (Failure failure : Failure.values()) {
      failures.put(failure, new LongAdder());
    }
  }

  /**
   * Waits for a lease, which the caller then has to close.
   *
   * @throws CallException if there is none in time, or too many calls wait already
   * @throws InterruptedIOException if the thread is interrupted; it stays so
   * @throws IllegalArgumentException if the protocol is HTTP/2 and the request's URI is not {@code https}
   * @throws IllegalStateException if the client is closed, also while this waits
   */
  public Lease acquire(Request request) throws CallException, InterruptedIOException {
    Lease lease = new Lease(this, request);
    Waiter waiter = enter(lease);
    if (waiter != null) {
      await(waiter);
    }
    acquireWait.record(lease.ageNanos());
    return lease;
  }

  /**
   * The same without waiting. The future fails with what {@link #acquire} throws. To cancel it gives the place in the
   * queue up.
   */
  public CompletableFuture<Lease> acquireAsync(Request request) {
    Lease lease = new Lease(this, request);
    Waiter waiter;
    try {
      waiter = enter(lease);
    } catch (CallException | IllegalArgumentException | IllegalStateException e) {
      return CompletableFuture.failedFuture(e);
    }
    if (waiter == null) {
      acquireWait.record(lease.ageNanos());
      return CompletableFuture.completedFuture(lease);
    }
    CompletableFuture<Lease> acquired = new CompletableFuture<>();
    waiter.orTimeout(acquireNanos, TimeUnit.NANOSECONDS).whenComplete((granted, problem) -> {
      if (granted != null) {
        acquireWait.record(lease.ageNanos());
        if (!acquired.complete(lease)) {
          lease.failed(Failure.CANCELLED, null);
          lease.close();
        }
        return;
      }
      leave(waiter);
      Throwable failure =
          problem instanceof TimeoutException ? lease.failed(lease.acquireLimit(), null) : problem;
      if (!(failure instanceof IllegalStateException)) {
        lease.closeUnacquired();
      }
      acquired.completeExceptionally(failure);
    });
    acquired.whenComplete((granted, problem) -> {
      if (acquired.isCancelled()) {
        waiter.completeExceptionally(lease.failed(Failure.CANCELLED, null));
      }
    });
    return acquired;
  }

  /** Lets the call through, or gives it a place in the queue. */
  private @Nullable Waiter enter(Lease lease) throws CallException {
    if (config.protocol() == Protocol.HTTP_2
        && !lease.request().uri().getScheme().equals("https")) {
      throw new IllegalArgumentException("uri must be https when protocol is "
          + Protocol.HTTP_2.label() + ": " + lease.request().endpoint());
    }
    lock.lock();
    try {
      if (closed) {
        throw closedException(client);
      }
      Endpoint endpoint = endpoints.computeIfAbsent(key(lease), key -> new Endpoint());
      if (inUse < config.maxConnections() && endpoint.inUse < config.maxConnectionsPerEndpoint()) {
        inUse++;
        endpoint.inUse++;
        return null;
      }
      if (waiting < config.maxWaiters()) {
        waiting++;
        Waiter waiter = new Waiter(lease, ++lastTicket);
        if (endpoint.queue == null) {
          endpoint.queue = new ArrayDeque<>();
        }
        endpoint.queue.add(waiter);
        return waiter;
      }
      forget(key(lease), endpoint);
    } finally {
      lock.unlock();
    }
    CallException tooMany = lease.failed(Failure.TOO_MANY_WAITERS, null);
    lease.closeUnacquired();
    throw tooMany;
  }

  private static String key(Lease lease) {
    return lease.request().uri().getRawAuthority();
  }

  private void forget(String key, Endpoint endpoint) {
    if (endpoint.inUse == 0 && (endpoint.queue == null || endpoint.queue.isEmpty())) {
      endpoints.remove(key);
    }
  }

  private void await(Waiter waiter) throws CallException, InterruptedIOException {
    Lease lease = waiter.lease;
    try {
      waiter.get(acquireNanos, TimeUnit.NANOSECONDS);
    } catch (TimeoutException e) {
      if (waiter.cancel(false)) {
        leave(waiter);
        CallException late = lease.failed(lease.acquireLimit(), null);
        lease.closeUnacquired();
        throw late;
      }
      // granted at the last moment
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      lease.failed(Failure.CANCELLED, null);
      if (waiter.cancel(false)) {
        leave(waiter);
        lease.closeUnacquired();
      } else {
        lease.close();
      }
      throw new InterruptedIOException(
          "interrupted while waiting for a connection to " + lease.request().endpoint());
    } catch (ExecutionException e) {
      throw closedException(client);
    }
    if (waiter.isCompletedExceptionally()) {
      throw closedException(client);
    }
  }

  /** Takes a waiter that has given up out of the queue. */
  private void leave(Waiter waiter) {
    lock.lock();
    try {
      Endpoint endpoint = endpoints.get(key(waiter.lease));
      if (endpoint != null && endpoint.queue != null && endpoint.queue.remove(waiter)) {
        waiting--;
        forget(key(waiter.lease), endpoint);
      }
    } finally {
      lock.unlock();
    }
  }

  /** A call is over. */
  void ended(Lease lease, boolean acquired) {
    if (acquired) {
      giveBack(lease);
    }
    long nanos = lease.ageNanos();
    calls.increment();
    totalNanos.add(nanos);
    callTime.record(nanos);
    Failure failure = lease.failure();
    if (failure != null) {
      failures.get(failure).increment();
    } else if (lease.succeeded()) {
      succeeded.increment();
    }
  }

  private void giveBack(Lease lease) {
    List<Waiter> granted = null;
    lock.lock();
    try {
      inUse--;
      Endpoint endpoint = endpoints.get(key(lease));
      endpoint.inUse--;
      if (waiting > 0) {
        granted = grant();
      }
      forget(key(lease), endpoint);
    } finally {
      lock.unlock();
    }
    if (granted != null) {
      for (Waiter waiter : granted) {
        // Outside the lock: it runs what depends on the lease.
        if (!waiter.complete(waiter.lease)) {
          giveBack(waiter.lease); // the waiter has given up meanwhile
        }
      }
    }
  }

  /** Lets through whoever may go, in the order in which they came. */
  private List<Waiter> grant() {
    List<Waiter> granted = new ArrayList<>(1);
    while (inUse < config.maxConnections()) {
      Endpoint next = null;
      Waiter first = null;
      for (Endpoint endpoint : endpoints.values()) {
        Waiter head = endpoint.queue == null ? null : endpoint.queue.peek();
        if (head != null
            && endpoint.inUse < config.maxConnectionsPerEndpoint()
            && (first == null || head.ticket < first.ticket)) {
          next = endpoint;
          first = head;
        }
      }
      if (next == null) {
        break;
      }
      next.queue.remove();
      next.inUse++;
      inUse++;
      waiting--;
      granted.add(first);
    }
    return granted;
  }

  /** Leases that are held now. */
  public int inUse() {
    lock.lock();
    try {
      return inUse;
    } finally {
      lock.unlock();
    }
  }

  /** Whether {@link #close()} was called. */
  public boolean isClosed() {
    return closed;
  }

  ClientConfig config() {
    return config;
  }

  long callNanos() {
    return callNanos;
  }

  /** What the client has counted. */
  public ClientMetrics metrics() {
    Map<Failure, Long> failed = new EnumMap<>(Failure.class);
    failures.forEach((failure, count) -> {
      if (count.sum() > 0) {
        failed.put(failure, count.sum());
      }
    });
    int leased;
    int pending;
    lock.lock();
    try {
      leased = inUse;
      pending = waiting;
    } finally {
      lock.unlock();
    }
    return new ClientMetrics(
        calls.sum(),
        succeeded.sum(),
        failed,
        0,
        0,
        BreakerState.CLOSED,
        Duration.ofNanos(totalNanos.sum()),
        leased,
        pending,
        connections.map(meter -> meter.snapshot(leased)),
        callTime.snapshot(),
        acquireWait.snapshot());
  }

  /** From now on nobody gets through, and who waits fails; leases that are held can still be closed. */
  @Override
  public void close() {
    connections.ifPresent(ConnectionMeter::shutdown);
    Collection<Waiter> waiters = new ArrayList<>();
    lock.lock();
    try {
      closed = true;
      for (Endpoint endpoint : endpoints.values()) {
        if (endpoint.queue != null) {
          waiters.addAll(endpoint.queue);
          endpoint.queue.clear();
        }
      }
      waiting = 0;
    } finally {
      lock.unlock();
    }
    waiters.forEach(waiter -> waiter.completeExceptionally(closedException(client)));
  }

  /** What a call to a closed client throws. */
  public IllegalStateException closedException() {
    return closedException(client);
  }

  static IllegalStateException closedException(String client) {
    return new IllegalStateException("client " + client + " is closed");
  }
}
