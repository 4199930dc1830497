package dev.poolmark.clients.jdk;

import dev.poolmark.clients.AsyncCall;
import dev.poolmark.clients.CallException;
import dev.poolmark.clients.CallWatch;
import dev.poolmark.clients.ClientConfig;
import dev.poolmark.clients.ClientMetrics;
import dev.poolmark.clients.Failure;
import dev.poolmark.clients.Headers;
import dev.poolmark.clients.Lease;
import dev.poolmark.clients.Leases;
import dev.poolmark.clients.PooledHttpClient;
import dev.poolmark.clients.Protocol;
import dev.poolmark.clients.Request;
import dev.poolmark.clients.Response;
import dev.poolmark.clients.Reuse;
import dev.poolmark.clients.Tls;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * The client on the JDK's own HttpClient. The connect timeout is the JDK's; the bound on connections and the other
 * timeouts are ours, watched by a thread of ours. The JDK sends a GET again if its pooled connection turns out to be
 * closed; over HTTP/2 we do, if the response has not begun.
 *
 * <p>What differs from other clients: a connection can only be given up by asking for {@code Connection: close} when
 * the request is sent, so a call that begins while more than {@code maxIdleConnections} are under way does not keep its
 * connection, and the cap holds for each endpoint; the idle timeout is one for the JVM ({@link JdkProperties}); opening
 * a connection counts as awaiting the response, so {@code readTimeout} limits it too. {@link #close()} closes
 * connections at once from JDK 21 on; before, the JDK does it some seconds after the garbage collector has found the
 * client unused. Safe for use by several threads.
 *
 * <p>HTTP/2 needs JDK 21: before, its connections have no idle timeout, and end with the garbage collector alone. The
 * JDK keeps one HTTP/2 connection to an endpoint, so the idle cap holds there too; of calls that come at once before
 * there is one, each may open its own and close it after the call.
 */
final class JdkPooledClient implements PooledHttpClient {
  private final ClientConfig config;
  private final boolean http2;
  private final int maxKept;
  private final Leases leases;
  private final CallWatch watch;
  private final ExecutorService executor;
  private volatile @Nullable HttpClient client;
  private volatile @Nullable HttpRequest lastGet;

  JdkPooledClient(ClientConfig config) {
    JdkProperties.prepare(config);
    this.config = config;
    this.http2 = config.protocol() == Protocol.HTTP_2;
    this.maxKept = config.reuse() == Reuse.CONNECTION_PER_REQUEST ? 0 : config.maxIdleConnections();
    this.leases = new Leases(JdkProvider.NAME, config, Optional.empty());
    this.watch = new CallWatch(JdkProvider.NAME, shortestLimit(config));
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

  private static Duration shortestLimit(ClientConfig config) {
    return Collections.min(
        List.of(config.callTimeout(), config.readTimeout(), config.writeTimeout()));
  }

  @Override
  public Response execute(Request request) throws IOException {
    try (Lease lease = leases.acquire(request)) {
      JdkCall call = new JdkCall(config, lease, Thread.currentThread());
      watch.add(call);
      try {
        // Not sendAsync: it completes on the JVM's common pool, which costs a thread for each call
        // on a machine with two cores.
        return lease.received(send(translate(request, call), call));
      } catch (IOException e) {
        throw failure(lease, call, e);
      } catch (InterruptedException e) {
        CallException timeout = call.timeout(e);
        if (timeout != null) {
          throw timeout;
        }
        lease.failed(Failure.CANCELLED, e);
        Thread.currentThread().interrupt();
        throw new InterruptedIOException("interrupted in a call to " + request.endpoint());
      } finally {
        watch.remove(call);
        call.end();
      }
    } finally {
      endThreads();
    }
  }

  @Override
  public CompletableFuture<Response> executeAsync(Request request) {
    return AsyncCall.begin(leases, request, (lease, async) -> {
      JdkCall call = new JdkCall(config, lease, null);
      sendAsync(translate(request, call), call, false, (response, problem) -> {
        watch.remove(call);
        call.end();
        if (problem == null) {
          async.succeeded(response);
        } else {
          async.failed(failure(lease, call, problem));
        }
        endThreads();
      });
      return call::cancel;
    });
  }

  private Response send(HttpRequest request, JdkCall call)
      throws IOException, InterruptedException {
    try {
      return sendOnce(request, call);
    } catch (IOException e) {
      if (deservesAnother(request, call, e)) {
        return sendOnce(request, call);
      }
      throw e;
    }
  }

  private Response sendOnce(HttpRequest request, JdkCall call)
      throws IOException, InterruptedException {
    ResponseSink sink = new ResponseSink(call);
    return sink.collected(open().send(request, sink));
  }

  private void sendAsync(
      HttpRequest request,
      JdkCall call,
      boolean again,
      BiConsumer<@Nullable Response, @Nullable Throwable> end) {
    ResponseSink sink = new ResponseSink(call);
    CompletableFuture<HttpResponse<Void>> sent = open().sendAsync(request, sink);
    if (!again) {
      watch.add(call);
    }
    call.future(sent);
    sent.whenComplete((response, problem) -> {
      if (problem == null || again || !deservesAnother(request, call, unwrapped(problem))) {
        end.accept(problem == null ? sink.collected(response) : null, problem);
        return;
      }
      try {
        sendAsync(request, call, true, end);
      } catch (IllegalStateException closedMeanwhile) {
        end.accept(null, problem);
      }
    });
  }

  /** Whether the server's close crossed the request, which the JDK tells in words only. */
  private boolean deservesAnother(HttpRequest request, JdkCall call, Throwable e) {
    return http2
        && request.method().equals("GET")
        && "EOF reached while reading".equals(e.getMessage())
        && !call.isAnswered()
        && !leases.isClosed();
  }

  private static Throwable unwrapped(Throwable problem) {
    return problem instanceof CompletionException && problem.getCause() != null
        ? problem.getCause()
        : problem;
  }

  private HttpClient open() {
    HttpClient open = client;
    if (open == null) {
      throw leases.closedException();
    }
    return open;
  }

  private static CallException failure(Lease lease, JdkCall call, Throwable wrapped) {
    Throwable e = unwrapped(wrapped);
    CallException timeout = call.timeout(e);
    if (timeout != null) {
      return timeout;
    }
    if (e instanceof HttpConnectTimeoutException) {
      return lease.failed(Failure.CONNECT_TIMEOUT, e);
    }
    if (e instanceof HttpTimeoutException) {
      return lease.failed(Failure.CALL_TIMEOUT, e);
    }
    if (e instanceof CancellationException) {
      return lease.failed(Failure.CANCELLED, e);
    }
    // In words only the JDK tells of its own client's shutdown, and of a server that went away in
    // the handshake ("Remote host terminated the handshake", "Remote host closed the channel").
    String words = String.valueOf(e.getMessage());
    return words.equals("closed") || words.startsWith("Remote host ")
        ? lease.failed(Failure.CONNECTION_CLOSED, e)
        : lease.failed(e);
  }

  private HttpRequest translate(Request request, JdkCall call) {
    Headers headers = request.headers();
    boolean closing = !http2 && leases.inUse() > maxKept;
    if (request.method().equals("GET") && headers.size() == 0 && !closing) {
      return plainGet(request.uri());
    }
    HttpRequest.Builder builder = newBuilder(request.uri());
    for (int i = 0; i < headers.size(); i++) {
      builder.header(headers.name(i), headers.value(i));
    }
    if (closing) {
      builder.header("Connection", "close");
    }
    if (request.method().equals("POST")) {
      builder.POST(new WatchedBody(request.body(), call));
    }
    return builder.build();
  }

  /**
   * With the JDK's own timeout, which counts from later than ours and so ends no call that is in time. It has the JDK's
   * selector wake early, which makes a call on a fast network shorter.
   */
  private HttpRequest.Builder newBuilder(URI uri) {
    return HttpRequest.newBuilder(uri).timeout(config.callTimeout());
  }

  /** The library checks and copies what it is made of, and most calls go where the one before went. */
  private HttpRequest plainGet(URI uri) {
    HttpRequest last = lastGet;
    if (last == null || !last.uri().equals(uri)) {
      last = newBuilder(uri).build();
      lastGet = last;
    }
    return last;
  }

  @Override
  public ClientMetrics metrics() {
    return leases.metrics();
  }

  @Override
  public void close() {
    leases.close();
    HttpClient open = client;
    client = null;
    if (open != null) {
      HttpClientShutdown.now(open);
    }
    endThreads();
  }

  /** Once closed, and when no call needs the executor any more: a rejected task would leave a call hanging. */
  private void endThreads() {
    if (leases.isClosed() && leases.inUse() == 0) {
      watch.close();
      executor.shutdown();
    }
  }
}
