package dev.poolmark.clients.reactor;

import dev.poolmark.clients.ClientConfig;
import dev.poolmark.clients.CloseReason;
import dev.poolmark.clients.spi.ConnectionMeter;
import dev.poolmark.clients.spi.Exchange;
import dev.poolmark.clients.spi.MeteredConnection;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelProgressiveFuture;
import io.netty.channel.ChannelProgressiveFutureListener;
import io.netty.channel.ChannelProgressivePromise;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpStatusClass;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2GoAwayFrame;
import io.netty.handler.codec.http2.Http2ResetFrame;
import io.netty.handler.codec.http2.Http2StreamChannel;
import io.netty.util.AttributeKey;
import io.netty.util.ReferenceCountUtil;
import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import reactor.netty.NettyPipeline;

/**
 * Counts a connection, and tells the exchange that has it for itself of each byte that comes or goes. Nearest to the
 * socket in its channel. For one connection; called by its event loop.
 */
final class ConnectionHandler extends ChannelDuplexHandler {
  private static final AttributeKey<ConnectionHandler> KEY =
      AttributeKey.valueOf(ConnectionHandler.class, "handler");

  /** What the system takes in one go or not at all. */
  private static final int SMALL_BYTES = 4096;

  private final ConnectionMeter meter;
  private final long readTimeoutNanos;
  private final Duration tcpKeepAlive;
  private final long bornNanos = System.nanoTime();
  private boolean used;
  private @Nullable ResponseReceiver served;
  private @Nullable Http2Handler http2;
  private volatile long lastReadNanos = bornNanos;
  private volatile boolean silent;
  private volatile @Nullable MeteredConnection metered;

  ConnectionHandler(ConnectionMeter meter, ClientConfig config) {
    this.meter = meter;
    this.readTimeoutNanos = config.readTimeout().toNanos();
    this.tcpKeepAlive = config.tcpKeepAlive();
  }

  /** Adds the handler to a new connection. */
  void addTo(Channel connection) {
    connection.attr(KEY).set(this);
    connection.pipeline().addFirst(this);
  }

  /** The handler of that connection, open or closed. */
  static ConnectionHandler of(Channel connection) {
    return Objects.requireNonNull(connection.attr(KEY).get());
  }

  /** The connection is made or used for this exchange alone; null if for none, or for several. */
  void serve(@Nullable ResponseReceiver exchange) {
    served = exchange;
  }

  boolean serves(ResponseReceiver exchange) {
    return served == exchange;
  }

  /** The exchange's request is about to be sent through this channel. Says whether it is not the first one. */
  boolean begin(ResponseReceiver receiver, Channel channel) {
    boolean reused = used;
    if (!reused) {
      used = true;
      meter.ready(System.nanoTime() - bornNanos);
    }
    if (channel instanceof Http2StreamChannel stream) {
      served = null;
      if (http2 == null) {
        http2 = Http2Handler.add(stream.parent(), tcpKeepAlive);
      }
      http2.begin(stream, receiver.exchange());
      addMessageHandler(channel, receiver.exchange());
    } else {
      served = receiver;
      if (!reused) {
        addMessageHandler(channel, null);
      }
    }
    return reused;
  }

  private void addMessageHandler(Channel channel, @Nullable Exchange stream) {
    channel.pipeline().addBefore(NettyPipeline.ReactiveBridge, null, new MessageHandler(stream));
  }

  /** What the core knows of the connection; null before it is connected. Any thread may ask. */
  @Nullable
  MeteredConnection metered() {
    return metered;
  }

  /** Whether the connection may take a call. Any thread may ask. */
  boolean isFit() {
    MeteredConnection known = metered;
    if (known != null && silent) {
      known.closing(CloseReason.SILENT);
    }
    return known == null || (!silent && known.unfit() == null);
  }

  /**
   * An exchange of several ended early: notes if no byte has come for the whole read timeout since its request. Any thread
   * may call it.
   */
  void noteSilence(long sentNanos) {
    long now = System.nanoTime();
    silent |= now - lastReadNanos >= readTimeoutNanos && now - sentNanos >= readTimeoutNanos;
  }

  @Override
  public void channelActive(ChannelHandlerContext context) throws Exception {
    MeteredConnection opened =
        meter.opened(context.channel().localAddress(), context.channel().remoteAddress());
    metered = opened;
    context.channel().closeFuture().addListener(closed -> opened.closed());
    if (served != null && context.pipeline().get(NettyPipeline.SslHandler) != null) {
      served.exchange().handshaking();
    }
    super.channelActive(context);
  }

  @Override
  public void channelRead(ChannelHandlerContext context, Object message) throws Exception {
    if (served != null) {
      served.exchange().progress();
    } else {
      lastReadNanos = System.nanoTime();
      silent = false;
    }
    super.channelRead(context, message);
  }

  @Override
  public void write(ChannelHandlerContext context, Object message, ChannelPromise promise)
      throws Exception {
    ResponseReceiver sender = served;
    if (sender == null
        || !(message instanceof ByteBuf piece)
        || piece.readableBytes() <= SMALL_BYTES) {
      super.write(context, message, promise);
      return;
    }
    ChannelProgressivePromise progress = context.newProgressivePromise();
    progress.addListener(new ChannelProgressiveFutureListener() {
      @Override
      public void operationProgressed(ChannelProgressiveFuture write, long done, long total) {
        sender.exchange().progress();
      }

      @Override
      public void operationComplete(ChannelProgressiveFuture write) {
        if (write.isSuccess()) {
          promise.trySuccess();
        } else {
          promise.tryFailure(write.cause());
        }
      }
    });
    super.write(context, message, progress);
  }

  /**
   * Skips informational responses, of which Reactor Netty knows only 100; closes a connection on which comes what no
   * exchange asked for; and tells a stream's exchange of each piece that is written. For one connection, or one stream.
   */
  private final class MessageHandler extends ChannelDuplexHandler {
    private final @Nullable Exchange stream;
    private boolean skipping;

    MessageHandler(@Nullable Exchange stream) {
      this.stream = stream;
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) throws Exception {
      if (message instanceof HttpResponse response) {
        skipping = response.decoderResult().isSuccess()
            && response.status().codeClass() == HttpStatusClass.INFORMATIONAL
            && !response.status().equals(HttpResponseStatus.SWITCHING_PROTOCOLS);
      }
      if (stream == null && served == null) {
        ReferenceCountUtil.release(message);
        Objects.requireNonNull(metered).closing(CloseReason.UNASKED_BYTES);
        context.close();
      } else if (skipping) {
        skipping = !(message instanceof LastHttpContent);
        ReferenceCountUtil.release(message);
        context.read();
      } else {
        super.channelRead(context, message);
      }
    }

    /** The server refuses the stream, or has given the connection up before it saw the request. */
    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) throws Exception {
      if (event instanceof Http2GoAwayFrame
          || (event instanceof Http2ResetFrame reset
              && reset.errorCode() == Http2Error.REFUSED_STREAM.code())) {
        stream.unprocessed();
      }
      super.userEventTriggered(context, event);
    }

    @Override
    public void write(ChannelHandlerContext context, Object message, ChannelPromise promise)
        throws Exception {
      super.write(
          context,
          message,
          stream == null ? promise : promise.unvoid().addListener(done -> stream.progress()));
    }
  }
}
