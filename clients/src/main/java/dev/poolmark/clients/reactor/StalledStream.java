package dev.poolmark.clients.reactor;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.handler.timeout.IdleStateEvent;
import io.netty.handler.timeout.IdleStateHandler;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * Ends an HTTP/2 stream that has had something to write for the whole write timeout and could write none of it: the
 * server lets it write no more, while the connection may be busy with other streams. For one stream.
 */
final class StalledStream extends IdleStateHandler {
  private int writing;

  StalledStream(Duration writeTimeout) {
    super(0, writeTimeout.toMillis(), 0, TimeUnit.MILLISECONDS);
  }

  @Override
  public void write(ChannelHandlerContext context, Object message, ChannelPromise promise)
      throws Exception {
    ChannelPromise written = promise.unvoid();
    writing++;
    written.addListener(done -> writing--);
    super.write(context, message, written);
  }

  @Override
  protected void channelIdle(ChannelHandlerContext context, IdleStateEvent event) {
    if (writing > 0) {
      context.fireExceptionCaught(new StalledWriteException());
      context.close();
    }
  }
}
