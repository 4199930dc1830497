package dev.poolmark.clients.jetty;

import dev.poolmark.clients.ClientConfig;
import dev.poolmark.clients.Headers;
import dev.poolmark.clients.spi.Exchange;
import java.io.EOFException;
import java.net.ProtocolException;
import java.nio.ByteBuffer;
import java.util.concurrent.CancellationException;
import org.eclipse.jetty.client.HttpResponseException;
import org.eclipse.jetty.client.Request;
import org.eclipse.jetty.client.Response;
import org.eclipse.jetty.client.Result;
import org.eclipse.jetty.client.transport.HttpConnection;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpMethod;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.http.HttpVersion;
import org.jspecify.annotations.Nullable;

/**
 * Translates Jetty's events of one request and its response for an {@link Exchange}. Jetty's threads bring one event at
 * a time; any thread may abort.
 */
final class JettyExchange implements Request.Listener, Response.Listener {
  private final Exchange exchange;
  private final Request request;
  private final long readNanos;
  private long receivedBytes;
  private volatile JettyConnector.@Nullable MeteredEndPoint endPoint;
  private volatile boolean http2;
  private volatile long begunNanos;

  JettyExchange(Exchange exchange, Request request, ClientConfig config) {
    this.exchange = exchange;
    this.request = request.onRequestListener(this);
    this.readNanos = config.readTimeout().toNanos();
  }

  Request request() {
    return request;
  }

  @Override
  public void onBegin(Request begun) {
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
  public void onSuccess(Request sent) {
    exchange.receiving();
  }

  @Override
  public void onHeaders(Response response) {
    HttpFields fields = response.getHeaders();
    exchange.head(response.getStatus(), headers(fields), contentLength(response));
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

  private static long contentLength(Response response) {
    return response.getHeaders().getLongField(HttpHeader.CONTENT_LENGTH);
  }

  @Override
  public void onContent(Response response, ByteBuffer content) {
    receivedBytes += content.remaining();
    exchange.body(content);
  }

  /** Both the request and the response are over, and the connection is in the pool, or closed, or was never there. */
  @Override
  public void onComplete(Result result) {
    JettyConnector.MeteredEndPoint on = endPoint;
    Throwable failure = failure(result, on);
    if (on != null) {
      on.end();
      if (failure != null && on.isPooled()) {
        exchange.sending(false); // only its stream has ended: the connection was not stale
      }
      if (!http2 && !on.isPooled()) {
        request.getConnection().close();
      }
    }
    if (failure == null) {
      exchange.succeeded();
    } else {
      exchange.failed(failure);
    }
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
    Response response = result.getResponse();
    if (response.getStatus() == HttpStatus.SWITCHING_PROTOCOLS_101) {
      return new ProtocolException("the server switched to a protocol that was not asked for");
    }
    long announced = contentLength(response);
    if (announced < 0) {
      return http2 || response.getHeaders().contains(HttpHeader.TRANSFER_ENCODING)
          ? null
          : on.resetCause(); // which Jetty takes for the end of the body
    }
    return announced == receivedBytes || hasNoBody(response)
        ? null
        : new ProtocolException("the body has " + receivedBytes + " bytes instead of " + announced);
  }

  private boolean hasNoBody(Response response) {
    return HttpMethod.HEAD.is(request.getMethod())
        || response.getStatus() == HttpStatus.NOT_MODIFIED_304
        || response.getStatus() == HttpStatus.NO_CONTENT_204;
  }

  /** Ends the exchange. A connection on which nothing came for so long gets no more calls. */
  void abort() {
    JettyConnector.MeteredEndPoint on = endPoint;
    if (on != null
        && on.isSilentFor(readNanos, begunNanos)
        && request.getConnection() instanceof HttpConnection shared) {
      shared.getHttpDestination().remove(shared);
    }
    request.abort(new CancellationException("the call has ended"));
  }
}
