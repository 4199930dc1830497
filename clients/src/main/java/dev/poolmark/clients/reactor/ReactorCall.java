package dev.poolmark.clients.reactor;

import dev.poolmark.clients.AsyncCall;
import dev.poolmark.clients.CallException;
import dev.poolmark.clients.Failure;
import dev.poolmark.clients.Headers;
import dev.poolmark.clients.Lease;
import dev.poolmark.clients.Response;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ConnectTimeoutException;
import io.netty.handler.ssl.SslClosedEngineException;
import io.netty.handler.ssl.SslHandshakeTimeoutException;
import io.netty.handler.timeout.ReadTimeoutException;
import java.util.Arrays;
import java.util.Iterator;
import java.util.Map;
import java.util.concurrent.Executor;
import javax.net.ssl.SSLHandshakeException;
import org.jspecify.annotations.Nullable;
import reactor.core.Exceptions;
import reactor.core.publisher.BaseSubscriber;
import reactor.netty.channel.AbortedException;
import reactor.netty.http.client.HttpClientResponse;
import reactor.netty.http.client.PrematureCloseException;

/**
 * Takes one call's response from the library, and ends the call. It is one subscriber and not a chain of the library's
 * operators, each of which costs every call time and memory. Called by one event loop at a time; any thread may dispose
 * of it, which aborts the call.
 */
final class ReactorCall extends BaseSubscriber<ByteBuf> {
  private static final String CLOSED_IN_HANDSHAKE =
      "Connection closed while SSL/TLS handshake was in progress";

  private final Lease lease;
  private final AsyncCall call;
  private @Nullable HttpClientResponse head;
  private @Nullable Executor loop;
  private byte[] body = {};
  private int length;

  ReactorCall(Lease lease, AsyncCall call) {
    this.lease = lease;
    this.call = call;
  }

  /** The response begins, on a connection of that event loop. */
  void begins(HttpClientResponse response, Executor eventLoop) {
    head = response;
    loop = eventLoop;
  }

  @Override
  protected void hookOnNext(ByteBuf piece) {
    int more = piece.readableBytes();
    if (length + more > body.length) {
      body = Arrays.copyOf(body, Math.max(length + more, 2 * length));
    }
    piece.readBytes(body, length, more);
    length += more;
  }

  @Override
  protected void hookOnComplete() {
    // The body is complete a moment before the connection is back in the pool, on the same thread.
    // Handed over at once, it could let the next call open one too many.
    loop.execute(() -> call.succeeded(new Response(
        head.status().code(),
        headers(head),
        body.length == length ? body : Arrays.copyOf(body, length))));
  }

  private static Headers headers(HttpClientResponse response) {
    String[] namesAndValues = new String[2 * response.responseHeaders().size()];
    // As strings, each would come in an object of its own.
    Iterator<Map.Entry<CharSequence, CharSequence>> fields =
        response.responseHeaders().iteratorCharSequence();
    for (int i = 0; fields.hasNext(); i += 2) {
      Map.Entry<CharSequence, CharSequence> field = fields.next();
      namesAndValues[i] = field.getKey().toString();
      namesAndValues[i + 1] = field.getValue().toString();
    }
    return Headers.of(namesAndValues);
  }

  /** The call was aborted, and its connection is being closed. */
  @Override
  protected void hookOnCancel() {
    call.failed(lease.failed(Failure.CANCELLED, null));
  }

  @Override
  protected void hookOnError(Throwable wrapped) {
    call.failed(failure(Exceptions.unwrap(wrapped)));
  }

  private CallException failure(Throwable cause) {
    if (cause instanceof ConnectTimeoutException) {
      return lease.failed(Failure.CONNECT_TIMEOUT, cause);
    }
    if (cause instanceof ReadTimeoutException || cause instanceof SslHandshakeTimeoutException) {
      return lease.failed(Failure.READ_TIMEOUT, cause);
    }
    if (cause instanceof StalledWriteException) {
      return lease.failed(Failure.WRITE_TIMEOUT, cause);
    }
    return cause instanceof PrematureCloseException
            || cause instanceof AbortedException
            || closedInHandshake(cause)
        ? lease.failed(Failure.CONNECTION_CLOSED, cause)
        : lease.failed(cause);
  }

  /** Netty tells of a connection that ended in its handshake in a type of its own, or in words only. */
  private static boolean closedInHandshake(Throwable cause) {
    return cause instanceof SslClosedEngineException
        || (cause instanceof SSLHandshakeException
            && CLOSED_IN_HANDSHAKE.equals(cause.getMessage()));
  }
}
