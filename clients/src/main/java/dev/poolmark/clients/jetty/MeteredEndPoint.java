package dev.poolmark.clients.jetty;

import dev.poolmark.clients.ConnectionMeter;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.eclipse.jetty.client.Connection;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.io.ManagedSelector;
import org.eclipse.jetty.io.SocketChannelEndPoint;
import org.eclipse.jetty.io.ssl.SslHandshakeListener;
import org.eclipse.jetty.util.thread.Scheduler;
import org.jspecify.annotations.Nullable;

/**
 * A TCP connection that tells the meter when it is opened, ready and closed, and keeps what the adapter notes of it.
 * Safe for use by several threads.
 */
final class MeteredEndPoint extends SocketChannelEndPoint implements SslHandshakeListener {
  private final ConnectionMeter meter;
  private final long connectBeganNanos;
  private final AtomicBoolean counted = new AtomicBoolean();
  private final AtomicBoolean idle = new AtomicBoolean();
  private final AtomicInteger streams = new AtomicInteger();
  private volatile boolean ready;
  private volatile boolean used;

  MeteredEndPoint(
      SocketChannel channel,
      ManagedSelector selector,
      SelectionKey key,
      Scheduler scheduler,
      ConnectionMeter meter,
      long connectBeganNanos) {
    super(channel, selector, key, scheduler);
    this.meter = meter;
    this.connectBeganNanos = connectBeganNanos;
  }

  /** The one below that connection, and below its TLS. */
  static MeteredEndPoint of(Connection connection) {
    EndPoint endPoint = connection instanceof org.eclipse.jetty.io.Connection http1
        ? http1.getEndPoint()
        : Http2.endPoint(connection);
    while (endPoint instanceof EndPoint.Wrapper wrapper) {
      endPoint = wrapper.unwrap();
    }
    return (MeteredEndPoint) endPoint;
  }

  @Override
  public void onOpen() {
    meter.opened();
    counted.set(true);
    if (!isOpen()) { // closed before it was counted
      countClosed();
    }
    super.onOpen();
  }

  @Override
  public void onClose(@Nullable Throwable cause) {
    super.onClose(cause);
    countClosed();
  }

  private void countClosed() {
    if (counted.compareAndSet(true, false)) {
      meter.closed();
    }
  }

  @Override
  public void handshakeSucceeded(Event event) {
    ready();
  }

  void ready() {
    ready = true;
    meter.ready(System.nanoTime() - connectBeganNanos);
  }

  /** Whether a request can be sent: the TLS handshake, if there is one, is over. */
  boolean isReady() {
    return ready;
  }

  /** A request is sent; returns whether one was before. */
  boolean use() {
    boolean before = used;
    used = true;
    return before;
  }

  /** A call begins on a stream of this; each has timeouts of its own, so that silence is no idleness. */
  void streamBegins() {
    streams.incrementAndGet();
  }

  void streamEnds() {
    streams.decrementAndGet();
  }

  @Override
  protected void onIdleExpired(TimeoutException timeout) {
    if (streams.get() == 0) {
      super.onIdleExpired(timeout);
    }
  }

  /** Whether the idle cap counts this one. */
  AtomicBoolean idle() {
    return idle;
  }
}
