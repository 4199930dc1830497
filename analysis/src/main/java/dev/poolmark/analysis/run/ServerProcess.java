package dev.poolmark.analysis.run;

import dev.poolmark.analysis.results.Json;
import dev.poolmark.analysis.study.InputException;
import dev.poolmark.analysis.study.Server;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * The process that a study's forks call. What it writes to standard error goes into a file. It ends with this JVM at
 * the latest, because its standard input does.
 */
final class ServerProcess implements AutoCloseable {
  private final Process process;
  private final Path log;
  private final String variable;
  private final String address;

  private ServerProcess(Process process, Path log, String variable, String address) {
    this.process = process;
    this.log = log;
    this.variable = variable;
    this.address = address;
  }

  /**
   * Starts it, and waits until it is ready.
   *
   * @throws InputException if its first line does not tell the address
   */
  static ServerProcess start(Server server, Path jar, Path log) throws InputException, IOException {
    List<String> command = new ArrayList<>(List.of(JmhJar.java(), "-cp", jar.toString()));
    command.addAll(server.java());
    Process process = new ProcessBuilder(command)
        .redirectError(ProcessBuilder.Redirect.appendTo(log.toFile()))
        .start();
    // Not closed: it is the server's output, which lasts as long as the server.
    String ready = Objects.requireNonNullElse(process.inputReader().readLine(), "");
    Optional<String> address = Json.member(ready, server.address());
    if (address.isEmpty()) {
      process.destroyForcibly();
      throw new InputException("server must write a line of JSON with " + server.address() + ": "
          + (ready.isEmpty() ? "it wrote none, see " + log : ready));
    }
    return new ServerProcess(process, log, server.variable(), address.get());
  }

  /** Tells a fork where the server is. */
  void announce(ProcessBuilder fork) {
    fork.environment().put(variable, address);
  }

  /**
   * Does nothing if it runs.
   *
   * @throws IOException if it has ended
   */
  void check() throws IOException {
    if (!process.isAlive()) {
      throw new IOException(
          "the server has ended with status " + process.exitValue() + ", see " + log);
    }
  }

  ProcessHandle handle() {
    return process.toHandle();
  }

  @Override
  public void close() {
    process.destroy();
  }
}
