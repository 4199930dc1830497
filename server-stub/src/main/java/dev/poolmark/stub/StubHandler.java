package dev.poolmark.stub;

import java.nio.ByteBuffer;
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
 * Answers, after the service time: {@code /} with a body of the configured length, {@code /bytes/N} with one of N
 * bytes, {@code /echo} with the request's own. Byte i of a body is {@code (byte) i}. No thread waits meanwhile.
 */
final class StubHandler extends Handler.Abstract.NonBlocking {
  private static final String BYTES = "/bytes/";

  private final KeepAlive keepAlive;
  private final Counters counters;
  private final Timer timer;
  private final Workplace workplace;
  private final FaultPlan faults;
  private final ByteBuffer body;

  StubHandler(StubConfig config, Counters counters, Timer timer) {
    this.keepAlive = config.keepAlive();
    this.counters = counters;
    this.timer = timer;
    this.workplace = new Workplace(config, timer);
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
    counters.requestReceived();
    Fault.@Nullable Kind fault = faults.next().orElse(null);
    Exchange exchange = new Exchange(request, response, callback, keepAlive, timer, fault);
    Content.Source.asByteBuffer(request, new Promise<>() {
      @Override
      public void succeeded(ByteBuffer received) {
        serve(exchange, () -> {
          if (fault != null) {
            counters.fault(fault);
          }
          exchange.answer(content(request, received));
        });
      }

      @Override
      public void failed(Throwable failure) {
        counters.requestAnswered();
        exchange.fail(failure);
      }
    });
    return true;
  }

  private void serve(Exchange exchange, Runnable answer) {
    if (workplace.idle()) {
      counters.requestAnswered();
      answer.run();
      return;
    }
    exchange.workStarted();
    Executor executor = exchange.request().getComponents().getExecutor();
    boolean accepted = workplace.work(() -> executor.execute(() -> end(exchange, answer)));
    if (!accepted) {
      counters.requestRejected();
      end(exchange, exchange::reject);
    }
  }

  private void end(Exchange exchange, Runnable answer) {
    exchange.workEnded();
    counters.requestAnswered();
    answer.run();
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
      } catch (NumberFormatException noNumber) {
        return null;
      }
    }
    return null;
  }
}
