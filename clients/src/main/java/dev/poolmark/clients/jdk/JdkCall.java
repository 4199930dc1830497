package dev.poolmark.clients.jdk;

import dev.poolmark.clients.CallTimeoutException;
import dev.poolmark.clients.CallWatch;
import dev.poolmark.clients.ClientConfig;
import dev.poolmark.clients.Request;
import org.jspecify.annotations.Nullable;

/**
 * One call: when it last made progress, and which limit ended it, if one did. The JDK's threads note progress; the
 * watch's thread interrupts the calling thread, upon which the JDK gives the call up and closes its connection.
 */
final class JdkCall implements CallWatch.Watched {
  private enum Limit {
    CALL,
    READ,
    WRITE
  }

  private final ClientConfig config;
  private final long deadlineNanos;
  private final Thread caller = Thread.currentThread();
  private volatile long progressNanos = System.nanoTime();
  private volatile boolean writing;
  private boolean over;
  private @Nullable Limit exceeded;

  /** Of the calling thread. */
  JdkCall(ClientConfig config, long deadlineNanos) {
    this.config = config;
    this.deadlineNanos = deadlineNanos;
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

  @Override
  public synchronized long check(long nowNanos) {
    if (over || exceeded != null) {
      return Long.MAX_VALUE;
    }
    boolean writingNow = writing;
    long silence = (writingNow ? config.writeTimeout() : config.readTimeout()).toNanos();
    long callLeft = deadlineNanos - nowNanos;
    long silenceLeft = progressNanos + silence - nowNanos;
    long left = Math.min(callLeft, silenceLeft);
    if (left <= 0) {
      exceeded = callLeft <= silenceLeft ? Limit.CALL : writingNow ? Limit.WRITE : Limit.READ;
      caller.interrupt();
    }
    return left <= 0 ? Long.MAX_VALUE : left;
  }

  /** To be called by the calling thread at the end: takes an interrupt of the watch's back. */
  synchronized void end() {
    over = true;
    if (exceeded != null) {
      Thread.interrupted();
    }
  }

  /** What to tell the caller if a limit ended the call; null if none did. */
  synchronized @Nullable CallTimeoutException timeout(Request request, Throwable cause) {
    if (exceeded == null) {
      return null;
    }
    return switch (exceeded) {
      case CALL -> CallTimeoutException.call(config, request, cause);
      case READ -> CallTimeoutException.read(config, request, cause);
      case WRITE -> CallTimeoutException.write(config, request, cause);
    };
  }
}
