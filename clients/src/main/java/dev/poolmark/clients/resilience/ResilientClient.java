package dev.poolmark.clients.resilience;

import dev.failsafe.ExecutionContext;
import dev.failsafe.Failsafe;
import dev.failsafe.FailsafeException;
import dev.failsafe.FailsafeExecutor;
import dev.failsafe.RetryPolicy;
import dev.poolmark.clients.CallException;
import dev.poolmark.clients.ClientConfig;
import dev.poolmark.clients.ClientMetrics;
import dev.poolmark.clients.Failure;
import dev.poolmark.clients.PooledHttpClient;
import dev.poolmark.clients.Request;
import dev.poolmark.clients.Response;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * A client that retries calls as its {@link Retry} says, and stops calling an endpoint that keeps failing, as its {@link
 * CircuitBreakerConfig} says. Thread-safe.
 *
 * <p>Every endpoint ({@link Request#endpoint}) has a breaker of its own, and each attempt counts for it. A call that a
 * breaker refuses fails with {@link Failure#BREAKER_OPEN}; nothing is sent. The client keeps the breakers of 1,000
 * endpoints. One more makes it forget the closed ones with their counts, or all if none is closed.
 *
 * <p>The timeout of the request, or else the {@code callTimeout}, covers all attempts of a call and the waits between
 * them. A wait is a backoff, or longer if a 429 or 503 asks for it with {@code Retry-After}. If a wait would pass the
 * deadline, or no retry is left, the call ends as its last attempt did. A retry that is under way at the deadline fails
 * with {@link Failure#CALL_TIMEOUT}; the client inside ends a first attempt by the same timeout.
 *
 * <p>{@link #execute} makes the first attempt on the calling thread, as without this decorator. {@link #executeAsync}
 * needs no thread for a backoff.
 */
public final class ResilientClient implements PooledHttpClient {
  private static final int MAX_ENDPOINTS = 1000;

  private final PooledHttpClient client;
  private final ClientConfig config;
  private final Retry retry;
  private final EndpointBreakers breakers;
  private final Pauses pauses = new Pauses();
  private final FailsafeExecutor<Outcome> attempts;
  private final LongAdder retries = new LongAdder();
  private final LongAdder refusals = new LongAdder();
  private volatile boolean closed;

  private ResilientClient(
      PooledHttpClient client, ClientConfig config, Retry retry, CircuitBreakerConfig breaker) {
    this.client = client;
    this.config = config;
    this.retry = retry;
    this.breakers = new EndpointBreakers(breaker, MAX_ENDPOINTS);
    this.attempts = Failsafe.with(policy(retry)).with(pauses);
  }

  /**
   * A resilient client around another one, which it closes with itself.
   *
   * @param config what the other client was opened with
   */
  public static ResilientClient around(
      PooledHttpClient client, ClientConfig config, Retry retry, CircuitBreakerConfig breaker) {
    return new ResilientClient(client, config, retry, breaker);
  }

  /** The outcome of an attempt says whether and when another follows; Failsafe counts, waits and cancels. */
  private static RetryPolicy<Outcome> policy(Retry retry) {
    return RetryPolicy.<Outcome>builder()
        .withMaxRetries(retry.maxRetries())
        .handleIf((outcome, problem) -> outcome != null && outcome.isTriedAgain())
        .withDelayFn(context -> context.getLastResult().pause())
        .build();
  }

  private ResilientCall call(Request request) {
    return new ResilientCall(request, retry, config, breakers.of(request), System.nanoTime());
  }

  @Override
  public Response execute(Request request) throws IOException {
    if (closed) {
      return client.execute(request);
    }
    ResilientCall call = call(request);
    try {
      return attempts
          .get(context -> context.getAttemptCount() == 0 ? make(call) : again(call, context))
          .get();
    } catch (FailsafeException e) {
      if (e.getCause() instanceof InterruptedException) {
        throw interrupted(request); // in a backoff
      }
      throw e;
    }
  }

  /** Makes the first attempt on this thread. */
  private Outcome make(ResilientCall call) {
    Attempt attempt;
    try {
      attempt = call.admit(0, null);
    } catch (CallException refused) {
      refusals.increment();
      return Outcome.end(refused);
    }
    try {
      return attempt.received(client.execute(call.request()));
    } catch (IOException e) {
      return attempt.failed(e);
    } finally {
      attempt.abandoned();
    }
  }

  /** Makes a retry, which ends at the deadline of the call at the latest, and waits for it. */
  private Outcome again(ResilientCall call, ExecutionContext<Outcome> context) {
    CompletableFuture<Outcome> attempt = begin(call, context);
    try {
      return attempt.get();
    } catch (InterruptedException e) {
      attempt.cancel(true);
      Thread.currentThread().interrupt();
      return Outcome.end(interrupted(call.request()));
    } catch (ExecutionException e) {
      if (e.getCause() instanceof RuntimeException unchecked) {
        throw unchecked;
      }
      if (e.getCause() instanceof Error error) {
        throw error;
      }
      throw new IllegalStateException(e.getCause());
    }
  }

  private static InterruptedIOException interrupted(Request request) {
    return new InterruptedIOException("interrupted in a call to " + request.endpoint());
  }

  @Override
  public CompletableFuture<Response> executeAsync(Request request) {
    if (closed) {
      return client.executeAsync(request);
    }
    ResilientCall call = call(request);
    CompletableFuture<Response> response = new CompletableFuture<>();
    CompletableFuture<Outcome> end = attempts.getStageAsync(context -> begin(call, context));
    end.whenComplete((outcome, problem) -> {
      if (outcome == null) {
        response.completeExceptionally(problem);
      } else if (outcome.failure() != null) {
        response.completeExceptionally(outcome.failure());
      } else {
        response.complete(outcome.response());
      }
    });
    response.whenComplete((received, problem) -> end.cancel(false));
    return response;
  }

  /** Begins an attempt. Cancelling the future ends it; the deadline of the call ends a retry. */
  private CompletableFuture<Outcome> begin(ResilientCall call, ExecutionContext<Outcome> context) {
    boolean first = context.getAttemptCount() == 0;
    Attempt attempt;
    try {
      attempt = call.admit(context.getAttemptCount(), context.getLastResult());
    } catch (CallException refused) {
      refusals.increment();
      return CompletableFuture.completedFuture(Outcome.end(refused));
    }
    if (!first) {
      retries.increment();
    }
    CompletableFuture<Response> response;
    try {
      response = client.executeAsync(call.request());
    } catch (RuntimeException e) {
      attempt.abandoned();
      return CompletableFuture.failedFuture(e);
    }
    CompletableFuture<Outcome> outcome = new CompletableFuture<>();
    response.whenComplete((received, problem) -> {
      Throwable cause = cause(problem);
      if (cause == null) {
        outcome.complete(attempt.received(received));
      } else if (cause instanceof IOException failure) {
        outcome.complete(attempt.failed(failure));
      } else {
        attempt.abandoned();
        outcome.completeExceptionally(cause);
      }
    });
    if (!first && !outcome.isDone()) {
      Future<?> deadline =
          pauses.alarm(() -> outcome.complete(attempt.failed(call.timeout())), call.leftNanos());
      outcome.whenComplete((end, problem) -> deadline.cancel(false));
    }
    outcome.whenComplete((end, problem) -> {
      attempt.abandoned(); // has an effect only if the caller has cancelled
      response.cancel(true);
    });
    return outcome;
  }

  private static @Nullable Throwable cause(@Nullable Throwable problem) {
    return problem instanceof CompletionException && problem.getCause() != null
        ? problem.getCause()
        : problem;
  }

  /**
   * The metrics of the client inside, which counts each attempt as a call, with the retries and the breakers. Attempts
   * that a breaker refused are counted apart.
   */
  @Override
  public ClientMetrics metrics() {
    return client
        .metrics()
        .withResilience(retries.sum(), breakers.opens(), refusals.sum(), breakers.states());
  }

  /**
   * Closes the client inside and ends the thread of this one. Asynchronous calls that wait for a retry fail at once,
   * others at the end of their backoff. A second call does nothing.
   */
  @Override
  public void close() {
    closed = true;
    client.close();
    pauses.close();
  }
}
