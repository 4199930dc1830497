package dev.poolmark.stub.http;

import dev.poolmark.stub.config.Fault;
import dev.poolmark.stub.config.KeepAlive;
import dev.poolmark.stub.network.StubEndPoint;
import dev.poolmark.stub.network.Timer;
import dev.poolmark.stub.stats.Counters;
import java.nio.ByteBuffer;
import java.util.concurrent.Executor;
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

/**
 * One request, its answer, whole or with a fault, and what then becomes of the connection. The only place where requests
 * are counted: as received when it is made, and as answered by the one call of {@link #answer}, {@link #reject} or {@link
 * #fail}. Not thread-safe.
 */
final class HttpExchange {
  private static final HttpField OCTETS =
      new HttpField(HttpHeader.CONTENT_TYPE, "application/octet-stream");

  private final Request request;
  private final Response response;
  private final Callback callback;
  private final KeepAlive keepAlive;
  private final Timer timer;
  private final Fault.@Nullable Kind fault;
  private final Counters counters;
  private final StubEndPoint connection;
  private final boolean last;
  private boolean inWork;

  HttpExchange(
      Request request,
      Response response,
      Callback callback,
      KeepAlive keepAlive,
      Timer timer,
      Fault.@Nullable Kind fault,
      Counters counters) {
    this.request = request;
    this.response = response;
    this.callback = callback;
    this.keepAlive = keepAlive;
    this.timer = timer;
    this.fault = fault;
    this.counters = counters;
    this.connection =
        StubEndPoint.below(request.getConnectionMetaData().getConnection().getEndPoint());
    int number = counters.requestReceived(connection.count());
    this.last = keepAlive.maxRequests() > 0 && number >= keepAlive.maxRequests();
  }

  Executor executor() {
    return request.getComponents().getExecutor();
  }

  /** Keeps the connection from idling out until the answer. */
  void workStarted() {
    inWork = true;
    connection.workStarted();
  }

  /** Ends the exchange because the request's body did not arrive. */
  void fail(Throwable failure) {
    countAnswered();
    callback.failed(failure);
  }

  /** Answers 503 because the service's queue is full. */
  void reject() {
    counters.requestRejected();
    countAnswered();
    announce();
    unavailable();
  }

  /** Answers with this body, or with 404 if it is null, or with the fault. */
  void answer(@Nullable ByteBuffer body) {
    countAnswered();
    announce();
    if (fault == null) {
      whole(body);
      return;
    }
    counters.fault(fault);
    switch (fault) {
      case UNAVAILABLE -> unavailable();
      case DROP -> reset();
      case RESET -> half(body, this::reset);
      case TRUNCATE -> half(body, this::cut);
      case STALL -> half(body, this::cutWhenIdle);
      default -> throw new IllegalStateException("a request cannot have the fault " + fault);
    }
  }

  /** Comes before the first byte of the response, so that the client's next request finds this one answered. */
  private void countAnswered() {
    if (inWork) {
      connection.workEnded();
    }
    counters.requestAnswered();
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
    // An empty body is announced as one byte, so that something is missing.
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
    Executor executor = executor();
    timer.at(due, () -> executor.execute(this::cut));
  }

  /** Sets {@code Connection: close} or {@code Keep-Alive}, or sends a GOAWAY, as configured. */
  private void announce() {
    boolean announced = last && keepAlive.ending() == KeepAlive.Ending.ANNOUNCED;
    if (isHttp2()) {
      if (announced) {
        HTTP2Connection http2 =
            (HTTP2Connection) request.getConnectionMetaData().getConnection();
        http2.getSession().shutdown(); // sends GOAWAY and lets the streams in flight finish
      }
      return; // HTTP/2 has no such headers
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

  /** Closes the connection if this was its last request, once the kernel has the whole response. */
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
