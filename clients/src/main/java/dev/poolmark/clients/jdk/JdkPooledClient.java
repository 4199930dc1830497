package dev.poolmark.clients.jdk;

import dev.poolmark.clients.CallException;
import dev.poolmark.clients.CallTimeoutException;
import dev.poolmark.clients.ClientConfig;
import dev.poolmark.clients.FairBound;
import dev.poolmark.clients.Headers;
import dev.poolmark.clients.PooledHttpClient;
import dev.poolmark.clients.Request;
import dev.poolmark.clients.Response;
import dev.poolmark.clients.Reuse;
import dev.poolmark.clients.Tls;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.http.HttpClient;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpRequest;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * The client on the JDK's own HttpClient. The connect timeout is the JDK's; the bound on connections and the other
 * timeouts are ours, watched by the calling thread while it waits. The JDK sends a GET again if its pooled connection
 * turns out to be closed.
 *
 * <p>What differs from other clients: a connection can only be given up by asking for {@code Connection: close} when
 * the request is sent, so a call that begins while more than {@code maxIdleConnections} are under way does not keep its
 * connection, and the cap holds for each endpoint; the idle timeout is one for the JVM ({@link JdkProperties}); opening
 * a connection counts as awaiting the response, so {@code readTimeout} limits it too. {@link #close()} closes
 * connections at once from JDK 21 on; before, the JDK does it some seconds after the garbage collector has found the
 * client unused. Safe for use by several threads.
 */
final class JdkPooledClient implements PooledHttpClient {
  private final ClientConfig config;
  private final int maxKept;
  private final FairBound bound;
  private final ExecutorService executor;
  private volatile @Nullable HttpClient client;

  JdkPooledClient(ClientConfig config) {
    JdkProperties.prepare(config);
    this.config = config;
    this.maxKept = config.reuse() == Reuse.CONNECTION_PER_REQUEST ? 0 : config.maxIdleConnections();
    this.bound = new FairBound(JdkProvider.NAME, config);
    this.executor = Executors.newCachedThreadPool(work -> {
      Thread thread = new Thread(work, "poolmark-jdk");
      thread.setDaemon(true);
      return thread;
    });
    this.client = HttpClient.newBuilder()
        .version(HttpClient.Version.HTTP_1_1)
        .proxy(HttpClient.Builder.NO_PROXY)
        .followRedirects(HttpClient.Redirect.NEVER)
        .connectTimeout(config.connectTimeout())
        .sslContext(Tls.context(config))
        .executor(executor)
        .build();
  }

  @Override
  public Response execute(Request request) throws IOException {
    long deadline = bound.acquire(request);
    try {
      HttpClient open = client;
      if (open == null) {
        throw FairBound.closedException(JdkProvider.NAME);
      }
      return exchange(open, request, deadline);
    } finally {
      bound.release();
      endThreads();
    }
  }

  private Response exchange(HttpClient open, Request request, long deadline) throws IOException {
    Progress progress = new Progress();
    // Not the future that sendAsync returns: that one is completed on the JVM's common pool, where
    // a response would wait behind whatever else is there.
    CompletableFuture<Response> response = new CompletableFuture<>();
    CompletableFuture<?> sent = open.sendAsync(
        translate(request, progress), info -> new ResponseSink(info, progress, response));
    var unused = sent.whenComplete((ignored, failure) -> {
      if (failure != null) {
        response.completeExceptionally(failure);
      }
    });
    try {
      return await(response, request, progress, deadline);
    } catch (CallTimeoutException e) {
      sent.cancel(true); // closes the connection
      throw e;
    } catch (ExecutionException e) {
      throw failure(request, e);
    } catch (InterruptedException e) {
      sent.cancel(true);
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted in a call to " + request.endpoint());
    }
  }

  private IOException failure(Request request, ExecutionException e) {
    Throwable cause = e;
    while ((cause instanceof ExecutionException || cause instanceof CompletionException)
        && cause.getCause() != null) {
      cause = cause.getCause();
    }
    return cause instanceof HttpConnectTimeoutException
        ? CallTimeoutException.connect(config, request, cause)
        : new CallException(request, cause);
  }

  private Response await(
      CompletableFuture<Response> response, Request request, Progress progress, long deadline)
      throws InterruptedException, ExecutionException, CallTimeoutException {
    while (true) {
      boolean writing = progress.writing();
      long limit = (writing ? config.writeTimeout() : config.readTimeout()).toNanos();
      long now = System.nanoTime();
      long callLeft = deadline - now;
      long silenceLeft = progress.lastNanos() + limit - now;
      if (callLeft <= 0) {
        throw CallTimeoutException.call(config, request, null);
      }
      if (silenceLeft <= 0) {
        throw writing
            ? CallTimeoutException.write(config, request, null)
            : CallTimeoutException.read(config, request, null);
      }
      try {
        // Not longer than writeTimeout, because the writing may begin, and stall, meanwhile.
        long wait =
            Math.min(Math.min(callLeft, silenceLeft), config.writeTimeout().toNanos());
        return response.get(wait, TimeUnit.NANOSECONDS);
      } catch (TimeoutException e) {
        // look again: there may have been progress meanwhile
      }
    }
  }

  private HttpRequest translate(Request request, Progress progress) {
    HttpRequest.Builder builder = HttpRequest.newBuilder(request.uri());
    Headers headers = request.headers();
    for (int i = 0; i < headers.size(); i++) {
      builder.header(headers.name(i), headers.value(i));
    }
    if (bound.inUse() > maxKept) {
      builder.header("Connection", "close");
    }
    if (request.method().equals("POST")) {
      builder.POST(new WatchedBody(request.body(), progress));
    }
    return builder.build();
  }

  @Override
  public void close() {
    bound.close();
    HttpClient open = client;
    client = null;
    if (open != null) {
      HttpClientShutdown.now(open);
    }
    endThreads();
  }

  /** Once closed, and when no call needs the executor any more: a rejected task would leave a call hanging. */
  private void endThreads() {
    if (bound.isClosed() && bound.inUse() == 0) {
      executor.shutdown();
    }
  }
}
