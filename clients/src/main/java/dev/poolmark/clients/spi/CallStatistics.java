package dev.poolmark.clients.spi;

import dev.poolmark.clients.BreakerState;
import dev.poolmark.clients.ClientMetrics;
import dev.poolmark.clients.Failure;
import dev.poolmark.clients.Response;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.LongAdder;

/** Counts and times calls as they end. Thread-safe; no method blocks. */
final class CallStatistics {
  private final LongAdder calls = new LongAdder();
  private final LongAdder succeeded = new LongAdder();
  private final LongAdder totalNanos = new LongAdder();
  private final Map<Failure, LongAdder> failures = new EnumMap<>(Failure.class);
  private final TimeHistogram callTime = new TimeHistogram();
  private final TimeHistogram acquireWait = new TimeHistogram();

  CallStatistics() {
    for (Failure failure : Failure.values()) {
      failures.put(failure, new LongAdder());
    }
  }

  /** A call has its lease. */
  void acquired(long waitNanos) {
    acquireWait.record(waitNanos);
  }

  /** A call has ended with this response. */
  void received(Response response, long nanos) {
    if (response.status() < ResponseBuffer.SERVER_ERROR) {
      succeeded.increment();
    }
    ended(nanos);
  }

  /** A call has ended without a response. */
  void failed(Failure reason, long nanos) {
    failures.get(reason).increment();
    ended(nanos);
  }

  private void ended(long nanos) {
    calls.increment();
    totalNanos.add(nanos);
    callTime.record(nanos);
  }

  ClientMetrics snapshot(Bulkhead.Use use, Optional<ClientMetrics.Connections> connections) {
    Map<Failure, Long> failed = new EnumMap<>(Failure.class);
    failures.forEach((failure, count) -> {
      if (count.sum() > 0) {
        failed.put(failure, count.sum());
      }
    });
    return new ClientMetrics(
        calls.sum(),
        succeeded.sum(),
        failed,
        0,
        0,
        BreakerState.CLOSED,
        Duration.ofNanos(totalNanos.sum()),
        use.max(),
        use.leased(),
        use.pending(),
        use.endpoints(),
        connections,
        callTime.snapshot(),
        acquireWait.snapshot());
  }
}
