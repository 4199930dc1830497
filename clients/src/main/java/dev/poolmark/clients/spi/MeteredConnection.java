package dev.poolmark.clients.spi;

import dev.poolmark.clients.ClientConfig;
import dev.poolmark.clients.CloseReason;
import dev.poolmark.clients.Failure;
import dev.poolmark.clients.Protocol;
import dev.poolmark.clients.Reuse;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * What is known of one connection from its TCP connect to its end: how long it may live, whether it may take a call, and
 * why it was closed. Most reasons follow from what happened before; an adapter states only those that it alone knows.
 * Thread-safe; no method blocks.
 */
public final class MeteredConnection {
  /** At most this share of {@code maxLifetime} is cut off, so that connections of one age do not end together. */
  private static final double JITTER = 0.1;

  private static final double HASHES = 1L << 31;

  /** A library may count its idle time from a little earlier. */
  private static final double EARLY = 0.9;

  /** Within this time after a call has failed, an HTTP/2 connection may be closed because of that. */
  private static final long GRACE_NANOS = TimeUnit.SECONDS.toNanos(1);

  private final ConnectionMeter meter;
  private final ConnectionMeter.Ends ends;
  private final long openedNanos;
  private final long lifetimeNanos;
  private final AtomicInteger users = new AtomicInteger();
  private final AtomicBoolean closed = new AtomicBoolean();
  private final AtomicBoolean idle = new AtomicBoolean();
  private final AtomicBoolean told = new AtomicBoolean();
  private final AtomicReference<@Nullable CloseReason> stated = new AtomicReference<>();
  private volatile boolean used;
  private volatile @Nullable CloseReason failed;
  private volatile long idleSinceNanos;
  private volatile long keptNanos;

  MeteredConnection(ConnectionMeter meter, ClientConfig config, ConnectionMeter.Ends ends) {
    this.meter = meter;
    this.ends = ends;
    this.openedNanos = meter.now();
    double share = 1 - JITTER * System.identityHashCode(this) / HASHES;
    this.lifetimeNanos =
        config.maxLifetime().map(max -> (long) (share * max.toNanos())).orElse(Long.MAX_VALUE);
    this.keptNanos = config.idleTimeout().toNanos();
  }

  /** Nanoseconds until it reaches its {@code maxLifetime}; negative after that. */
  public long leftNanos() {
    return lifetimeNanos - (meter.now() - openedNanos);
  }

  /** Why it must take no further call, and is to be closed once it has none; null if it may take one. */
  public @Nullable CloseReason unfit() {
    long now = meter.now();
    boolean isIdle = used && users.get() == 0;
    CloseReason unfit = null;
    if (meter.isGone(ends.remote())) {
      unfit = CloseReason.ADDRESS_GONE;
    } else if (now - openedNanos >= lifetimeNanos) {
      unfit = CloseReason.MAX_LIFETIME;
    } else if (isIdle && now - idleSinceNanos >= keptNanos) {
      unfit = CloseReason.IDLE_TIMEOUT;
    } else if (isIdle && meter.isSilentSince(ends.remote(), idleSinceNanos)) {
      unfit = CloseReason.SILENT;
    }
    if (unfit != null) {
      closing(unfit);
    }
    return unfit;
  }

  /** States why it is about to be closed. What was stated first counts. */
  public void closing(CloseReason reason) {
    stated.compareAndSet(null, reason);
  }

  /** It is closed, by either side. Only the first report counts. */
  public void closed() {
    if (closed.compareAndSet(false, true)) {
      meter.closed(ends, this);
      tellReasonOnceUnused();
    }
  }

  /**
   * Counts it as idle, although its call may still receive the response, if {@code maxIdleConnections} allows it; or else
   * states that as the reason to close it. Says whether it may be kept.
   */
  public boolean keep() {
    if (idle.get()) {
      return true;
    }
    if (!meter.countIdle(false)) {
      closing(CloseReason.IDLE_LIMIT);
      return false;
    }
    if (!idle.compareAndSet(false, true)) {
      meter.uncountIdle();
    }
    return true;
  }

  /** Counts it as idle whatever the limit: a call waits for it, or it is in the library's pool already. */
  public void keepAnyway() {
    if (idle.compareAndSet(false, true)) {
      meter.countIdle(true);
    }
  }

  /** It is no longer idle: a call is about to use it. */
  public void taken() {
    if (idle.compareAndSet(true, false)) {
      meter.uncountIdle();
    }
  }

  /** How long it may be idle, as the last response says. */
  void keptFor(Duration idleTime) {
    keptNanos = idleTime.toNanos();
  }

  /** A call uses it from now on; over HTTP/2, others may, too. */
  void begin() {
    users.incrementAndGet();
    used = true;
    failed = null;
    taken();
  }

  /**
   * A call that uses it has ended.
   *
   * @param failure why it has no whole response; null if it has one
   */
  void end(@Nullable Failure failure) {
    if (failure != null) {
      failed = failure == Failure.CONNECTION_CLOSED
          ? CloseReason.SERVER_CLOSED
          : CloseReason.CALL_FAILED;
    }
    idleSinceNanos = meter.now();
    users.decrementAndGet();
    tellReasonOnceUnused();
  }

  /** A call on it got no byte for its whole {@code readTimeout}, which began with its request at that moment. */
  void silentSince(long sentNanos) {
    meter.silentSince(ends.remote(), sentNanos);
  }

  /** The end of the call that used it may be part of the reason. */
  private void tellReasonOnceUnused() {
    if (closed.get() && users.get() == 0 && told.compareAndSet(false, true)) {
      CloseReason reason = reason();
      taken();
      meter.closedFor(reason, meter.now() - openedNanos);
    }
  }

  private CloseReason reason() {
    CloseReason known = stated.get();
    if (known != null) {
      return known;
    }
    if (meter.isClosing()) {
      return CloseReason.CLIENT_CLOSED;
    }
    if (!used) {
      return CloseReason.UNUSED;
    }
    long idleNanos = meter.now() - idleSinceNanos;
    CloseReason failure = failed;
    boolean shared = meter.config().protocol() == Protocol.HTTP_2;
    if (failure != null && (!shared || idleNanos < GRACE_NANOS)) {
      return failure;
    }
    if (meter.config().reuse() != Reuse.POOLED) {
      return CloseReason.NOT_REUSED;
    }
    if (leftNanos() <= 0) {
      return CloseReason.MAX_LIFETIME;
    }
    if (idleNanos >= EARLY * keptNanos) {
      return CloseReason.IDLE_TIMEOUT;
    }
    return idle.get() && meter.isIdleLimitExceeded()
        ? CloseReason.IDLE_LIMIT
        : CloseReason.SERVER_CLOSED;
  }
}
