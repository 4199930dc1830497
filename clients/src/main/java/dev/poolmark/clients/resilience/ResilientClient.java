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
 * A client that tries calls again as its {@link Retry} says, and whose {@link Breaker} keeps calls from an endpoint that
 * fails. Each endpoint, that is scheme, host and port, has a breaker of its own; each attempt passes it and counts for
 * it. Breakers of 1,000 endpoints are kept; when one more comes, the closed ones are forgotten with the failures that
 * they have counted, and if none is closed all are.
 *
 * <p>The {@code callTimeout} covers all attempts of a call and the backoffs between them. A retry whose backoff, or
 * whose wait that the server asked for with {@code Retry-After} in a 429 or 503, would end later is not made; the call
 * then ends as its last attempt did, and so it does when there are no retries left. A retry that is under way when the
 * timeout passes is cut off with {@link Failure#CALL_TIMEOUT}; a first attempt ends by the same timeout of the client
 * inside. A body is always sent again as it was: it is an array in memory.
 *
 * <p>A call that the breaker refuses fails with {@link Failure#BREAKER_OPEN}; nothing is sent. The first attempt of
 * {@link #execute} is made by the calling thread, as without this decorator; {@link #executeAsync} needs no thread for
 * a backoff. Safe for use by any number of threads.
 */
public final class ResilientClient implements PooledHttpClient {
  private static final int MOST_ENDPOINTS = 1000;

  private final PooledHttpClient client;
  private final ClientConfig config;
  private final Retry retry;
  private final Circuits circuits;
  private final Pauses pauses = new Pauses();
  private final FailsafeExecutor<Outcome> attempts;
  private final LongAdder retries = new LongAdder();
  private volatile boolean closed;

  private ResilientClient(
      PooledHttpClient client, ClientConfig config, Retry retry, Breaker breaker) {
    this.client = client;
    this.config = config;
    this.retry = retry;
    this.circuits = new Circuits(breaker, MOST_ENDPOINTS);
    this.attempts = Failsafe.with(policy(retry)).with(pauses);
  }

  /**
   * A resilient client around another one, which belongs to it from now on.
   *
   * @param config that the other client was opened with; its {@code callTimeout} is the limit here too
   */
  public static ResilientClient around(
      PooledHttpClient client, ClientConfig config, Retry retry, Breaker breaker) {
    return new ResilientClient(client, config, retry, breaker);
  }

  /** Which attempt is followed by another, and when, is in the outcomes; this counts, waits and cancels. */
  private static RetryPolicy<Outcome> policy(Retry retry) {
    return RetryPolicy.<Outcome>builder()
        .withMaxRetries(retry.maxRetries())
        .handleIf((outcome, problem) -> outcome != null && outcome.isTriedAgain())
        .withDelayFn(context -> context.getLastResult().pause())
        .build();
  }

  private Call call(Request request) {
    return new Call(request, retry, config, circuits.of(request), System.nanoTime());
  }

  @Override
  public Response execute(Request request) throws IOException {
    if (closed) {
      return client.execute(request);
    }
    Call call = call(request);
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
  private Outcome make(Call call) {
    Attempt attempt;
    try {
      attempt = call.admit(0, null);
    } catch (CallException refused) {
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

  /** Makes a retry, which must end at the deadline of the call, and waits for its end. */
  private Outcome again(Call call, ExecutionContext<Outcome> context) {
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
    Call call = call(request);
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

  /** Begins an attempt. To cancel the future ends it; so does, for a retry, the deadline of the call. */
  private CompletableFuture<Outcome> begin(Call call, ExecutionContext<Outcome> context) {
    boolean first = context.getAttemptCount() == 0;
    Attempt attempt;
    try {
      attempt = call.admit(context.getAttemptCount(), context.getLastResult());
    } catch (CallException refused) {
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
      attempt.abandoned(); // does something only if the caller has cancelled
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
   * What the client inside has counted, where each attempt is a call, with the retries and the breakers. Calls that a
   * breaker refused are not among its calls.
   */
  @Override
  public ClientMetrics metrics() {
    return client.metrics().withResilience(retries.sum(), circuits.opens(), circuits.worst());
  }

  /**
   * Closes the client inside and ends the thread of this one. Asynchronous calls that wait for a retry fail at once,
   * others when their backoff is over. A second call does nothing.
   */
  @Override
  public void close() {
    closed = true;
    client.close();
    pauses.close();
  }
}
