package dev.poolmark.clients.reactor;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.handler.timeout.IdleStateEvent;
import io.netty.handler.timeout.IdleStateHandler;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * Closes a channel that has had bytes to write for the whole write timeout and could write none. Netty's own
 * WriteTimeoutHandler limits a write as a whole, so that it would end a long but steady upload. For one channel.
 */
final class StalledWriteHandler extends IdleStateHandler {
  StalledWriteHandler(Duration writeTimeout) {
    super(true, 0, writeTimeout.toMillis(), 0, TimeUnit.MILLISECONDS);
  }

  @Override
  protected void channelIdle(ChannelHandlerContext context, IdleStateEvent event) {
    ChannelOutboundBuffer waiting = context.channel().unsafe().outboundBuffer();
    if (waiting != null && !waiting.isEmpty()) {
      context.fireExceptionCaught(new StalledWriteException());
      var unused = context.close();
    }
  }
}
