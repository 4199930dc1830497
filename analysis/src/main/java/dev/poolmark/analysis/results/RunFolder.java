package dev.poolmark.analysis.results;

import dev.poolmark.analysis.study.Fork;
import dev.poolmark.analysis.study.InputException;
import dev.poolmark.analysis.study.Study;
import dev.poolmark.analysis.study.StudyFile;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import tools.jackson.core.JacksonException;

/**
 * The folder of a run: {@code study.yaml}, {@code environment.json}, {@code capabilities.json} if the jar has them,
 * {@code rounds/} and {@code course/}.
 */
public record RunFolder(Path dir) {

  /** What the name of a file ends with that gzip has compressed. */
  static final String COMPRESSED = ".gz";

  /** The study as in force. */
  public Path study() {
    return dir.resolve("study.yaml");
  }

  /** Where the run was made. */
  public Path environment() {
    return dir.resolve("environment.json");
  }

  /** What the measured clients can do, as their jar says. */
  public Path capabilities() {
    return dir.resolve("capabilities.json");
  }

  /** What the process that the forks call wrote to standard error. */
  public Path serverLog() {
    return dir.resolve("server.log");
  }

  /** The files of the forks. */
  public Path rounds() {
    return dir.resolve("rounds");
  }

  /** What the fork measured, as JMH wrote it. */
  public Path result(Fork fork) {
    return rounds().resolve(fork.fileName() + ".json");
  }

  /** The same where it is: somebody may have compressed it with gzip, as for publication. */
  public Path resultThere(Fork fork) {
    Path compressed = rounds().resolve(fork.fileName() + ".json" + COMPRESSED);
    return Files.exists(compressed) ? compressed : result(fork);
  }

  /** What a fork that failed had to say. */
  public Path failure(Fork fork) {
    return rounds().resolve(fork.fileName() + ".failed.log");
  }

  /** How the forks went. */
  public Path courses() {
    return dir.resolve("course");
  }

  /** How the fork went. */
  public Path course(Fork fork) {
    return courses().resolve(fork.fileName() + ".json");
  }

  /**
   * SHA-256 of everything that was measured or says how, in the format of {@code sha256sum}: the study, the
   * environment, the capabilities, the rounds and their courses.
   */
  public String checksums() throws IOException {
    List<Path> files = new ArrayList<>(List.of(capabilities(), environment(), study()));
    files.addAll(filesIn(courses()));
    files.addAll(filesIn(rounds()));
    StringBuilder sums = new StringBuilder();
    for (Path file : files) {
      if (Files.isRegularFile(file)) {
        sums.append(Digest.of(file)).append("  ").append(nameOf(file)).append('\n');
      }
    }
    return sums.toString();
  }

  /** A file's name for people: relative to the folder, with slashes. */
  String nameOf(Path file) {
    return dir.relativize(file).toString().replace('\\', '/');
  }

  /** The files of a folder by name, without what is hidden; none if there is no such folder. */
  static List<Path> filesIn(Path folder) throws IOException {
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    try (Stream<Path> files = Files.list(folder)) {
      return files
          .filter(file -> !file.getFileName().toString().startsWith("."))
          .sorted(Comparator.comparing(file -> file.getFileName().toString()))
          .toList();
    }
  }

  /** Reads {@link #study()}. */
  public Study readStudy() throws InputException {
    return StudyFile.parse(study().toString(), read(study()));
  }

  /** Reads {@link #environment()}. */
  public Environment readEnvironment() throws InputException {
    try {
      Environment environment = Json.MAPPER.readValue(read(environment()), Environment.class);
      if (environment == null) {
        throw new InputException(environment() + ": must not be empty");
      }
      return environment;
    } catch (JacksonException e) {
      throw new InputException(environment() + ": truncated or not an environment record"
          + Json.fieldOf(e)
          + (e.getLocation() == null ? "" : ", line " + e.getLocation().getLineNr()));
    }
  }

  /** Writes a file whole or not at all. */
  public static void write(Path file, String text) throws IOException {
    Path part = file.resolveSibling("." + file.getFileName() + ".part");
    try {
      Files.writeString(part, text);
      Files.move(part, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } finally {
      Files.deleteIfExists(part);
    }
  }

  /** The text of a file of the run. */
  String read(Path file) throws InputException {
    try {
      return Files.readString(file);
    } catch (CharacterCodingException e) {
      throw new InputException(file + " must be UTF-8");
    } catch (IOException e) {
      throw new InputException(
          dir + " must be the folder of a run: cannot read " + file.getFileName());
    }
  }
}
