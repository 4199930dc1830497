package dev.poolmark.analysis.run;

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
import java.util.Optional;

/** Runs the forks of a study, one at a time, beside the server that they call if the study has one. */
final class Forks implements AutoCloseable {
  private final Study study;
  private final JmhJar jar;
  private final RunFolder folder;
  private final Optional<ServerProcess> server;
  private final Children children = new Children();

  private Forks(Study study, JmhJar jar, RunFolder folder, Optional<ServerProcess> server) {
    this.study = study;
    this.jar = jar;
    this.folder = folder;
    this.server = server;
  }

  /**
   * Starts the study's server and warms it up.
   *
   * @throws InputException if the server or its warm-up fails
   */
  static Forks start(Study study, JmhJar jar, RunFolder folder)
      throws InputException, IOException, InterruptedException {
    if (study.server().isEmpty()) {
      return new Forks(study, jar, folder, Optional.empty());
    }
    Server server = study.server().get();
    Forks forks = new Forks(
        study,
        jar,
        folder,
        Optional.of(ServerProcess.start(server, jar.path(), folder.serverLog())));
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
      Files.writeString(folder.serverLog(), exit.output(), StandardOpenOption.APPEND);
      throw new InputException("the fork that warms the server up failed with status "
          + exit.status() + ", see " + folder.serverLog());
    }
  }

  /**
   * Measures a fork.
   *
   * @param result where JMH is to write its JSON
   * @throws IOException if the server has ended, which is not the fork's failure
   */
  Children.Exit run(Fork fork, Path result)
      throws InputException, IOException, InterruptedException {
    return run(jar.command(study, fork, result), result);
  }

  private Children.Exit run(ProcessBuilder command, Path result)
      throws IOException, InterruptedException {
    server.ifPresent(process -> process.announce(command));
    Children.Exit exit = children.run(command, result);
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
