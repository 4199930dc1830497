package dev.poolmark.stub;

import java.nio.ByteBuffer;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpHeaderValue;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.http.HttpVersion;
import org.eclipse.jetty.http2.HTTP2Connection;
import org.eclipse.jetty.io.EofException;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.jspecify.annotations.Nullable;

/** One request and its answer, whole or with a fault, and what then becomes of the connection. */
final class Exchange {
  private static final HttpField OCTETS =
      new HttpField(HttpHeader.CONTENT_TYPE, "application/octet-stream");

  private final Request request;
  private final Response response;
  private final Callback callback;
  private final KeepAlive keepAlive;
  private final Timer timer;
  private final Fault.@Nullable Kind fault;
  private final StubEndPoint connection;
  private final boolean last;

  Exchange(
      Request request,
      Response response,
      Callback callback,
      KeepAlive keepAlive,
      Timer timer,
      Fault.@Nullable Kind fault) {
    this.request = request;
    this.response = response;
    this.callback = callback;
    this.keepAlive = keepAlive;
    this.timer = timer;
    this.fault = fault;
    this.connection = StubEndPoint.of(request);
    int number = connection.requestReceived();
    this.last = keepAlive.maxRequests() > 0 && number >= keepAlive.maxRequests();
  }

  Request request() {
    return request;
  }

  void workStarted() {
    connection.workStarted();
  }

  void workEnded() {
    connection.workEnded();
  }

  /** The request's body did not come. */
  void fail(Throwable failure) {
    callback.failed(failure);
  }

  /** The service has no place for it. */
  void reject() {
    keep();
    unavailable();
  }

  /** Answers with this body, or with 404. */
  void answer(@Nullable ByteBuffer body) {
    keep();
    if (fault == null) {
      whole(body);
      return;
    }
    switch (fault) {
      case UNAVAILABLE -> unavailable();
      case DROP -> reset();
      case RESET -> half(body, this::reset);
      case TRUNCATE -> half(body, this::cut);
      case STALL -> half(body, this::cutWhenIdle);
      default -> throw new IllegalStateException("a request cannot have the fault " + fault);
    }
  }

  private void whole(@Nullable ByteBuffer body) {
    if (body == null) {
      Response.writeError(request, response, ended(), HttpStatus.NOT_FOUND_404);
      return;
    }
    response.getHeaders().add(OCTETS).put(HttpHeader.CONTENT_LENGTH, body.remaining());
    response.write(true, body, ended());
  }

  private void unavailable() {
    response.setStatus(HttpStatus.SERVICE_UNAVAILABLE_503);
    response.getHeaders().put(HttpHeader.RETRY_AFTER, 1).put(HttpHeader.CONTENT_LENGTH, 0);
    response.write(true, null, ended());
  }

  private void half(@Nullable ByteBuffer body, Runnable then) {
    ByteBuffer whole = body == null ? ByteBuffer.allocate(0) : body;
    // At least one byte is missing.
    long length = Math.max(1, whole.remaining());
    response.getHeaders().add(OCTETS).put(HttpHeader.CONTENT_LENGTH, length);
    ByteBuffer half = whole.slice(0, whole.remaining() / 2);
    response.write(false, half, Callback.from(then, callback::failed));
  }

  private void reset() {
    connection.abort();
    callback.failed(new EofException("reset, as configured"));
  }

  private void cut() {
    connection.close();
    callback.failed(new EofException("closed, as configured"));
  }

  private void cutWhenIdle() {
    long due = System.nanoTime() + keepAlive.idleTimeout().toNanos();
    var executor = request.getComponents().getExecutor();
    timer.at(due, () -> executor.execute(this::cut));
  }

  /** Says what the connection's future is, as far as it is said. */
  private void keep() {
    boolean announced = last && keepAlive.ending() == KeepAlive.Ending.ANNOUNCED;
    if (isHttp2()) {
      if (announced) {
        HTTP2Connection http2 =
            (HTTP2Connection) request.getConnectionMetaData().getConnection();
        http2.getSession().shutdown(); // a GOAWAY; what is in flight ends well
      }
      return; // it has no such headers
    }
    HttpFields.Mutable headers = response.getHeaders();
    if (announced) {
      headers.put(HttpHeader.CONNECTION, HttpHeaderValue.CLOSE);
    } else {
      keepAlive
          .advertised()
          .ifPresent(
              promise -> headers.put(HttpHeader.KEEP_ALIVE, "timeout=" + promise.toSeconds()));
    }
  }

  private boolean isHttp2() {
    return request.getConnectionMetaData().getHttpVersion() == HttpVersion.HTTP_2;
  }

  /** When all of the response has gone to the kernel: ends the connection, if this was its last request. */
  private Callback ended() {
    if (!last) {
      return callback;
    }
    return switch (keepAlive.ending()) {
      case ANNOUNCED -> callback;
      case FIN -> then(connection::close);
      case RST -> then(connection::abort);
    };
  }

  private Callback then(Runnable end) {
    return Callback.from(
        () -> {
          end.run();
          callback.succeeded();
        },
        callback::failed);
  }
}
