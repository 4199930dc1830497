package dev.poolmark.clients.apache;

import dev.poolmark.clients.Headers;
import dev.poolmark.clients.Request;
import dev.poolmark.clients.spi.Exchange;
import dev.poolmark.clients.spi.MeteredConnection;
import java.io.IOException;
import java.time.Duration;
import org.apache.hc.client5.http.classic.methods.HttpUriRequestBase;
import org.apache.hc.client5.http.io.ManagedHttpClientConnection;
import org.apache.hc.client5.http.protocol.HttpClientContext;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.Header;
import org.apache.hc.core5.http.HttpEntity;
import org.apache.hc.core5.http.HttpResponse;
import org.apache.hc.core5.io.CloseMode;
import org.apache.hc.core5.io.Closer;
import org.jspecify.annotations.Nullable;

/** Translates an exchange for the library, and reports the library's progress to it. For one thread; any may abort it. */
final class ExchangeContext extends HttpClientContext {
  private final Exchange exchange;
  private final HttpUriRequestBase request;
  private long connectStartNanos;
  private @Nullable ManagedHttpClientConnection connection;
  private @Nullable MeteredConnection used;

  ExchangeContext(Exchange exchange) {
    this.exchange = exchange;
    this.request = translate(exchange);
    exchange.onAbort(request::cancel);
  }

  private static HttpUriRequestBase translate(Exchange exchange) {
    Request request = exchange.request();
    HttpUriRequestBase translated = new HttpUriRequestBase(request.method(), request.uri());
    Headers headers = request.headers();
    for (int i = 0; i < headers.size(); i++) {
      translated.addHeader(headers.name(i), headers.value(i));
    }
    if (request.sendsBody()) {
      translated.setEntity(new RequestEntity(request.body(), exchange));
    }
    return translated;
  }

  HttpUriRequestBase request() {
    return request;
  }

  /** A new connection is about to connect. */
  void connecting(ManagedHttpClientConnection made) {
    connection = made;
    connectStartNanos = System.nanoTime();
    exchange.connecting();
    exchange.onAbort(() -> {
      request.cancel();
      made.close(CloseMode.IMMEDIATE);
    });
  }

  void handshaking() {
    exchange.handshaking();
    closeIfAborted();
  }

  /** The connection is open. Only the request closes it from now on: soon the pool may give it to another call. */
  long connected() {
    exchange.onAbort(request::cancel);
    closeIfAborted();
    return System.nanoTime() - connectStartNanos;
  }

  /** The library forgets the connection of a request that is cancelled before the connection has its socket. */
  private void closeIfAborted() {
    if (exchange.isAborted()) {
      Closer.closeQuietly(connection.getSocket());
    }
  }

  /** The request is about to be written; its body reports each piece. */
  void requestBegins() {
    exchange.sending(connection == null);
    if (!exchange.request().sendsBody()) {
      exchange.receiving();
    }
  }

  /** The server has closed or spoilt the connection before it could see the request. */
  void unprocessed() {
    exchange.unprocessed();
  }

  /** The request is about to be sent on this connection. */
  void uses(@Nullable MeteredConnection metered) {
    used = metered;
    exchange.uses(metered);
  }

  /** Whether the connection may be kept after the response. */
  boolean keeps(HttpResponse response) {
    boolean kept = !keepAlive(response).isZero();
    return used == null ? kept : kept && used.keep();
  }

  /** How long the connection may be kept after the response; zero if not at all. */
  Duration keepAlive(HttpResponse response) {
    Header field = response.getFirstHeader("Keep-Alive");
    Duration told = exchange.keepAlive(field == null ? null : field.getValue());
    if (used == null) {
      return told;
    }
    long leftNanos = used.unfit() == null ? used.leftNanos() : 0;
    return told.toNanos() <= leftNanos ? told : Duration.ofNanos(Math.max(0, leftNanos));
  }

  Exchange read(ClassicHttpResponse response) throws IOException {
    Header[] headers = response.getHeaders();
    String[] namesAndValues = new String[2 * headers.length];
    for (int i = 0; i < headers.length; i++) {
      namesAndValues[2 * i] = headers[i].getName();
      namesAndValues[2 * i + 1] = headers[i].getValue() == null ? "" : headers[i].getValue();
    }
    HttpEntity entity = response.getEntity();
    exchange.head(response.getCode(), Headers.received(namesAndValues));
    if (entity != null) {
      exchange.body(entity.getContent());
    }
    return exchange;
  }
}
