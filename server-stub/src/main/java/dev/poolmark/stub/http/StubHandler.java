package dev.poolmark.stub.http;

import dev.poolmark.stub.config.FaultPlan;
import dev.poolmark.stub.config.KeepAlive;
import dev.poolmark.stub.config.StubConfig;
import dev.poolmark.stub.network.Timer;
import dev.poolmark.stub.stats.Counters;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.concurrent.Executor;
import org.eclipse.jetty.http.HttpMethod;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.Promise;
import org.jspecify.annotations.Nullable;

/**
 * Answers requests after the service time: {@code /} with a body of the configured length, {@code /bytes/N} with a body
 * of N bytes, {@code /echo} with the request's body. Byte i of a body is {@code (byte) i}. No thread waits meanwhile.
 * Thread-safe.
 */
public final class StubHandler extends Handler.Abstract.NonBlocking {
  private static final String BYTES = "/bytes/";

  private final KeepAlive keepAlive;
  private final Counters counters;
  private final Timer timer;
  private final ServiceQueue queue;
  private final FaultPlan faults;
  private final ByteBuffer body;

  /** A handler of these settings, whose service runs on this timer. */
  public StubHandler(StubConfig config, Counters counters, Timer timer) {
    this.keepAlive = config.keepAlive();
    this.counters = counters;
    this.timer = timer;
    this.queue = new ServiceQueue(config.service(), config.seed(), timer);
    this.faults = FaultPlan.forRequests(config);
    this.body = body(config.bodyBytes());
  }

  private static ByteBuffer body(int length) {
    byte[] bytes = new byte[length];
    for (int i = 0; i < length; i++) {
      bytes[i] = (byte) i;
    }
    return ByteBuffer.wrap(bytes);
  }

  @Override
  public boolean handle(Request request, Response response, Callback callback) {
    HttpExchange exchange = new HttpExchange(
        request, response, callback, keepAlive, timer, faults.next().orElse(null), counters);
    Content.Source.asByteBuffer(request, new Promise<>() {
      @Override
      public void succeeded(ByteBuffer received) {
        serve(exchange, () -> exchange.answer(content(request, received)));
      }

      @Override
      public void failed(Throwable failure) {
        exchange.fail(failure);
      }
    });
    return true;
  }

  /** Adds this to the service time of every request that comes from now on. */
  public void slowDown(Duration added) {
    queue.slowDown(added);
  }

  private void serve(HttpExchange exchange, Runnable answer) {
    if (queue.isInstant()) {
      answer.run();
      return;
    }
    exchange.workStarted();
    Executor executor = exchange.executor();
    if (!queue.submit(() -> executor.execute(answer))) {
      exchange.reject();
    }
  }

  private @Nullable ByteBuffer content(Request request, ByteBuffer received) {
    String path = Request.getPathInContext(request);
    if (path.equals("/")) {
      return body.duplicate();
    }
    if (path.equals("/echo") && HttpMethod.POST.is(request.getMethod())) {
      return received;
    }
    if (path.startsWith(BYTES)) {
      try {
        int length = Integer.parseInt(path.substring(BYTES.length()));
        return length < 0 || length > StubConfig.MAX_BODY_BYTES ? null : body(length);
      } catch (NumberFormatException notANumber) {
        return null;
      }
    }
    return null;
  }
}
