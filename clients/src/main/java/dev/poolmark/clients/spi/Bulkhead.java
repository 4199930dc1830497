package dev.poolmark.clients.spi;

import dev.poolmark.clients.ClientConfig;
import dev.poolmark.clients.ClientMetrics.EndpointPool;
import dev.poolmark.clients.Sizing;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BiConsumer;
import java.util.function.Function;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The bound on connections, the same in every client: at most {@code maxConnections} calls hold a lease at a time, at
 * most {@code maxConnectionsPerEndpoint} of them for one endpoint, or as many as an {@link AdaptiveLimit} allows, first
 * come first served; at most {@code maxWaiters} wait. A call that waits for one endpoint never holds up a call to
 * another. Thread-safe; nothing here blocks.
 */
final class Bulkhead {
  /** What became of a call that asked for a lease. */
  enum Admission {
    GRANTED,
    QUEUED,
    TOO_MANY_WAITERS,
    CLOSED
  }

  /** How many endpoints' limits are remembered while no call goes there. */
  private static final int MAX_REMEMBERED = 100;

  private final int maxInUse;
  private final int maxInUsePerEndpoint;
  private final int maxWaiters;
  private final Function<String, @Nullable AdaptiveLimit> limits;

  private final ReentrantLock lock = new ReentrantLock();
  private final Map<String, Endpoint> endpoints = new HashMap<>();
  private boolean closed;
  private int inUse;
  private int waiting;
  private long lastTicket;

  private final class Endpoint {
    /** Null if the limit is fixed. */
    final @Nullable AdaptiveLimit adaptive;

    int inUse;

    @Nullable
    Queue<Waiter> queue;

    Endpoint(String name) {
      this.adaptive = limits.apply(name);
    }

    int max() {
      return adaptive == null ? maxInUsePerEndpoint : adaptive.limit();
    }

    int waiting() {
      return queue == null ? 0 : queue.size();
    }
  }

  private record Waiter(Call call, long ticket) {}

  /**
   * A bulkhead without calls.
   *
   * @param connectNanos how long it takes to open a connection
   * @param listener is told each change of an endpoint's limit, and must not block
   */
  Bulkhead(
      ClientConfig config, LongSupplier connectNanos, BiConsumer<String, LimitChange> listener) {
    this.maxInUse = config.maxConnections();
    this.maxInUsePerEndpoint = config.maxConnectionsPerEndpoint();
    this.maxWaiters = config.maxWaiters();
    this.limits = config.sizing() == Sizing.FIXED
        ? endpoint -> null
        : endpoint -> new AdaptiveLimit(
            config.minConnections(),
            maxInUsePerEndpoint,
            connectNanos,
            change -> listener.accept(endpoint, change));
  }

  /** Gives the call a lease, or a place in the queue; {@link Call#granted()} is then told of its lease. */
  Admission enter(Call call) {
    lock.lock();
    try {
      if (closed) {
        return Admission.CLOSED;
      }
      Endpoint endpoint = endpoint(key(call));
      if (inUse < maxInUse && endpoint.inUse < endpoint.max()) {
        inUse++;
        endpoint.inUse++;
        return Admission.GRANTED;
      }
      if (waiting >= maxWaiters) {
        forget(call, endpoint);
        return Admission.TOO_MANY_WAITERS;
      }
      if (endpoint.queue == null) {
        endpoint.queue = new ArrayDeque<>();
      }
      endpoint.queue.add(new Waiter(call, ++lastTicket));
      waiting++;
      return Admission.QUEUED;
    } finally {
      lock.unlock();
    }
  }

  private Endpoint endpoint(String key) {
    Endpoint known = endpoints.get(key);
    if (known != null) {
      return known;
    }
    Endpoint added = new Endpoint(key);
    endpoints.put(key, added);
    return added;
  }

  private static String key(Call call) {
    return call.request().endpoint();
  }

  private void forget(Call call, Endpoint endpoint) {
    if (endpoint.inUse == 0
        && endpoint.waiting() == 0
        && (endpoint.adaptive == null || endpoints.size() > MAX_REMEMBERED)) {
      endpoints.remove(key(call));
    }
  }

  /** The call no longer waits, if it did. */
  void leave(Call call) {
    lock.lock();
    try {
      Endpoint endpoint = endpoints.get(key(call));
      if (endpoint != null
          && endpoint.queue != null
          && endpoint.queue.removeIf(waiter -> waiter.call() == call)) {
        waiting--;
        forget(call, endpoint);
      }
    } finally {
      lock.unlock();
    }
  }

  /** The call's lease is free: for the next calls that may have one. */
  void release(Call call) {
    List<Call> granted = List.of();
    lock.lock();
    try {
      Endpoint endpoint = endpoints.get(key(call));
      if (endpoint.adaptive != null) {
        learn(endpoint.adaptive, call, endpoint);
      }
      inUse--;
      endpoint.inUse--;
      if (waiting > 0 && !closed) {
        granted = grant();
      }
      forget(call, endpoint);
    } finally {
      lock.unlock();
    }
    for (int i = 0; i < granted.size(); i++) {
      granted.get(i).granted();
    }
  }

  private static void learn(AdaptiveLimit adaptive, Call call, Endpoint endpoint) {
    Call.Outcome outcome = call.outcome();
    if (outcome != Call.Outcome.UNKNOWN) {
      long now = System.nanoTime();
      adaptive.released(
          now,
          now - call.sentNanos(),
          outcome == Call.Outcome.SERVED,
          endpoint.inUse,
          endpoint.inUse < endpoint.max() ? 0 : endpoint.waiting()); // else they wait for others
    }
  }

  /** Gives leases to those that may have one, in the order in which they came. */
  private List<Call> grant() {
    List<Call> granted = new ArrayList<>(1);
    while (inUse < maxInUse) {
      Endpoint next = null;
      Waiter first = null;
      for (Endpoint endpoint : endpoints.values()) {
        Waiter head = endpoint.queue == null ? null : endpoint.queue.peek();
        if (head != null
            && endpoint.inUse < endpoint.max()
            && (first == null || head.ticket() < first.ticket())) {
          next = endpoint;
          first = head;
        }
      }
      if (first == null) {
        break;
      }
      next.queue.remove();
      next.inUse++;
      inUse++;
      waiting--;
      granted.add(first.call());
    }
    return granted;
  }

  /** Leases and waiting calls at one moment. */
  record Use(int max, int leased, int pending, Map<String, EndpointPool> endpoints) {}

  /** Who has leases now, and who waits. */
  Use use() {
    lock.lock();
    try {
      Map<String, EndpointPool> pools = new HashMap<>();
      endpoints.forEach((name, endpoint) ->
          pools.put(name, new EndpointPool(endpoint.max(), endpoint.inUse, endpoint.waiting())));
      return new Use(maxInUse, inUse, waiting, pools);
    } finally {
      lock.unlock();
    }
  }

  /** Gives no more leases, not even to calls that wait; those that are held can still be given back. */
  void close() {
    lock.lock();
    try {
      closed = true;
    } finally {
      lock.unlock();
    }
  }
}
