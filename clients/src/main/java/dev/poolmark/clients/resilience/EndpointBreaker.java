package dev.poolmark.clients.resilience;

import dev.failsafe.CircuitBreaker;
import dev.poolmark.clients.BreakerState;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The circuit breaker of one endpoint: Failsafe's, with two additions. An attempt that says nothing of the endpoint
 * gives back its place as a trial, and an attempt does not count if the state has changed since it began. Thread-safe.
 */
final class EndpointBreaker {
  private final CircuitBreaker<Object> breaker;
  /** How often the state has changed. */
  private long changes;
  /** Places for trials that were given back. */
  private int spareTrials;

  /** The admission of one attempt. The first report of its end counts; others do nothing. */
  final class Admission {
    private final long since;
    private boolean over;

    private Admission(long since) {
      this.since = since;
    }

    void succeeded() {
      end(breaker::recordSuccess);
    }

    void failed() {
      end(breaker::recordFailure);
    }

    /** The end of the attempt says nothing of the endpoint. */
    void abandoned() {
      end(() -> {
        if (breaker.isHalfOpen()) {
          spareTrials++;
        }
      });
    }

    private void end(Runnable count) {
      synchronized (EndpointBreaker.this) {
        if (!over && since == changes) {
          count.run();
        }
        over = true;
      }
    }
  }

  /** A closed breaker; the task runs each time it opens. */
  EndpointBreaker(CircuitBreakerConfig config, Runnable opened) {
    this.breaker = CircuitBreaker.builder()
        .withFailureThreshold(config.failures(), config.window())
        .withDelay(config.openFor())
        .withSuccessThreshold(config.trials())
        .onOpen(event -> {
          changed();
          opened.run();
        })
        .onHalfOpen(event -> changed())
        .onClose(event -> changed())
        .build();
  }

  /** Failsafe calls this within the methods below, which hold the lock. */
  private synchronized void changed() {
    changes++;
    spareTrials = 0;
  }

  /** Admits an attempt; null if the breaker is open, or half-open with all its trials under way. */
  synchronized @Nullable Admission admit() {
    if (spareTrials > 0) {
      spareTrials--;
    } else if (!breaker.tryAcquirePermit()) {
      return null;
    }
    return new Admission(changes);
  }

  /** How much longer attempts are refused; empty unless the breaker is open. */
  synchronized Optional<Duration> openFor() {
    Duration left = breaker.getRemainingDelay();
    return left.isZero() ? Optional.empty() : Optional.of(left);
  }

  /** Half-open already when the next attempt would be admitted: without calls, it would stay open for ever. */
  synchronized BreakerState state() {
    return switch (breaker.getState()) {
      case CLOSED -> BreakerState.CLOSED;
      case HALF_OPEN -> BreakerState.HALF_OPEN;
      case OPEN -> openFor().isPresent() ? BreakerState.OPEN : BreakerState.HALF_OPEN;
    };
  }
}
