package dev.poolmark.analysis.run;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * The processes of a run, one at a time. They die with this JVM, and leave no file behind: a fork that went on alone
 * would load the machine while the next run measures.
 */
final class Children implements AutoCloseable {

  /** What a shell reports of a process that SIGINT or SIGTERM ended. */
  private static final int SIGINT_STATUS = 130;

  private static final int SIGTERM_STATUS = 143;
  private static final int GRACE_MILLIS = 200;

  private final Thread hook = new Thread(this::stop, "stop-forks");
  private Process process;
  private Path unfinished;
  private boolean stopping;

  Children() {
    Runtime.getRuntime().addShutdownHook(hook);
  }

  /**
   * How a process ended, and what it printed.
   *
   * @param late whether it was stopped because it took too long
   */
  record Exit(int status, JmhOutput output, boolean late) {}

  /**
   * Runs a process to its end.
   *
   * @param file what it writes, which is of no use unless it ends by itself
   * @param timeout after which it is stopped
   * @throws InterruptedException if the process was stopped from outside, as by Ctrl-C
   */
  Exit run(ProcessBuilder builder, Path file, Duration timeout)
      throws IOException, InterruptedException {
    Process started = start(builder, file);
    AtomicBoolean late = new AtomicBoolean();
    CompletableFuture<Void> watch = CompletableFuture.runAsync(
        () -> {
          late.set(true);
          destroy(started);
        },
        CompletableFuture.delayedExecutor(timeout.toMillis(), TimeUnit.MILLISECONDS));
    try (InputStream in = started.getInputStream()) {
      JmhOutput output = JmhOutput.read(in, System::nanoTime);
      int status = started.waitFor();
      watch.cancel(false);
      if (status != 0) {
        // Ctrl-C reaches the child as soon as it reaches us; our hook may be a moment later.
        Thread.sleep(GRACE_MILLIS);
      }
      if (late.get()) {
        return new Exit(status, output, true);
      }
      if (isStopping() || status == SIGINT_STATUS || status == SIGTERM_STATUS) {
        Files.deleteIfExists(file);
        throw new InterruptedException("stopped");
      }
      return new Exit(status, output, false);
    }
  }

  private synchronized Process start(ProcessBuilder builder, Path file)
      throws IOException, InterruptedException {
    if (stopping) {
      throw new InterruptedException("stopped");
    }
    unfinished = file;
    process = builder.redirectErrorStream(true).start();
    return process;
  }

  private synchronized boolean isStopping() {
    return stopping;
  }

  private synchronized void stop() {
    stopping = true;
    if (process == null) {
      return;
    }
    destroy(process);
    try {
      process.waitFor(GRACE_MILLIS, TimeUnit.MILLISECONDS);
      Files.deleteIfExists(unfinished);
    } catch (IOException e) {
      // The next run removes it.
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** JMH's own process first: it would report the death of its fork as a failure. */
  private static void destroy(Process process) {
    ProcessHandle[] forks = process.descendants().toArray(ProcessHandle[]::new);
    process.destroyForcibly();
    for (ProcessHandle fork : forks) {
      fork.destroyForcibly();
    }
  }

  @Override
  public void close() {
    stop();
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException e) {
      // The JVM is going down, and the hook is at work.
    }
  }
}
