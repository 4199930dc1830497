package dev.poolmark.clients;

import java.io.InterruptedIOException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/**
 * Lets {@code maxConnections} calls through at a time, first come first served, for the libraries that do not bound
 * calls themselves. A call holds one permit from before it takes a connection until the connection is back in the pool
 * or closed, so no more connections are ever in use than there are permits. Safe for use by several threads.
 */
public final class FairBound implements AutoCloseable {
  private final String client;
  private final ClientConfig config;
  private final Semaphore permits;
  private final long acquireNanos;
  private final long callNanos;
  private volatile boolean closed;

  /** A bound for the client of that name; closed with it. */
  public FairBound(String client, ClientConfig config) {
    this.client = client;
    this.config = config;
    this.permits = new Semaphore(config.maxConnections(), true);
    this.callNanos = config.callTimeout().toNanos();
    this.acquireNanos = Math.min(config.acquireTimeout().toNanos(), callNanos);
  }

  /**
   * Waits for a permit, which the caller then has to {@link #release()}.
   *
   * @return when the call must be over, as a value of {@link System#nanoTime()}
   * @throws CallTimeoutException if {@code acquireTimeout} or {@code callTimeout} passed
   * @throws InterruptedIOException if the thread is interrupted; it stays so
   * @throws IllegalStateException if the client is closed, also while this waits
   */
  public long acquire(Request request) throws CallTimeoutException, InterruptedIOException {
    checkOpen();
    long deadline = System.nanoTime() + callNanos;
    try {
      if (!permits.tryAcquire(acquireNanos, TimeUnit.NANOSECONDS)) {
        checkOpen();
        throw acquireNanos < callNanos
            ? CallTimeoutException.acquire(config, request, null)
            : CallTimeoutException.call(config, request, null);
      }
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException(
          "interrupted while waiting for a connection to " + request.endpoint());
    }
    if (closed) {
      permits.release();
      checkOpen();
    }
    return deadline;
  }

  /** Gives a permit back. */
  public void release() {
    permits.release();
  }

  /** The number of permits that are held; exact only while nobody acquires or releases. */
  public int inUse() {
    return config.maxConnections() - permits.availablePermits();
  }

  /** Whether {@link #close()} was called. */
  public boolean isClosed() {
    return closed;
  }

  /** From now on nobody gets through; permits that are held can still be given back. */
  @Override
  public void close() {
    closed = true;
  }

  private void checkOpen() {
    if (closed) {
      throw closedException(client);
    }
  }

  /** What a call to a closed client throws. */
  public static IllegalStateException closedException(String client) {
    return new IllegalStateException("client " + client + " is closed");
  }
}
