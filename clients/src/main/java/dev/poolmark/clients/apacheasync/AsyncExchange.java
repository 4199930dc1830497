package dev.poolmark.clients.apacheasync;

import dev.poolmark.clients.Headers;
import dev.poolmark.clients.Request;
import dev.poolmark.clients.spi.Exchange;
import dev.poolmark.clients.spi.MeteredConnection;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.hc.client5.http.async.AsyncExecRuntime;
import org.apache.hc.client5.http.impl.async.CloseableHttpAsyncClient;
import org.apache.hc.client5.http.protocol.HttpClientContext;
import org.apache.hc.core5.concurrent.FutureCallback;
import org.apache.hc.core5.http.ContentType;
import org.apache.hc.core5.http.EntityDetails;
import org.apache.hc.core5.http.Header;
import org.apache.hc.core5.http.HttpException;
import org.apache.hc.core5.http.HttpResponse;
import org.apache.hc.core5.http.HttpStreamResetException;
import org.apache.hc.core5.http.RequestNotExecutedException;
import org.apache.hc.core5.http.message.BasicHttpRequest;
import org.apache.hc.core5.http.nio.AsyncResponseConsumer;
import org.apache.hc.core5.http.nio.CapacityChannel;
import org.apache.hc.core5.http.nio.DataStreamChannel;
import org.apache.hc.core5.http.nio.entity.AsyncEntityProducerWrapper;
import org.apache.hc.core5.http.nio.entity.BasicAsyncEntityProducer;
import org.apache.hc.core5.http.nio.support.BasicRequestProducer;
import org.apache.hc.core5.http.protocol.HttpContext;
import org.apache.hc.core5.http2.H2Error;
import org.apache.hc.core5.http2.H2StreamResetException;
import org.apache.hc.core5.io.CloseMode;
import org.apache.hc.core5.reactor.IOSession;
import org.jspecify.annotations.Nullable;

/**
 * Translates an exchange for the library, and reports the library's progress to it. The library calls it on one thread
 * at a time; any may abort it.
 */
final class AsyncExchange extends HttpClientContext
    implements AsyncResponseConsumer<AsyncExchange>, FutureCallback<AsyncExchange> {
  private static final @Nullable ContentType AS_THE_CALLER_SAYS = null;

  private final Exchange exchange;
  private final CloseableHttpAsyncClient client;
  private final AsyncConnector connector;
  private final boolean isFirst;
  private final AtomicBoolean over = new AtomicBoolean();
  private volatile @Nullable Future<?> future;
  private volatile @Nullable AsyncExecRuntime runtime;
  private volatile @Nullable IOSession connects;
  private volatile long connectStartNanos;
  private @Nullable MeteredConnection used;
  private boolean isNew;
  private boolean begun;
  private boolean sent;
  private boolean whole;

  AsyncExchange(Exchange exchange, CloseableHttpAsyncClient client, AsyncConnector connector) {
    this(exchange, client, connector, true);
  }

  private AsyncExchange(
      Exchange exchange,
      CloseableHttpAsyncClient client,
      AsyncConnector connector,
      boolean isFirst) {
    this.exchange = exchange;
    this.client = client;
    this.connector = connector;
    this.isFirst = isFirst;
  }

  void send() {
    Request request = exchange.request();
    BasicHttpRequest translated = new BasicHttpRequest(request.method(), request.uri());
    Headers headers = request.headers();
    for (int i = 0; i < headers.size(); i++) {
      translated.addHeader(headers.name(i), headers.value(i));
    }
    Body body = request.sendsBody() ? new Body(request.body()) : null;
    future = client.execute(new BasicRequestProducer(translated, body), this, null, this, this);
    exchange.onAbort(this::abort);
  }

  // What the library does

  /** The library knows from now on which connection is the exchange's. */
  void begins(AsyncExecRuntime on) {
    runtime = on;
  }

  void connecting() {
    isNew = true;
    connectStartNanos = System.nanoTime();
    exchange.connecting();
  }

  void connected(IOSession session) {
    connects = session;
    if (exchange.isAborted()) {
      session.close(CloseMode.IMMEDIATE);
    }
  }

  void handshaking() {
    exchange.handshaking();
  }

  long sinceConnectNanos() {
    return System.nanoTime() - connectStartNanos;
  }

  /** The request is about to be written, and the connection no longer this exchange's alone if it is of HTTP/2. */
  void requestBegins() {
    begun = true;
    connects = null;
    used = connector.find(getEndpointDetails());
    exchange.uses(used);
    exchange.sending(!isNew);
    if (!exchange.request().sendsBody()) {
      sent = true;
      exchange.receiving();
    }
    if (exchange.isAborted()) {
      abort(); // again: the library may have missed that it was cancelled
    }
  }

  // The response

  @Override
  public void informationResponse(HttpResponse response, HttpContext context) {
    exchange.progress();
  }

  @Override
  public void consumeResponse(
      HttpResponse response,
      @Nullable EntityDetails entity,
      HttpContext context,
      FutureCallback<AsyncExchange> result)
      throws HttpException, IOException {
    stopIfOver();
    Header[] headers = response.getHeaders();
    String[] namesAndValues = new String[2 * headers.length];
    for (int i = 0; i < headers.length; i++) {
      namesAndValues[2 * i] = headers[i].getName();
      namesAndValues[2 * i + 1] = headers[i].getValue() == null ? "" : headers[i].getValue();
    }
    exchange.head(response.getCode(), Headers.received(namesAndValues));
    stopIfOver();
    if (entity == null) {
      responseEnds();
    }
  }

  @Override
  public void updateCapacity(CapacityChannel channel) throws IOException {
    channel.update(Integer.MAX_VALUE);
  }

  @Override
  public void consume(ByteBuffer piece) throws IOException {
    stopIfOver();
    exchange.body(piece);
    stopIfOver();
  }

  @Override
  public void streamEnd(@Nullable List<? extends Header> trailers)
      throws HttpException, IOException {
    stopIfOver();
    responseEnds();
  }

  /** Whether the connection may be kept after the response. */
  boolean keeps(HttpResponse response) {
    boolean kept = !keepAlive(response).isZero();
    return used == null ? kept : kept && used.keep();
  }

  /** How long the connection may be kept after the response. */
  Duration keepAlive(HttpResponse response) {
    Header field = response.getFirstHeader("Keep-Alive");
    return exchange.keepAlive(field == null ? null : field.getValue());
  }

  /** A connection that still takes the request is of no use for another: the exception closes it, or its stream. */
  private void responseEnds() throws HttpException, IOException {
    whole = true;
    if (!sent) {
      throw new HttpStreamResetException("the response came before the request was whole");
    }
  }

  /** Has the library reset a stream that goes on after its exchange was aborted. */
  private void stopIfOver() throws HttpStreamResetException {
    if (over.get()) {
      throw new HttpStreamResetException("the exchange is over");
    }
  }

  // The end

  /** The library has given the connection back, or closed it. */
  @Override
  public void releaseResources() {
    if (whole && over.compareAndSet(false, true)) {
      exchange.succeeded();
    }
  }

  @Override
  public void failed(Exception cause) {
    if (whole) {
      releaseResources();
    } else if (over.compareAndSet(false, true)) {
      closeNew();
      if (isFirst && !begun && !isNew && !exchange.isAborted()) {
        new AsyncExchange(exchange, client, connector, false)
            .send(); // the pooled connection was closed
      } else {
        if (isUnprocessed(cause)) {
          exchange.unprocessed();
        }
        exchange.failed(cause);
      }
    }
  }

  /** Over HTTP/2: no stream was free, or the server has refused it. */
  private static boolean isUnprocessed(Exception cause) {
    return cause instanceof RequestNotExecutedException
        || (cause instanceof H2StreamResetException reset
            && reset.getCode() == H2Error.REFUSED_STREAM.getCode());
  }

  /** The library frees the connection only after this. */
  @Override
  public void completed(AsyncExchange result) {}

  /** Only {@link #abort()} cancels. */
  @Override
  public void cancelled() {}

  /** Ends the exchange and closes its connection, or retires one that other calls use. */
  private void abort() {
    Future<?> made = future;
    if (made != null) {
      made.cancel(true);
    }
    AsyncExecRuntime on = runtime;
    if (on != null) {
      on.discardEndpoint(); // should the library have missed that it was cancelled
    }
    closeNew();
    if (over.compareAndSet(false, true)) {
      exchange.failed(new CancellationException("the exchange is aborted"));
    }
  }

  /** Closes the connection that is being made, which the library forgets when it is cancelled. */
  private void closeNew() {
    IOSession made = connects;
    if (made != null) {
      made.close(CloseMode.IMMEDIATE);
    }
  }

  /** The request's body, written in pieces, so that the core sees the progress. */
  private final class Body extends AsyncEntityProducerWrapper {
    /** The JDK copies what is left of an array each time that it writes some of it. */
    private static final int PIECE_BYTES = 64 * 1024;

    private final ByteBuffer bytes;

    Body(byte[] bytes) {
      super(new BasicAsyncEntityProducer(bytes, AS_THE_CALLER_SAYS));
      this.bytes = ByteBuffer.wrap(bytes);
    }

    @Override
    public int available() {
      return over.get() ? 0 : Math.max(1, bytes.remaining()); // even an empty one has to end
    }

    @Override
    public void produce(DataStreamChannel channel) throws IOException {
      while (bytes.hasRemaining() && !over.get()) {
        int end = bytes.limit();
        bytes.limit(Math.min(end, bytes.position() + PIECE_BYTES));
        int written = channel.write(bytes);
        boolean isPieceWritten = !bytes.hasRemaining();
        bytes.limit(end);
        if (written > 0) {
          exchange.progress();
        }
        if (!isPieceWritten) {
          channel.requestOutput();
          return;
        }
      }
      if (!over.get()) {
        sent = true;
        exchange.receiving();
        channel.endStream(null);
      }
    }
  }
}
