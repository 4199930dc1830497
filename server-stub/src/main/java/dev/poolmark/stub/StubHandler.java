package dev.poolmark.stub;

import java.nio.ByteBuffer;
import java.util.concurrent.Executor;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpMethod;
import org.eclipse.jetty.http.HttpStatus;
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
  private static final HttpField OCTETS =
      new HttpField(HttpHeader.CONTENT_TYPE, "application/octet-stream");

  private final StubConfig config;
  private final Counters counters;
  private final Timer timer;
  private final ByteBuffer body;

  StubHandler(StubConfig config, Counters counters, Timer timer) {
    this.config = config;
    this.counters = counters;
    this.timer = timer;
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
    Content.Source.asByteBuffer(request, new Promise<>() {
      @Override
      public void succeeded(ByteBuffer received) {
        serve(request, () -> answer(request, received, response, callback));
      }

      @Override
      public void failed(Throwable failure) {
        counters.requestAnswered();
        callback.failed(failure);
      }
    });
    return true;
  }

  private void serve(Request request, Runnable answer) {
    if (config.serviceTime().isZero()) {
      answer.run();
      return;
    }
    Executor executor = request.getComponents().getExecutor();
    timer.at(System.nanoTime() + config.serviceTime().toNanos(), () -> executor.execute(answer));
  }

  private void answer(Request request, ByteBuffer received, Response response, Callback callback) {
    counters.requestAnswered();
    ByteBuffer content = content(request, received);
    if (content == null) {
      Response.writeError(request, response, callback, HttpStatus.NOT_FOUND_404);
      return;
    }
    response.getHeaders().add(OCTETS).put(HttpHeader.CONTENT_LENGTH, content.remaining());
    response.write(true, content, callback);
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
