package dev.poolmark.clients.reactor;

import dev.poolmark.clients.Headers;
import dev.poolmark.clients.spi.Exchange;
import dev.poolmark.clients.spi.MeteredConnection;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.handler.codec.http2.Http2StreamChannel;
import java.nio.channels.ClosedChannelException;
import java.time.Duration;
import java.util.Arrays;
import java.util.Iterator;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CancellationException;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.BaseSubscriber;
import reactor.core.publisher.Flux;
import reactor.netty.Connection;
import reactor.netty.http.client.HttpClientResponse;
import reactor.util.context.Context;
import reactor.util.context.ContextView;

/**
 * Tells an exchange what Reactor Netty does. It is one subscriber and not a chain of the library's operators, each of
 * which costs every call time and memory; the library's hooks find it in their context. Called by one event loop at a
 * time; any thread may dispose of it, which aborts the exchange.
 */
final class ResponseReceiver extends BaseSubscriber<ByteBuf> {
  private final Exchange exchange;
  private volatile @Nullable Channel channel;
  private @Nullable ConnectionHandler connection;
  private long sentNanos;
  private boolean sent;
  private @Nullable Throwable problem;

  ResponseReceiver(Exchange exchange) {
    this.exchange = exchange;
  }

  /** The receiver whose subscription the library serves. */
  static ResponseReceiver of(ContextView context) {
    return context.get(ResponseReceiver.class);
  }

  @Override
  public Context currentContext() {
    return Context.of(ResponseReceiver.class, this);
  }

  Exchange exchange() {
    return exchange;
  }

  private static boolean isStream(Channel channel) {
    return channel instanceof Http2StreamChannel;
  }

  /** A connection is being made for the exchange. */
  void opens(Channel opening, ConnectionHandler handler) {
    handler.serve(this);
    connection = handler;
    channel = opening;
    exchange.connecting();
    if (isDisposed()) {
      opening.eventLoop().execute(opening::close);
    }
  }

  /** The request is about to be sent through this channel, a connection or a stream. */
  void sends(Channel through) {
    ConnectionHandler handler =
        ConnectionHandler.of(isStream(through) ? through.parent() : through);
    connection = handler;
    sentNanos = System.nanoTime();
    channel = through;
    exchange.uses(handler.metered());
    exchange.sending(handler.begin(this, through));
  }

  /** The request is sent whole. */
  void sent() {
    sent = true;
    exchange.receiving();
  }

  /** The response begins; returns its body. */
  Flux<ByteBuf> receives(HttpClientResponse response, Connection through) {
    boolean stream = isStream(through.channel());
    int status = response.status().code();
    if (!stream) {
      ConnectionHandler handler = Objects.requireNonNull(connection);
      MeteredConnection metered = Objects.requireNonNull(handler.metered());
      Duration keepAlive = exchange.keepAlive(response.responseHeaders().get("Keep-Alive"));
      if (!sent || keepAlive.isZero() || !metered.keep()) {
        through.markPersistent(false);
      }
    }
    exchange.head(status, headers(response, stream));
    return through.inbound().receive();
  }

  /**
   * The headers as the server sent them.
   *
   * @param http2 whether Netty has added fields, none of which a server may send
   */
  private static Headers headers(HttpClientResponse response, boolean http2) {
    String[] namesAndValues = new String[2 * response.responseHeaders().size()];
    // As strings, each would come in an object of its own.
    Iterator<Map.Entry<CharSequence, CharSequence>> fields =
        response.responseHeaders().iteratorCharSequence();
    int length = 0;
    while (fields.hasNext()) {
      Map.Entry<CharSequence, CharSequence> field = fields.next();
      String name = field.getKey().toString();
      if (!http2
          || !(name.startsWith("x-http2-")
              || name.startsWith(":")
              || name.equals("transfer-encoding"))) {
        namesAndValues[length++] = name;
        namesAndValues[length++] = field.getValue().toString();
      }
    }
    return Headers.received(
        length == namesAndValues.length ? namesAndValues : Arrays.copyOf(namesAndValues, length));
  }

  @Override
  protected void hookOnNext(ByteBuf piece) {
    try {
      exchange.body(piece.nioBuffer());
    } catch (Throwable e) { // there may be no memory for it
      problem = e;
      dispose();
    }
  }

  @Override
  protected void hookOnComplete() {
    Channel used = Objects.requireNonNull(channel);
    Objects.requireNonNull(connection).serve(null);
    // The body is complete a moment before the connection is back in the pool, on the same thread.
    // Handed over at once, it could let the next call open one too many.
    used.eventLoop().execute(exchange::succeeded);
  }

  @Override
  protected void hookOnError(Throwable cause) {
    end(cause);
  }

  @Override
  protected void hookOnCancel() {
    end(problem == null ? new CancellationException() : problem);
  }

  private void end(Throwable cause) {
    Channel used = channel;
    if (String.valueOf(cause.getMessage()).contains("Max active streams is reached")) {
      exchange.unprocessed();
    }
    if (used == null) {
      if (cause instanceof ClosedChannelException) { // of the pool's connection, under a new stream
        exchange.unprocessed();
      }
      exchange.failed(cause);
      return;
    }
    if (isStream(used)) { // at once: the next call must not get the connection
      Objects.requireNonNull(connection).noteSilence(sentNanos);
    }
    if (used.eventLoop().inEventLoop()) {
      close(used, cause);
    } else {
      used.eventLoop().execute(() -> close(used, cause));
    }
  }

  /** Closes what only this exchange uses: the library keeps a connection whose response it could not read. */
  private void close(Channel used, Throwable cause) {
    ConnectionHandler handler = Objects.requireNonNull(connection);
    if (isStream(used) || handler.serves(this)) {
      used.close();
    }
    exchange.failed(cause);
  }
}
