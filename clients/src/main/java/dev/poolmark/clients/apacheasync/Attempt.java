package dev.poolmark.clients.apacheasync;

import dev.poolmark.clients.Headers;
import dev.poolmark.clients.Response;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import org.apache.hc.client5.http.async.AsyncExecCallback;
import org.apache.hc.client5.http.async.AsyncExecRuntime;
import org.apache.hc.client5.http.protocol.HttpClientContext;
import org.apache.hc.core5.concurrent.FutureCallback;
import org.apache.hc.core5.http.EndpointDetails;
import org.apache.hc.core5.http.EntityDetails;
import org.apache.hc.core5.http.Header;
import org.apache.hc.core5.http.HttpException;
import org.apache.hc.core5.http.HttpResponse;
import org.apache.hc.core5.http.HttpVersion;
import org.apache.hc.core5.http.nio.AsyncDataConsumer;
import org.apache.hc.core5.http.nio.AsyncResponseConsumer;
import org.apache.hc.core5.http.nio.CapacityChannel;
import org.apache.hc.core5.http.protocol.HttpContext;
import org.apache.hc.core5.io.CloseMode;
import org.apache.hc.core5.reactor.IOSession;
import org.jspecify.annotations.Nullable;

/**
 * One attempt to make a call, as the library's context and consumer: follows its connection and collects its response.
 * The library calls it on one thread at a time; the watch reads it.
 */
final class Attempt extends HttpClientContext implements AsyncResponseConsumer<Attempt> {
  private final AsyncExchange exchange;
  private volatile @Nullable IOSession session;
  private volatile AsyncExecRuntime runtime; // set before anything else happens
  private volatile boolean handshake;
  private volatile boolean connects;
  private volatile long connectBeganNanos;
  private volatile long progressNanos;
  private volatile Phase phase = Phase.BEFORE;
  private long receivedBefore;
  private @Nullable HttpResponse head;
  private Body body = new Body(0);

  /** What a call with a body waits for. */
  enum Phase {
    BEFORE,
    WRITE,
    READ
  }

  Attempt(AsyncExchange exchange) {
    this.exchange = exchange;
  }

  void connectBegins() {
    connects = true;
    connectBeganNanos = System.nanoTime();
    handshake = false;
  }

  void connected(IOSession session) {
    this.session = session;
    if (exchange.isAborted()) {
      closeNew();
    }
  }

  void handshakeBegins() {
    handshake = true;
  }

  boolean inHandshake() {
    return handshake;
  }

  long sinceConnectBeganNanos() {
    return System.nanoTime() - connectBeganNanos;
  }

  /** The connection that this attempt has made is for other calls too. */
  void sharesConnection() {
    session = null;
  }

  /**
   * Ends the exchange: gives its connection up, or its stream of one. The library's future does so only while the
   * connection is made.
   */
  void abort() {
    if (phase != Phase.BEFORE) {
      runtime.discardEndpoint();
    }
    closeNew();
  }

  boolean isAborted() {
    return exchange.isAborted();
  }

  /** Closes the connection that this attempt has made, of which a cancelled library future lets go. */
  private void closeNew() {
    IOSession made = session;
    if (made != null) {
      made.close(CloseMode.IMMEDIATE);
    }
  }

  /** The request is about to be written. */
  void requestBegins() {
    EndpointDetails details = getEndpointDetails();
    receivedBefore = details == null ? 0 : details.getReceivedBytesCount();
    if (exchange.request().method().equals("GET")) {
      writtenWhole();
    } else {
      wrote();
    }
    if (exchange.isAborted()) {
      runtime.discardEndpoint();
    }
  }

  void wrote() {
    progressNanos = System.nanoTime();
    phase = Phase.WRITE;
  }

  void writtenWhole() {
    progressNanos = System.nanoTime();
    phase = Phase.READ;
  }

  private void read() {
    progressNanos = System.nanoTime();
  }

  Phase phase() {
    return phase;
  }

  long progressNanos() {
    return progressNanos;
  }

  /** Whether the connection was reused, and the server has sent nothing on it, or on this stream of it, since. */
  boolean maybeStale() {
    EndpointDetails details = getEndpointDetails();
    boolean silent = getProtocolVersion().greaterEquals(HttpVersion.HTTP_2)
        ? head == null
        : details == null || details.getReceivedBytesCount() == receivedBefore;
    return !connects && silent;
  }

  /** Returns what the library is to call: its own callback, which frees the connection, and then the exchange. */
  AsyncExecCallback begins(AsyncExecRuntime on, AsyncExecCallback library) {
    runtime = on;
    return new AsyncExecCallback() {
      @Override
      public AsyncDataConsumer handleResponse(HttpResponse response, EntityDetails entity)
          throws HttpException, IOException {
        return library.handleResponse(response, entity);
      }

      @Override
      public void handleInformationResponse(HttpResponse response)
          throws HttpException, IOException {
        library.handleInformationResponse(response);
      }

      @Override
      public void completed() {
        library.completed();
        exchange.succeeded(Attempt.this);
      }

      @Override
      public void failed(Exception cause) {
        library.failed(cause);
        exchange.failed(Attempt.this, cause);
      }
    };
  }

  @Override
  public void consumeResponse(
      HttpResponse response,
      @Nullable EntityDetails entity,
      HttpContext context,
      FutureCallback<Attempt> result) {
    read();
    head = response;
    body = new Body(entity == null ? 0 : entity.getContentLength());
  }

  @Override
  public void informationResponse(HttpResponse response, HttpContext context) {
    read();
  }

  @Override
  public void updateCapacity(CapacityChannel channel) throws IOException {
    channel.update(Integer.MAX_VALUE);
  }

  @Override
  public void consume(ByteBuffer piece) {
    read();
    body.add(piece);
  }

  @Override
  public void streamEnd(@Nullable List<? extends Header> trailers) {}

  @Override
  public void failed(Exception cause) {}

  @Override
  public void releaseResources() {}

  Response response() {
    Header[] headers = head.getHeaders();
    String[] namesAndValues = new String[2 * headers.length];
    for (int i = 0; i < headers.length; i++) {
      namesAndValues[2 * i] = headers[i].getName();
      namesAndValues[2 * i + 1] = headers[i].getValue() == null ? "" : headers[i].getValue();
    }
    return new Response(head.getCode(), Headers.of(namesAndValues), body.bytes());
  }
}
