package dev.poolmark.analysis.run;

import dev.poolmark.analysis.results.Course;
import dev.poolmark.analysis.results.RunFolder;
import dev.poolmark.analysis.study.Benchmark;
import dev.poolmark.analysis.study.Fork;
import dev.poolmark.analysis.study.InputException;
import dev.poolmark.analysis.study.Server;
import dev.poolmark.analysis.study.Study;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;

/** Runs the forks of a study, one at a time, and the server that they call if the study has one. */
final class Forks implements AutoCloseable {

  /** What JMH prints if another JMH runs. */
  private static final String LOCKED = "Unable to acquire the JMH lock";

  private final Study study;
  private final JmhJar jar;
  private final RunFolder folder;
  private final Optional<ServerProcess> server;
  private final Duration timeout;
  private final Children children = new Children();
  private long endNanos;
  /** What the next fork is to report. */
  private Optional<Long> serverWarmUpMillis = Optional.empty();

  private Forks(
      Study study,
      JmhJar jar,
      RunFolder folder,
      Optional<ServerProcess> server,
      Duration timeout,
      long endNanos) {
    this.endNanos = endNanos;
    this.timeout = timeout;
    this.study = study;
    this.jar = jar;
    this.folder = folder;
    this.server = server;
  }

  /** How a fork ended, and how it went. */
  record Ended(Children.Exit exit, Course course) {}

  /**
   * Starts the study's server and warms it up.
   *
   * @param timeout after which a fork is stopped
   * @param commandNanos when the command was given, by {@link System#nanoTime}
   * @throws InputException if the server or its warm-up fails
   */
  static Forks start(Study study, JmhJar jar, RunFolder folder, Duration timeout, long commandNanos)
      throws InputException, IOException, InterruptedException {
    if (study.design().server().isEmpty()) {
      return new Forks(study, jar, folder, Optional.empty(), timeout, commandNanos);
    }
    Server server = study.design().server().get();
    Forks forks = new Forks(
        study,
        jar,
        folder,
        Optional.of(ServerProcess.start(server, jar.path(), folder.serverLog())),
        timeout,
        commandNanos);
    try {
      forks.warmUp(server.warmUp());
      return forks;
    } catch (InputException | IOException | InterruptedException | RuntimeException e) {
      forks.close();
      throw e;
    }
  }

  private void warmUp(Benchmark benchmark)
      throws InputException, IOException, InterruptedException {
    Path unused = folder.dir().resolve(".warm-up.json.part");
    Children.Exit exit = run(jar.command(benchmark, benchmark.parameters(), unused), unused);
    Files.deleteIfExists(unused);
    if (exit.status() != 0) {
      Files.writeString(folder.serverLog(), exit.output().text(), StandardOpenOption.APPEND);
      throw new InputException("the fork that warms the server up failed with status "
          + exit.status() + ", see " + folder.serverLog());
    }
    List<Long> iterations = exit.output().iterationNanos();
    serverWarmUpMillis = iterations.isEmpty()
        ? Optional.empty()
        : Optional.of(millis(iterations.get(0), iterations.get(iterations.size() - 1)));
  }

  /**
   * Measures a fork.
   *
   * @param result where JMH is to write its JSON
   * @throws IOException if the server has ended, which is not the fork's failure
   */
  Ended run(Fork fork, Path result) throws InputException, IOException, InterruptedException {
    Optional<ProcessHandle> handle = server.map(ServerProcess::handle);
    Optional<Processors> before = Processors.now(handle);
    Instant began = Instant.now();
    long beganNanos = System.nanoTime();
    Children.Exit exit = run(jar.command(study, fork, result), result);
    long endedNanos = System.nanoTime();
    Optional<Processors> after = Processors.now(handle);
    double millis = (endedNanos - beganNanos) / 1e6;
    Course course = course(
        exit.output(),
        began,
        List.of(endNanos, beganNanos, endedNanos),
        serverWarmUpMillis,
        before.flatMap(b -> after.map(a -> a.otherCoresSince(b, millis))),
        before.flatMap(b -> after.map(a -> a.stolenCoresSince(b, millis))));
    endNanos = endedNanos;
    serverWarmUpMillis = Optional.empty();
    return new Ended(exit, course);
  }

  /**
   * Puts the times together.
   *
   * @param nanos when the fork before it had ended, when this one began, and when it had ended
   */
  static Course course(
      JmhOutput output,
      Instant began,
      List<Long> nanos,
      Optional<Long> serverWarmUpMillis,
      Optional<Double> otherCores,
      Optional<Double> stolenCores) {
    List<Long> iterations = output.iterationNanos();
    // Without any iteration, all of the time went into the start.
    long first = iterations.isEmpty() ? nanos.get(2) : iterations.get(0);
    long second = iterations.isEmpty() ? first : iterations.get(1);
    long last = iterations.isEmpty() ? first : iterations.get(iterations.size() - 1);
    return new Course(
        began.truncatedTo(ChronoUnit.SECONDS).toString(),
        millis(nanos.get(0), nanos.get(1)),
        serverWarmUpMillis,
        millis(nanos.get(1), first),
        millis(first, second),
        millis(second, last),
        millis(last, nanos.get(2)),
        output.warmUpMillis(),
        otherCores.map(Forks::rounded),
        stolenCores.map(Forks::rounded));
  }

  private static long millis(long fromNanos, long toNanos) {
    return Math.round((toNanos - fromNanos) / 1e6);
  }

  private static double rounded(double cores) {
    return Math.round(cores * 1e3) / 1e3;
  }

  private Children.Exit run(ProcessBuilder command, Path result)
      throws InputException, IOException, InterruptedException {
    server.ifPresent(process -> process.announce(command));
    jar.checkUnchanged();
    Children.Exit exit = children.run(command, result, timeout);
    jar.checkUnchanged();
    if (exit.status() != 0 && exit.output().text().contains(LOCKED)) {
      Files.deleteIfExists(result);
      throw new InputException("another JMH measures on this machine, and each would disturb the"
          + " other: let it end, then the same command goes on");
    }
    if (server.isPresent()) {
      server.get().check();
    }
    return exit;
  }

  @Override
  public void close() {
    children.close();
    server.ifPresent(ServerProcess::close);
  }
}
