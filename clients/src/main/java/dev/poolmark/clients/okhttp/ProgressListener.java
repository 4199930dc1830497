package dev.poolmark.clients.okhttp;

import dev.poolmark.clients.Headers;
import dev.poolmark.clients.spi.ConnectionMeter;
import dev.poolmark.clients.spi.Exchange;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.SocketTimeoutException;
import okhttp3.Call;
import okhttp3.Connection;
import okhttp3.EventListener;
import okhttp3.Protocol;
import okhttp3.Request;
import okhttp3.Response;
import okhttp3.internal.connection.RealConnection;
import org.jspecify.annotations.Nullable;

/** Tells the exchange what OkHttp does, whose timeouts do not say which of them has passed. For one thread. */
final class ProgressListener extends EventListener {
  private final Exchange exchange;
  private final ConnectionMeter meter;
  private long connectStartNanos;
  private @Nullable Connection connection;

  ProgressListener(Exchange exchange, ConnectionMeter meter) {
    this.exchange = exchange;
    this.meter = meter;
  }

  @Override
  public void connectStart(Call call, InetSocketAddress address, Proxy proxy) {
    exchange.connecting();
    connectStartNanos = System.nanoTime();
  }

  @Override
  public void secureConnectStart(Call call) {
    exchange.handshaking();
  }

  @Override
  public void connectEnd(
      Call call, InetSocketAddress address, Proxy proxy, @Nullable Protocol protocol) {
    meter.ready(System.nanoTime() - connectStartNanos);
  }

  @Override
  public void connectionAcquired(Call call, Connection connection) {
    this.connection = connection;
  }

  /** A connection that was silent too long may be dead; over HTTP/2, OkHttp would give it the next calls. */
  @Override
  public void responseFailed(Call call, IOException cause) {
    if (cause instanceof SocketTimeoutException && connection instanceof RealConnection silent) {
      silent.noNewExchanges();
    }
  }

  /** OkHttp itself sends a request again, so that the core need not. */
  @Override
  public void requestHeadersStart(Call call) {
    exchange.sending(false);
  }

  @Override
  public void requestHeadersEnd(Call call, Request request) {
    exchange.receiving(); // the response's beginning is told only when its head is whole
  }

  /** Told here, because the transport hides the status from what follows. */
  @Override
  public void responseHeadersEnd(Call call, Response response) {
    okhttp3.Headers headers = response.headers();
    String[] namesAndValues = new String[2 * headers.size()];
    for (int i = 0; i < headers.size(); i++) {
      namesAndValues[2 * i] = headers.name(i);
      namesAndValues[2 * i + 1] = headers.value(i);
    }
    exchange.head(response.code(), Headers.received(namesAndValues));
  }

  @Override
  public void requestBodyStart(Call call) {
    exchange.sending(false);
  }

  @Override
  public void requestBodyEnd(Call call, long byteCount) {
    exchange.receiving();
  }
}
