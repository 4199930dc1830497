package dev.poolmark.clients.reactor;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.handler.codec.http2.Http2Connection;
import io.netty.handler.codec.http2.Http2ConnectionAdapter;
import io.netty.handler.codec.http2.Http2FrameCodec;
import io.netty.handler.codec.http2.Http2Stream;

/**
 * Closes an HTTP/2 connection that the server has given up (GOAWAY) once it carries no call: the library gives it no new
 * one, and forgets it. For one connection.
 */
final class GivenUp extends Http2ConnectionAdapter {
  private final Channel channel;
  private final Http2Connection connection;

  private GivenUp(Channel channel, Http2Connection connection) {
    this.channel = channel;
    this.connection = connection;
  }

  /** Watches the connection, if it speaks HTTP/2. */
  static void watch(Channel channel) {
    Http2FrameCodec codec = channel.pipeline().get(Http2FrameCodec.class);
    if (codec != null) {
      codec.connection().addListener(new GivenUp(channel, codec.connection()));
    }
  }

  @Override
  public void onGoAwayReceived(int lastStreamId, long errorCode, ByteBuf debugData) {
    closeIfUnused();
  }

  @Override
  public void onStreamClosed(Http2Stream stream) {
    closeIfUnused();
  }

  private void closeIfUnused() {
    if (connection.goAwayReceived()) {
      // Later, so that the stream's own end is seen first.
      channel.eventLoop().execute(() -> {
        if (connection.numActiveStreams() == 0) {
          channel.close();
        }
      });
    }
  }
}
