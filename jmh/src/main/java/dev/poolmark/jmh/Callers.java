package dev.poolmark.jmh;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;

/** Makes concurrent calls. Not thread-safe. */
final class Callers implements AutoCloseable {
  private final @Nullable ExecutorService threads;

  private Callers(@Nullable ExecutorService threads) {
    this.threads = threads;
  }

  /**
   * Chooses what waits for each response.
   *
   * @param kind {@code platform}: a thread; {@code virtual}: a virtual thread; {@code async}: nothing
   * @param count limit on concurrent calls
   * @throws IllegalArgumentException if there is no such kind, or this JDK does not have it
   */
  static Callers of(String kind, int count) {
    return switch (kind) {
      case "platform" -> new Callers(Executors.newFixedThreadPool(count));
      case "virtual" -> new Callers(virtualThreads());
      case "async" -> new Callers(null);
      default ->
        throw new IllegalArgumentException("callers must be platform, virtual or async: " + kind);
    };
  }

  private static ExecutorService virtualThreads() {
    try {
      return (ExecutorService)
          Executors.class.getMethod("newVirtualThreadPerTaskExecutor").invoke(null);
    } catch (ReflectiveOperationException e) {
      throw new IllegalArgumentException(
          "callers=virtual needs JDK 21 or later: " + Runtime.version(), e);
    }
  }

  /**
   * Makes {@code count} concurrent calls and returns when all have their responses.
   *
   * @throws Exception what a call threw
   */
  void call(Service service, int count) throws Exception {
    for (Future<byte[]> response : begin(service, count)) {
      response.get();
    }
  }

  /**
   * Runs the work on {@code count} threads at once, and returns when all have ended.
   *
   * @throws Exception what the work threw
   * @throws UnsupportedOperationException if calls are asynchronous
   */
  void run(int count, Callable<?> work) throws Exception {
    if (threads == null) {
      throw new UnsupportedOperationException("callers=async has no threads");
    }
    for (Future<?> end : threads.invokeAll(Collections.nCopies(count, work))) {
      end.get();
    }
  }

  private List<Future<byte[]>> begin(Service service, int count) throws InterruptedException {
    if (threads != null) {
      Callable<byte[]> call = service::call;
      return threads.invokeAll(Collections.nCopies(count, call));
    }
    List<Future<byte[]>> responses = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      responses.add(service.callAsync());
    }
    return responses;
  }

  @Override
  public void close() {
    if (threads != null) {
      threads.shutdown();
    }
  }
}
