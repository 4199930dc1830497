package dev.poolmark.clients.spi;

import dev.poolmark.clients.ClientMetrics;
import dev.poolmark.clients.ClientMetrics.CallOutcome;
import dev.poolmark.clients.ClientMetrics.CallTotal;
import dev.poolmark.clients.Failure;
import dev.poolmark.clients.Request;
import dev.poolmark.clients.Response;
import java.time.Duration;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * Counts and times calls as they end, by endpoint, method and outcome. Thread-safe. A call neither waits nor allocates
 * here, unless it is the first with its outcome.
 */
final class CallStatistics {
  /** Calls to further endpoints are counted together, so that memory and meters stay bounded. */
  static final int MAX_ENDPOINTS = 100;

  private static final int MIN_STATUS = 200;
  private static final int MAX_STATUS = 999;

  private final Map<String, Map<String, Outcomes>> byEndpointAndMethod = new ConcurrentHashMap<>();
  private final TimeHistogram callTime = new TimeHistogram();
  private final TimeHistogram acquireWait = new TimeHistogram();

  private static final class Counter {
    private final LongAdder calls = new LongAdder();
    private final LongAdder nanos = new LongAdder();

    void addTo(Map<CallOutcome, CallTotal> totals, CallOutcome outcome) {
      long count = calls.sum();
      if (count > 0) {
        totals.put(outcome, new CallTotal(count, Duration.ofNanos(nanos.sum())));
      }
    }
  }

  /** Counts calls of one method to one endpoint. */
  private static final class Outcomes {
    private final Map<Failure, Counter> byFailure = new EnumMap<>(Failure.class);
    private final AtomicReferenceArray<@Nullable Counter> byStatus =
        new AtomicReferenceArray<>(MAX_STATUS - MIN_STATUS + 1);

    Outcomes() {
      for (Failure failure : Failure.values()) {
        byFailure.put(failure, new Counter());
      }
    }

    Counter of(Failure failure) {
      return byFailure.get(failure);
    }

    Counter of(int status) {
      int index = Math.max(MIN_STATUS, Math.min(status, MAX_STATUS)) - MIN_STATUS;
      Counter counter = byStatus.get(index);
      if (counter == null) {
        byStatus.compareAndSet(index, null, new Counter());
        counter = byStatus.get(index);
      }
      return counter;
    }

    void addTo(Map<CallOutcome, CallTotal> totals, String endpoint, String method) {
      byFailure.forEach((failure, counter) -> counter.addTo(
          totals, new CallOutcome(endpoint, method, OptionalInt.empty(), Optional.of(failure))));
      for (int i = 0; i < byStatus.length(); i++) {
        Counter counter = byStatus.get(i);
        if (counter != null) {
          OptionalInt status = OptionalInt.of(MIN_STATUS + i);
          counter.addTo(totals, new CallOutcome(endpoint, method, status, Optional.empty()));
        }
      }
    }
  }

  /** A call has its lease. */
  void acquired(long waitNanos) {
    acquireWait.record(waitNanos);
  }

  /** A call has ended with this response. */
  void received(Request request, Response response, long nanos) {
    ended(outcomes(request).of(response.status()), nanos);
  }

  /** A call has ended without a response. */
  void failed(Request request, Failure reason, long nanos) {
    ended(outcomes(request).of(reason), nanos);
  }

  private void ended(Counter counter, long nanos) {
    counter.calls.increment();
    counter.nanos.add(nanos);
    callTime.record(nanos);
  }

  private Outcomes outcomes(Request request) {
    Map<String, Outcomes> methods = methods(request.endpoint());
    String method = known(request.method());
    Outcomes outcomes = methods.get(method); // computeIfAbsent() may lock
    return outcomes != null ? outcomes : methods.computeIfAbsent(method, unused -> new Outcomes());
  }

  private Map<String, Outcomes> methods(String endpoint) {
    Map<String, Outcomes> methods = byEndpointAndMethod.get(endpoint);
    if (methods != null) {
      return methods;
    }
    String counted = byEndpointAndMethod.size() < MAX_ENDPOINTS ? endpoint : ClientMetrics.OTHER;
    methods = byEndpointAndMethod.get(counted);
    return methods != null
        ? methods
        : byEndpointAndMethod.computeIfAbsent(counted, unused -> new ConcurrentHashMap<>());
  }

  /** The methods that OpenTelemetry's conventions know, but for CONNECT, which no request has. */
  private static String known(String method) {
    return switch (method) {
      case "GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "QUERY" -> method;
      default -> ClientMetrics.OTHER;
    };
  }

  ClientMetrics snapshot(
      boolean closed, Bulkhead.Use use, Optional<ClientMetrics.Connections> connections) {
    return new ClientMetrics(
        outcomes(),
        closed,
        use.max(),
        use.leased(),
        use.pending(),
        use.endpoints(),
        connections,
        callTime.snapshot(),
        acquireWait.snapshot(),
        0,
        0,
        0,
        Map.of());
  }

  private Map<CallOutcome, CallTotal> outcomes() {
    Map<CallOutcome, CallTotal> totals = new HashMap<>();
    byEndpointAndMethod.forEach((endpoint, methods) ->
        methods.forEach((method, outcomes) -> outcomes.addTo(totals, endpoint, method)));
    return totals;
  }
}
