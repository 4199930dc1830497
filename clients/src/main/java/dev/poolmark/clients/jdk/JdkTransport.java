package dev.poolmark.clients.jdk;

import dev.poolmark.clients.ClientConfig;
import dev.poolmark.clients.Failure;
import dev.poolmark.clients.Headers;
import dev.poolmark.clients.Protocol;
import dev.poolmark.clients.Request;
import dev.poolmark.clients.Reuse;
import dev.poolmark.clients.spi.BlockingTransport;
import dev.poolmark.clients.spi.Exchange;
import dev.poolmark.clients.spi.Tls;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpTimeoutException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Flow;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Exchanges on the JDK's own HttpClient, whose connect timeout is used. The JDK sends a GET again if its pooled
 * connection turns out to be closed; over HTTP/2 the core does, once.
 *
 * <p>How it differs from other clients: a connection can only be given up by asking for {@code Connection: close} when
 * the request is sent, so a call that begins while more than {@code maxIdleConnections} are under way does not keep its
 * connection, and the limit holds for each endpoint; the idle timeout is one for the JVM ({@link JdkProperties});
 * opening a connection counts as awaiting the response, so {@code readTimeout} limits it too. {@link #close()} closes
 * connections at once from JDK 21 on; before, the JDK does it some seconds after the garbage collector has found the
 * client unused. Thread-safe.
 *
 * <p>HTTP/2 needs JDK 21: before, its connections have no idle timeout, and end only with the garbage collector. The JDK
 * keeps one HTTP/2 connection to an endpoint, so the idle limit holds there too; each call of a burst that finds no open
 * connection may open its own and close it after the call.
 */
final class JdkTransport implements BlockingTransport {
  private final ClientConfig config;
  private final boolean http2;
  private final int maxKept;
  private final ExecutorService executor;
  private final AtomicInteger underWay = new AtomicInteger();
  private volatile @Nullable HttpClient client;
  private volatile @Nullable HttpRequest lastGet;

  JdkTransport(ClientConfig config) {
    JdkProperties.prepare(config);
    this.config = config;
    this.http2 = config.protocol() == Protocol.HTTP_2;
    this.maxKept = config.reuse() == Reuse.CONNECTION_PER_REQUEST ? 0 : config.maxIdleConnections();
    this.executor = Executors.newCachedThreadPool(work -> {
      Thread thread = new Thread(work, "poolmark-jdk");
      thread.setDaemon(true);
      return thread;
    });
    this.client = HttpClient.newBuilder()
        .version(http2 ? HttpClient.Version.HTTP_2 : HttpClient.Version.HTTP_1_1)
        .proxy(HttpClient.Builder.NO_PROXY)
        .followRedirects(HttpClient.Redirect.NEVER)
        .connectTimeout(config.connectTimeout())
        .sslContext(Tls.context(config))
        .executor(executor)
        .build();
  }

  /** Not by sendAsync: it completes on the JVM's common pool, which on two cores costs a thread for each call. */
  @Override
  public void exchange(Exchange exchange) throws IOException, InterruptedException {
    Interruption interruption = new Interruption(Thread.currentThread());
    exchange.onAbort(interruption::interrupt);
    try {
      open().send(begin(exchange), new ResponseSink(exchange));
    } finally {
      interruption.end();
      end();
    }
  }

  /** Interrupts the thread of an exchange that is aborted, and not what the thread does next. Thread-safe. */
  private static final class Interruption {
    private final Thread thread;
    private boolean interrupted;
    private boolean over;

    Interruption(Thread thread) {
      this.thread = thread;
    }

    synchronized void interrupt() {
      if (!over && !interrupted) {
        interrupted = true;
        thread.interrupt();
      }
    }

    /** Takes the interrupt back, should it have come too late. */
    synchronized void end() {
      over = true;
      if (interrupted) {
        Thread.interrupted();
      }
    }
  }

  @Override
  public void send(Exchange exchange) throws IOException {
    CompletableFuture<?> response;
    try {
      response = open().sendAsync(begin(exchange), new ResponseSink(exchange));
    } catch (IOException | RuntimeException e) {
      end();
      throw e;
    }
    exchange.onAbort(() -> response.cancel(true));
    response.whenComplete((whole, problem) -> {
      end();
      if (problem == null) {
        exchange.succeeded();
      } else {
        exchange.failed(
            problem instanceof CompletionException && problem.getCause() != null
                ? problem.getCause()
                : problem);
      }
    });
  }

  private HttpRequest begin(Exchange exchange) {
    HttpRequest request = translate(exchange, underWay.get() > maxKept);
    if (http2 && !exchange.isSentAgain()) {
      exchange.sending(true); // as far as can be known
    }
    exchange.receiving();
    return request;
  }

  private HttpClient open() throws IOException {
    underWay.incrementAndGet();
    HttpClient open = client;
    if (open == null) {
      throw new IOException("closed");
    }
    return open;
  }

  private void end() {
    underWay.decrementAndGet();
    endThreads();
  }

  @Override
  public Failure reason(Throwable cause, Exchange exchange) {
    if (cause instanceof HttpConnectTimeoutException && exchange.leftNanos() > 1) {
      return Failure
          .CONNECT_TIMEOUT; // else it was the call's, which the JDK calls so while it connects
    }
    if (cause instanceof HttpTimeoutException) {
      return Failure.CALL_TIMEOUT;
    }
    // The JDK says only in words that its client was closed, that the server ended an HTTP/2
    // connection, or that it
    // went away in the handshake ("Remote host terminated the handshake", "Remote host closed the
    // channel").
    String words = String.valueOf(cause.getMessage());
    if (words.startsWith("Header size too big")) {
      return Failure.RESPONSE_TOO_LARGE;
    }
    return words.equals("closed")
            || words.equals("EOF reached while reading")
            || words.equals("HTTP/1.1 header parser received no bytes")
            || words.startsWith("Remote host ")
            || words.startsWith("Received RST_STREAM")
            || words.equals("request not processed by peer")
        ? Failure.CONNECTION_CLOSED
        : exchange.reasonOf(cause);
  }

  private HttpRequest translate(Exchange exchange, boolean tooManyToKeep) {
    Request request = exchange.request();
    Headers headers = request.headers();
    boolean closing = tooManyToKeep && !http2;
    boolean plain = headers.size() == 0 && !closing && request.timeout().isEmpty();
    if (plain && request.method().equals("GET")) {
      return plainGet(request.uri());
    }
    HttpRequest.Builder builder =
        newBuilder(request.uri(), request.timeout().orElse(config.callTimeout()));
    for (int i = 0; i < headers.size(); i++) {
      builder.header(headers.name(i), headers.value(i));
    }
    if (closing) {
      builder.header("Connection", "close");
    }
    return builder
        .method(
            request.method(),
            request.sendsBody()
                ? new ProgressBody(request.body(), exchange)
                : BodyPublishers.noBody())
        .build();
  }

  /**
   * With the JDK's own timeout, which counts from later than the core's and so ends no call that is in time. It has the
   * JDK's selector wake early, which makes a call on a fast network shorter.
   */
  private static HttpRequest.Builder newBuilder(URI uri, Duration callTimeout) {
    return HttpRequest.newBuilder(uri).timeout(callTimeout);
  }

  /** The library checks and copies what it is made of, and most calls go where the one before went. */
  private HttpRequest plainGet(URI uri) {
    HttpRequest last = lastGet;
    if (last == null || !last.uri().equals(uri)) {
      last = newBuilder(uri, config.callTimeout()).build();
      lastGet = last;
    }
    return last;
  }

  /** A request's body. The JDK asks for the next piece when it has written the last, so a stall shows as silence. */
  private record ProgressBody(BodyPublisher body, Exchange exchange) implements BodyPublisher {
    ProgressBody(byte[] bytes, Exchange exchange) {
      this(BodyPublishers.ofByteArray(bytes), exchange);
    }

    @Override
    public long contentLength() {
      return body.contentLength();
    }

    @Override
    public void subscribe(Flow.Subscriber<? super ByteBuffer> subscriber) {
      body.subscribe(new Flow.Subscriber<ByteBuffer>() {
        @Override
        public void onSubscribe(Flow.Subscription subscription) {
          subscriber.onSubscribe(subscription);
        }

        @Override
        public void onNext(ByteBuffer piece) {
          exchange.sending(false);
          subscriber.onNext(piece);
        }

        @Override
        public void onError(Throwable failure) {
          subscriber.onError(failure);
        }

        @Override
        public void onComplete() {
          exchange.receiving();
          subscriber.onComplete();
        }
      });
    }
  }

  @Override
  public void close() {
    HttpClient open = client;
    client = null;
    if (open != null) {
      HttpClientShutdown.now(open);
    }
    endThreads();
  }

  /** Once closed, and when no exchange needs the executor any more: a rejected task would leave one hanging. */
  private void endThreads() {
    if (client == null && underWay.get() == 0) {
      executor.shutdown();
    }
  }
}
