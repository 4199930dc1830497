package dev.poolmark.clients.jdk;

import dev.poolmark.clients.CallException;
import dev.poolmark.clients.CallWatch;
import dev.poolmark.clients.ClientConfig;
import dev.poolmark.clients.Failure;
import dev.poolmark.clients.Lease;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;

/**
 * One call: when it last made progress, and which limit ended it, if one did. The JDK's threads note progress; the
 * watch's thread interrupts the calling thread or cancels the call's future, upon which the JDK gives the call up and
 * closes its connection.
 */
final class JdkCall implements CallWatch.Watched {
  private final ClientConfig config;
  private final Lease lease;
  private final @Nullable Thread caller;
  private volatile long progressNanos = System.nanoTime();
  private volatile boolean writing;
  private volatile boolean answered;
  private boolean over;
  private boolean cancelled;
  private @Nullable Failure exceeded;
  private @Nullable Future<?> future;

  /**
   * A call.
   *
   * @param caller the thread that waits for it; null if none does
   */
  JdkCall(ClientConfig config, Lease lease, @Nullable Thread caller) {
    this.config = config;
    this.lease = lease;
    this.caller = caller;
  }

  /** Bytes went out, and more will. */
  void wrote() {
    progressNanos = System.nanoTime();
    writing = true;
  }

  /** The request is written, or bytes came in. */
  void read() {
    progressNanos = System.nanoTime();
    writing = false;
  }

  /** The response has begun. */
  void answered() {
    answered = true;
    read();
  }

  boolean isAnswered() {
    return answered;
  }

  /** What to cancel, of a call that no thread waits for; the last one counts. */
  synchronized void future(Future<?> begun) {
    future = begun;
    if (exceeded != null || cancelled) {
      begun.cancel(true);
    }
  }

  /** Cancels a call that no thread waits for. */
  synchronized void cancel() {
    cancelled = true;
    if (future != null) {
      future.cancel(true);
    }
  }

  @Override
  public synchronized long check(long nowNanos) {
    if (over || exceeded != null) {
      return Long.MAX_VALUE;
    }
    boolean writingNow = writing;
    long silence = (writingNow ? config.writeTimeout() : config.readTimeout()).toNanos();
    long callLeft = lease.deadlineNanos() - nowNanos;
    long silenceLeft = progressNanos + silence - nowNanos;
    long left = Math.min(callLeft, silenceLeft);
    if (left > 0) {
      return left;
    }
    exceeded = callLeft <= silenceLeft
        ? Failure.CALL_TIMEOUT
        : writingNow ? Failure.WRITE_TIMEOUT : Failure.READ_TIMEOUT;
    if (caller != null) {
      caller.interrupt();
    } else if (future != null) {
      future.cancel(true);
    }
    return Long.MAX_VALUE;
  }

  /** To be called at the end, by the calling thread if there is one: takes an interrupt of the watch's back. */
  synchronized void end() {
    over = true;
    if (exceeded != null && caller != null) {
      Thread.interrupted();
    }
  }

  /** What to tell the caller if a limit ended the call; null if none did. */
  synchronized @Nullable CallException timeout(Throwable cause) {
    return exceeded == null ? null : lease.failed(exceeded, cause);
  }
}
