package dev.poolmark.clients.jetty;

import dev.poolmark.clients.AsyncCall;
import dev.poolmark.clients.CallException;
import dev.poolmark.clients.CallWatch;
import dev.poolmark.clients.ClientConfig;
import dev.poolmark.clients.Failure;
import dev.poolmark.clients.Headers;
import dev.poolmark.clients.Lease;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.util.concurrent.CancellationException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.SSLHandshakeException;
import org.eclipse.jetty.client.Connection;
import org.eclipse.jetty.client.Request;
import org.eclipse.jetty.client.Response;
import org.eclipse.jetty.client.Result;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpVersion;
import org.jspecify.annotations.Nullable;

/**
 * One call: sends the request, collects the response, and ends the call when neither side has made progress for the
 * limit that holds. The library's threads bring its events, one at a time; the watch's thread and the caller's may
 * abort it.
 */
final class JettyCall implements CallWatch.Watched, Response.Listener {
  /** Jetty tells of a connection that ended in its handshake, or in which nothing came, in words only. */
  private static final String CLOSED_IN_HANDSHAKE = "Abruptly closed by peer";

  private static final String SILENT_IN_HANDSHAKE = "Idle timeout expired";

  private final JettyPooledClient client;
  private final Lease lease;
  private final AsyncCall call;
  private final long readNanos;
  private final long writeNanos;
  private Body body = new Body(0);
  private boolean repeatable;
  private long bytesInBefore;

  private volatile @Nullable MeteredEndPoint endPoint;
  private volatile long sinceNanos;
  private volatile boolean sending;
  private volatile boolean sharing;
  private volatile boolean answered;
  private volatile @Nullable Failure exceeded;

  // guarded by this
  private @Nullable Request sent;
  private boolean aborted;

  JettyCall(JettyPooledClient client, ClientConfig config, Lease lease, AsyncCall call) {
    this.client = client;
    this.lease = lease;
    this.call = call;
    this.readNanos = config.readTimeout().toNanos();
    this.writeNanos = config.writeTimeout().toNanos();
    this.repeatable = lease.request().method().equals("GET");
  }

  dev.poolmark.clients.Request request() {
    return lease.request();
  }

  /** Adds this call's listeners. */
  Request listenedTo(Request request) {
    return request
        .onRequestBegin(this::begun)
        .onRequestContent((sending, piece) -> progress())
        .onRequestSuccess(this::sent);
  }

  /** The library has the request, so that it can be aborted. */
  void sending(Request request) {
    boolean tooLate;
    synchronized (this) {
      sent = request;
      tooLate = aborted;
    }
    if (tooLate) {
      request.abort(new CancellationException());
    }
  }

  synchronized boolean isAborted() {
    return aborted;
  }

  /** Ends the call, and its connection or its stream. */
  void abort() {
    Request request;
    synchronized (this) {
      aborted = true;
      request = sent;
    }
    if (request != null) {
      request.abort(new CancellationException());
    }
  }

  private void begun(Request request) {
    Connection connection = request.getConnection();
    MeteredEndPoint on = MeteredEndPoint.of(connection);
    repeatable &= on.use(); // a new connection cannot be stale
    bytesInBefore = bytesIn(connection);
    sharing = request.getVersion() == HttpVersion.HTTP_2;
    if (sharing) {
      on.streamBegins();
    }
    answered = false;
    progress();
    sending = true;
    endPoint = on;
  }

  /** Of HTTP/1.1 alone: a connection that is shared tells nothing of one call. */
  private static long bytesIn(Connection connection) {
    return connection instanceof org.eclipse.jetty.io.Connection http1 ? http1.getBytesIn() : 0;
  }

  private void progress() {
    sinceNanos = System.nanoTime();
  }

  private void sent(Request request) {
    progress();
    sending = false;
  }

  @Override
  public long check(long nowNanos) {
    MeteredEndPoint on = endPoint;
    if (on == null || exceeded != null) {
      return Long.MAX_VALUE;
    }
    boolean writing = sending && on.isReady(); // before, it awaits the handshake
    long silence = nowNanos - sinceNanos;
    if (!sharing) {
      silence = Math.min(silence, TimeUnit.MILLISECONDS.toNanos(on.getIdleFor()));
    }
    long left = (writing ? writeNanos : readNanos) - silence;
    if (left > 0) {
      return left;
    }
    exceeded = writing ? Failure.WRITE_TIMEOUT : Failure.READ_TIMEOUT;
    abort();
    return Long.MAX_VALUE;
  }

  @Override
  public void onBegin(Response response) {
    answered = true;
  }

  @Override
  public void onHeaders(Response response) {
    progress();
    body = new Body(response.getHeaders().getLongField(HttpHeader.CONTENT_LENGTH));
  }

  @Override
  public void onContent(Response response, ByteBuffer content) {
    progress();
    body.add(content);
  }

  /** The exchange is over, and its connection in the pool, or closed, or a single one. */
  @Override
  public void onComplete(Result result) {
    Connection connection = result.getRequest().getConnection();
    if (sharing) {
      sharing = false;
      endPoint.streamEnds();
    }
    if (result.isSucceeded()) {
      client.ended(this, connection);
      Response response = result.getResponse();
      call.succeeded(new dev.poolmark.clients.Response(
          response.getStatus(), headers(response.getHeaders()), body.bytes()));
    } else if (isStale(connection)) {
      repeatable = false;
      endPoint = null;
      client.send(this);
    } else {
      failed(result.getFailure(), connection);
    }
  }

  /** Whether the server had closed the pooled connection before it saw the request, as far as can be known. */
  private boolean isStale(@Nullable Connection connection) {
    return repeatable
        && connection != null
        && endPoint != null
        && exceeded == null
        && !isAborted()
        && !client.isClosed()
        && !answered
        && bytesIn(connection) == bytesInBefore;
  }

  void failed(Throwable cause, @Nullable Connection connection) {
    client.ended(this, connection);
    call.failed(failure(cause));
  }

  private CallException failure(Throwable cause) {
    Failure limit = exceeded;
    if (limit != null) {
      return lease.failed(limit, cause);
    }
    if (isAborted()) {
      return lease.failed(Failure.CANCELLED, cause);
    }
    if (cause instanceof RejectedExecutionException && client.isClosed()) {
      return lease.failed(Failure.CONNECTION_CLOSED, cause);
    }
    if (endPoint == null) {
      return connectFailure(cause);
    }
    if (cause instanceof TimeoutException) {
      return lease.failed(Failure.READ_TIMEOUT, cause);
    }
    return handshakeFailure(cause);
  }

  private CallException handshakeFailure(Throwable cause) {
    return cause instanceof SSLHandshakeException && CLOSED_IN_HANDSHAKE.equals(cause.getMessage())
        ? lease.failed(Failure.CONNECTION_CLOSED, cause)
        : lease.failed(cause);
  }

  /** Of HTTP/2, the handshake is part of the connect. */
  private CallException connectFailure(Throwable cause) {
    if (cause instanceof TimeoutException
        && String.valueOf(cause.getMessage()).startsWith(SILENT_IN_HANDSHAKE)) {
      return lease.failed(Failure.READ_TIMEOUT, cause);
    }
    if (cause instanceof SocketTimeoutException || cause instanceof TimeoutException) {
      return lease.failed(Failure.CONNECT_TIMEOUT, cause);
    }
    return handshakeFailure(cause);
  }

  private static Headers headers(HttpFields fields) {
    String[] namesAndValues = new String[2 * fields.size()];
    int i = 0;
    for (HttpField field : fields) {
      namesAndValues[i++] = field.getName();
      namesAndValues[i++] = field.getValue() == null ? "" : field.getValue();
    }
    return Headers.of(namesAndValues);
  }
}
