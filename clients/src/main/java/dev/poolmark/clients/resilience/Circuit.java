package dev.poolmark.clients.resilience;

import dev.failsafe.CircuitBreaker;
import dev.poolmark.clients.BreakerState;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The circuit breaker of one endpoint, Failsafe's with two additions: an attempt that tells nothing of the endpoint
 * gives its place as a trial back, and one that ends in another state than it began in does not count. Safe for use by
 * several threads.
 */
final class Circuit {
  private final CircuitBreaker<Object> breaker;
  /** How often the state has changed. */
  private long changes;
  /** Trials that were given back. */
  private int spareTrials;

  /** Leave for one attempt. What is told first of its end counts; the rest does nothing. */
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

    /** The end of the attempt tells nothing of the endpoint. */
    void abandoned() {
      end(() -> {
        if (breaker.isHalfOpen()) {
          spareTrials++;
        }
      });
    }

    private void end(Runnable count) {
      synchronized (Circuit.this) {
        if (!over && since == changes) {
          count.run();
        }
        over = true;
      }
    }
  }

  /** A closed breaker; the task runs each time it opens. */
  Circuit(Breaker rules, Runnable opened) {
    this.breaker = CircuitBreaker.builder()
        .withFailureThreshold(rules.failures(), rules.window())
        .withDelay(rules.openFor())
        .withSuccessThreshold(rules.trials())
        .onOpen(event -> {
          changed();
          opened.run();
        })
        .onHalfOpen(event -> changed())
        .onClose(event -> changed())
        .build();
  }

  /** The breaker calls this within the methods below, which hold the lock. */
  private synchronized void changed() {
    changes++;
    spareTrials = 0;
  }

  /** Lets an attempt through; null if the breaker is open, or half-open with all its trials under way. */
  synchronized @Nullable Admission admit() {
    if (spareTrials > 0) {
      spareTrials--;
    } else if (!breaker.tryAcquirePermit()) {
      return null;
    }
    return new Admission(changes);
  }

  /** How long attempts are still refused; empty unless the breaker is open. */
  synchronized Optional<Duration> openFor() {
    Duration left = breaker.getRemainingDelay();
    return left.isZero() ? Optional.empty() : Optional.of(left);
  }

  /** Half-open also if the next attempt will make it so, else an endpoint that nobody calls would stay open. */
  synchronized BreakerState state() {
    return switch (breaker.getState()) {
      case CLOSED -> BreakerState.CLOSED;
      case HALF_OPEN -> BreakerState.HALF_OPEN;
      case OPEN -> openFor().isPresent() ? BreakerState.OPEN : BreakerState.HALF_OPEN;
    };
  }
}
