package dev.poolmark.jmh;

import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** A caller that waits for a response only so long, though the library may wait forever. Thread-safe. */
final class Patience implements AutoCloseable {
  private final ExecutorService threads = Executors.newCachedThreadPool(work -> {
    Thread thread = new Thread(work, "patience");
    thread.setDaemon(true); // the library may never end the call
    return thread;
  });

  /**
   * The response of the call.
   *
   * @throws ExecutionException if the call fails
   * @throws TimeoutException if it has no response in time; its thread is interrupted
   */
  byte[] call(Callable<byte[]> call, long millis)
      throws InterruptedException, ExecutionException, TimeoutException {
    Future<byte[]> response = threads.submit(call);
    try {
      return response.get(millis, TimeUnit.MILLISECONDS);
    } finally {
      response.cancel(true);
    }
  }

  @Override
  public void close() {
    threads.shutdownNow();
  }
}
