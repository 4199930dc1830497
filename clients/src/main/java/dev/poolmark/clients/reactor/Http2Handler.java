package dev.poolmark.clients.reactor;

import dev.poolmark.clients.spi.Exchange;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http2.Http2Connection;
import io.netty.handler.codec.http2.Http2ConnectionAdapter;
import io.netty.handler.codec.http2.Http2FrameCodec;
import io.netty.handler.codec.http2.Http2FrameStream;
import io.netty.handler.codec.http2.Http2Stream;
import io.netty.handler.codec.http2.Http2StreamChannel;
import io.netty.handler.codec.http2.Http2WindowUpdateFrame;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import reactor.netty.NettyPipeline;
import reactor.netty.http.Http2ConnectionLiveness;
import reactor.netty.http.IdleTimeoutHandler;

/**
 * Closes an HTTP/2 connection after GOAWAY once it carries no call, for the library gives it no new one and forgets it;
 * and tells an upload when the server takes part of it. For one connection; called by its event loop.
 */
final class Http2Handler extends ChannelInboundHandlerAdapter {
  private final Channel channel;
  private final Http2Connection connection;
  private final Map<Http2FrameStream, Exchange> uploads = new HashMap<>();

  private Http2Handler(Channel channel, Http2Connection connection) {
    this.channel = channel;
    this.connection = connection;
    connection.addListener(new Http2ConnectionAdapter() {
      @Override
      public void onGoAwayReceived(int lastStreamId, long errorCode, ByteBuf debugData) {
        closeIfGivenUp();
      }

      @Override
      public void onStreamClosed(Http2Stream stream) {
        closeIfGivenUp();
      }
    });
  }

  /** Adds the handler to a connection that speaks HTTP/2, and has the library send a PING after that long a silence. */
  static Http2Handler add(Channel channel, Duration silence) {
    Http2FrameCodec codec = Objects.requireNonNull(channel.pipeline().get(Http2FrameCodec.class));
    Http2Handler handler = new Http2Handler(channel, codec.connection());
    channel.pipeline().addAfter(NettyPipeline.HttpCodec, "poolmark-http2", handler);
    // The library ignores its own setting where the pool has an eviction predicate.
    IdleTimeoutHandler.addIdleTimeoutHandler(
        channel.pipeline(), silence, new Http2ConnectionLiveness(codec, 1, silence.toNanos()));
    return handler;
  }

  /** A request is about to be sent. */
  void begin(Http2StreamChannel stream, Exchange exchange) {
    if (exchange.request().sendsBody()) {
      uploads.put(stream.stream(), exchange);
      stream.closeFuture().addListener(closed -> uploads.remove(stream.stream()));
    }
  }

  @Override
  public void channelRead(ChannelHandlerContext context, Object message) throws Exception {
    if (message instanceof Http2WindowUpdateFrame update) {
      Exchange upload = uploads.get(update.stream());
      if (upload != null) {
        upload.progress();
      }
    }
    super.channelRead(context, message);
  }

  private void closeIfGivenUp() {
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
