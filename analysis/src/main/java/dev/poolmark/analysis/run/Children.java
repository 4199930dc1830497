package dev.poolmark.analysis.run;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

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

  /** How a process ended, and what it printed. */
  record Exit(int status, JmhOutput output) {}

  /**
   * Runs a process to its end.
   *
   * @param file what it writes, which is of no use unless it ends by itself
   * @throws InterruptedException if the process was stopped from outside, as by Ctrl-C
   */
  Exit run(ProcessBuilder builder, Path file) throws IOException, InterruptedException {
    Process started = start(builder, file);
    try (InputStream in = started.getInputStream()) {
      JmhOutput output = JmhOutput.read(in, System::nanoTime);
      int status = started.waitFor();
      if (status != 0) {
        // Ctrl-C reaches the child as soon as it reaches us; our hook may be a moment later.
        Thread.sleep(GRACE_MILLIS);
      }
      if (isStopping() || status == SIGINT_STATUS || status == SIGTERM_STATUS) {
        Files.deleteIfExists(file);
        throw new InterruptedException("stopped");
      }
      return new Exit(status, output);
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
    // JMH's own process first: it would report the death of its fork as a failure.
    ProcessHandle[] forks = process.descendants().toArray(ProcessHandle[]::new);
    process.destroyForcibly();
    for (ProcessHandle fork : forks) {
      fork.destroyForcibly();
    }
    try {
      process.waitFor(GRACE_MILLIS, TimeUnit.MILLISECONDS);
      Files.deleteIfExists(unfinished);
    } catch (IOException e) {
      // The next run removes it.
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
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
