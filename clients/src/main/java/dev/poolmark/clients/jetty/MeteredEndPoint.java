package dev.poolmark.clients.jetty;

import dev.poolmark.clients.ConnectionMeter;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import java.util.concurrent.atomic.AtomicBoolean;
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
    EndPoint endPoint = ((org.eclipse.jetty.io.Connection) connection).getEndPoint();
    while (endPoint instanceof EndPoint.Wrapper wrapper) {
      endPoint = wrapper.unwrap();
    }
    return (MeteredEndPoint) endPoint;
  }

  @Override
  public void onOpen() {
    meter.opened();
    counted.set(true);
    super.onOpen();
  }

  @Override
  public void onClose(@Nullable Throwable cause) {
    super.onClose(cause);
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

  /** A request is sent; returns whether one was before. To be called for one request at a time. */
  boolean use() {
    boolean before = used;
    used = true;
    return before;
  }

  /** Whether the idle cap counts this one. */
  AtomicBoolean idle() {
    return idle;
  }
}
