package dev.poolmark.clients.reactor;

import dev.poolmark.clients.ConnectionMeter;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.handler.timeout.IdleStateEvent;
import io.netty.handler.timeout.IdleStateHandler;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * Tells the meter of a channel's opening and closing, and closes one that has had bytes to write for the whole write
 * timeout and could write none. Netty's own WriteTimeoutHandler limits a write as a whole, so that it would end a long
 * but steady upload. For one channel.
 */
final class MeteredChannel extends IdleStateHandler {
  static final String NAME = "poolmark-meter";

  private final ConnectionMeter meter;
  private final long bornNanos = System.nanoTime();
  private boolean used;

  MeteredChannel(Duration writeTimeout, ConnectionMeter meter) {
    super(true, 0, writeTimeout.toMillis(), 0, TimeUnit.MILLISECONDS);
    this.meter = meter;
  }

  @Override
  public void channelActive(ChannelHandlerContext context) throws Exception {
    meter.opened();
    context.channel().closeFuture().addListener(closed -> meter.closed());
    super.channelActive(context);
  }

  /** The channel gets a request; with its first one it is ready. Says whether this is the first one. */
  boolean used() {
    boolean first = !used;
    if (first) {
      used = true;
      meter.ready(System.nanoTime() - bornNanos);
    }
    return first;
  }

  @Override
  protected void channelIdle(ChannelHandlerContext context, IdleStateEvent event) {
    ChannelOutboundBuffer waiting = context.channel().unsafe().outboundBuffer();
    if (waiting != null && !waiting.isEmpty()) {
      context.fireExceptionCaught(new StalledWriteException());
      context.close();
    }
  }
}
