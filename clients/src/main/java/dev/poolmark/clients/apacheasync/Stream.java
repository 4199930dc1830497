package dev.poolmark.clients.apacheasync;

import dev.poolmark.clients.apacheasync.SharingPool.Shared;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.hc.client5.http.EndpointInfo;
import org.apache.hc.client5.http.impl.ConnectionHolder;
import org.apache.hc.client5.http.nio.AsyncConnectionEndpoint;
import org.apache.hc.client5.http.nio.ManagedAsyncClientConnection;
import org.apache.hc.core5.concurrent.ComplexCancellable;
import org.apache.hc.core5.http.ConnectionClosedException;
import org.apache.hc.core5.http.HttpConnection;
import org.apache.hc.core5.http.HttpVersion;
import org.apache.hc.core5.http.nio.AsyncClientExchangeHandler;
import org.apache.hc.core5.http.nio.AsyncPushConsumer;
import org.apache.hc.core5.http.nio.HandlerFactory;
import org.apache.hc.core5.http.nio.command.RequestExecutionCommand;
import org.apache.hc.core5.http.protocol.HttpContext;
import org.apache.hc.core5.io.CloseMode;
import org.apache.hc.core5.reactor.Command;
import org.apache.hc.core5.util.Timeout;
import org.jspecify.annotations.Nullable;

/**
 * One call's share of a connection: a stream of it, or all of it if it speaks HTTP/1.1 after all. For one call; its
 * methods may be called by different threads.
 */
final class Stream extends AsyncConnectionEndpoint {
  private final AtomicReference<@Nullable Shared> shared;
  private final ComplexCancellable exchange = new ComplexCancellable();
  private volatile @Nullable Attempt attempt;
  private volatile @Nullable AsyncClientExchangeHandler handler;

  Stream(Shared shared) {
    this.shared = new AtomicReference<>(shared);
  }

  static boolean isHttp2(AsyncConnectionEndpoint connection) {
    EndpointInfo info = connection.getInfo();
    return info != null && info.getProtocol().greaterEquals(HttpVersion.HTTP_2);
  }

  Shared shared() {
    Shared used = shared.get();
    if (used == null) {
      throw new IllegalStateException("the call has given its connection back");
    }
    return used;
  }

  /** The call no longer uses it; null if it did not before. */
  @Nullable
  Shared detach() {
    return shared.getAndSet(null);
  }

  @Override
  public void execute(
      String id,
      AsyncClientExchangeHandler handler,
      HandlerFactory<AsyncPushConsumer> pushes,
      HttpContext context) {
    this.handler = handler;
    attempt = (Attempt) context;
    Shared used = shared();
    if (!used.open) {
      used.connection.execute(id, handler, pushes, context);
      return;
    }
    HttpConnection connection = ((ConnectionHolder) used.connection).get();
    if (connection == null) {
      handler.failed(new ConnectionClosedException());
      return;
    }
    context.setProtocolVersion(HttpVersion.HTTP_2);
    // The library's endpoint does the same, but for the means to reset the stream.
    ((ManagedAsyncClientConnection) connection)
        .submitCommand(
            new RequestExecutionCommand(handler, pushes, exchange, context),
            Command.Priority.NORMAL);
  }

  /**
   * The call has failed. Others keep the connection until they end, and no new ones get it: the library resets a stream
   * only when something comes on it, so that one which stays silent could not be got rid of.
   */
  @Override
  public void close(CloseMode mode) {
    Shared used = shared.get();
    if (used == null) {
      return;
    }
    if (!used.open) {
      used.connection.close(mode);
      return;
    }
    used.retire();
    exchange.cancel();
    AsyncClientExchangeHandler begun = handler;
    Attempt made = attempt;
    if (begun != null && made != null && made.isAborted()) {
      begun.cancel(); // the stream would tell of its end when it is reset
    }
  }

  @Override
  public boolean isConnected() {
    Shared used = shared.get();
    return used != null && used.connection.isConnected();
  }

  @Override
  public void setSocketTimeout(Timeout timeout) {
    shared().connection.setSocketTimeout(timeout);
  }

  @Override
  public @Nullable EndpointInfo getInfo() {
    return shared().connection.getInfo();
  }
}
