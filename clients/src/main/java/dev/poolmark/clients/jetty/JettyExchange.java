package dev.poolmark.clients.jetty;

import dev.poolmark.clients.ClientConfig;
import dev.poolmark.clients.Headers;
import dev.poolmark.clients.spi.Exchange;
import java.io.EOFException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.time.Duration;
import java.util.concurrent.CancellationException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.eclipse.jetty.client.HttpResponseException;
import org.eclipse.jetty.client.Request;
import org.eclipse.jetty.client.Response;
import org.eclipse.jetty.client.Result;
import org.eclipse.jetty.client.RetryableRequestException;
import org.eclipse.jetty.client.transport.HttpConnection;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpVersion;
import org.jspecify.annotations.Nullable;

/**
 * Translates Jetty's events of one request and its response for an {@link Exchange}. Jetty's threads bring one event at
 * a time; any thread may abort.
 */
final class JettyExchange implements Request.Listener, Response.Listener {
  private static final long UNSENT_GRACE_MILLIS = 100;

  private final Exchange exchange;
  private final Request request;
  private final long readNanos;
  private final JettyConnector connector;
  private final AtomicBoolean waits = new AtomicBoolean(true);
  private volatile JettyConnector.@Nullable MeteredEndPoint endPoint;
  private volatile boolean http2;
  private volatile boolean sent;
  private volatile long begunNanos;
  private volatile Duration keepAlive = Duration.ZERO;

  JettyExchange(Exchange exchange, Request request, ClientConfig config, JettyConnector connector) {
    this.exchange = exchange;
    this.connector = connector;
    connector.waiting().incrementAndGet();
    this.request = request.onRequestListener(this);
    this.readNanos = config.readTimeout().toNanos();
  }

  Request request() {
    return request;
  }

  @Override
  public void onBegin(Request begun) {
    waitsNoLonger();
    JettyConnector.MeteredEndPoint on = JettyConnector.MeteredEndPoint.of(begun.getConnection());
    http2 = begun.getVersion() == HttpVersion.HTTP_2;
    begunNanos = System.nanoTime();
    on.begin(exchange, http2);
    endPoint = on;
  }

  /** HTTP/1.1 makes progress with each write; of HTTP/2, whose connections are shared, this is all that is known. */
  @Override
  public void onContent(Request sending, ByteBuffer piece) {
    exchange.progress();
  }

  @Override
  public void onSuccess(Request whole) {
    sent = true;
    exchange.receiving();
  }

  @Override
  public void onHeaders(Response response) {
    JettyConnector.MeteredEndPoint on = endPoint;
    if (!http2 && on != null) {
      keepAlive = exchange.keepAlive(response.getHeaders().get(HttpHeader.KEEP_ALIVE));
      if (keepAlive.isZero()) {
        on.removed();
      }
    }
    exchange.head(response.getStatus(), headers(response.getHeaders()));
  }

  private static Headers headers(HttpFields fields) {
    String[] namesAndValues = new String[2 * fields.size()];
    int i = 0;
    for (HttpField field : fields) {
      namesAndValues[i++] = field.getName();
      namesAndValues[i++] = field.getValue() == null ? "" : field.getValue();
    }
    return Headers.received(namesAndValues);
  }

  @Override
  public void onContent(Response response, ByteBuffer content) {
    exchange.body(content);
  }

  /**
   * The response is whole. Jetty may say later that the request is, too; if it does not, the server reads no more of it,
   * and it is given up.
   */
  @Override
  public void onSuccess(Response response) {
    if (!sent) {
      connector
          .getScheduler()
          .schedule(this::giveUpUnlessSent, UNSENT_GRACE_MILLIS, TimeUnit.MILLISECONDS);
    }
  }

  private void giveUpUnlessSent() {
    if (!sent) {
      request.abort(new CancellationException("the response came before the request was whole"));
    }
  }

  /** Both the request and the response are over, and the connection is in the pool, or closed, or was never there. */
  @Override
  public void onComplete(Result result) {
    waitsNoLonger();
    JettyConnector.MeteredEndPoint on = endPoint;
    Throwable failure = failure(result, on);
    if (on != null) {
      if (!keepAlive.isZero()) {
        on.keptFor(keepAlive); // only now: with a request's end, Jetty restores the timeout
      }
      on.end();
      if (failure != null && on.isPooled() && !(failure instanceof ClosedChannelException)) {
        exchange.sending(false); // only its stream has ended: the connection was not stale
      }
      if (!http2 && !on.isPooled()) {
        request.getConnection().close();
      }
    }
    if (failure == null) {
      exchange.succeeded();
    } else {
      if (isUnprocessed(failure)) {
        exchange.unprocessed();
      }
      if (failure instanceof RetryableRequestException) { // after GOAWAY; Jetty might use it again
        leavePool();
      }
      exchange.failed(failure);
    }
  }

  /** Over HTTP/2: no stream was free, or the server has refused it or will not look at it. Jetty uses words. */
  private static boolean isUnprocessed(Throwable failure) {
    String message = String.valueOf(failure.getMessage());
    return failure instanceof RetryableRequestException
        || failure instanceof JettyConnector.UnwantedException // and this call came in that moment
        || message.startsWith("Max local stream count")
        || message.startsWith("refused_stream");
  }

  /** Why there is no whole response. One that is whole counts though the request was not sent whole. */
  private @Nullable Throwable failure(Result result, JettyConnector.@Nullable MeteredEndPoint on) {
    Throwable failure = result.getResponseFailure();
    if (on == null) {
      return result.getFailure();
    }
    if (failure instanceof HttpResponseException && on.isEnded()) {
      return new EOFException("the connection ended in the head of the response");
    }
    if (failure != null) {
      return failure;
    }
    HttpFields fields = result.getResponse().getHeaders();
    boolean toTheEnd = !http2
        && !fields.contains(HttpHeader.CONTENT_LENGTH)
        && !fields.contains(HttpHeader.TRANSFER_ENCODING);
    return toTheEnd ? on.resetCause() : null; // which Jetty takes for the end of the body
  }

  /** Has the exchange's connection take no more requests. */
  private void leavePool() {
    if (request.getConnection() instanceof HttpConnection shared) {
      shared.getHttpDestination().remove(shared);
    }
  }

  private void waitsNoLonger() {
    if (waits.compareAndSet(true, false)) {
      connector.waiting().decrementAndGet();
    }
  }

  /** Ends the exchange. A connection on which nothing came for so long gets no more calls. */
  void abort() {
    JettyConnector.MeteredEndPoint on = endPoint;
    if (on != null && on.isSilentFor(readNanos, begunNanos)) {
      leavePool();
    }
    request.abort(new CancellationException("the call has ended"));
    if (on == null) {
      waitsNoLonger();
      connector.closeUnwanted();
    }
  }
}
