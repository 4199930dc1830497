package dev.poolmark.analysis;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;

/** The published run {@code quick}, to be copied and changed in a known way. */
final class PublishedRun {
  static final Path QUICK = Path.of("published", "quick");

  private PublishedRun() {}

  /** Copies it into an empty folder, its rounds as JMH wrote them. */
  static void copyTo(Path folder) throws IOException {
    try (Stream<Path> paths = Files.walk(QUICK)) {
      for (Path path : paths.filter(Files::isRegularFile).toList()) {
        String name = QUICK.relativize(path).toString();
        Path target = folder.resolve(name.replaceFirst("\\.gz$", ""));
        Files.createDirectories(target.getParent());
        try (InputStream in = Files.newInputStream(path)) {
          Files.copy(name.endsWith(".gz") ? new GZIPInputStream(in) : in, target);
        }
      }
    }
  }

  /** Leaves the first rounds of a copy. */
  static void keepRounds(Path copy, int rounds) throws IOException {
    Path study = copy.resolve("study.yaml");
    Files.writeString(
        study, Files.readString(study).replaceFirst("rounds: \\d+", "rounds: " + rounds));
    try (Stream<Path> files = Files.list(copy.resolve("rounds"))) {
      for (Path file : files.toList()) {
        if (Integer.parseInt(file.getFileName().toString().substring(0, 2)) > rounds) {
          Files.delete(file);
        }
      }
    }
  }
}
