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
}
