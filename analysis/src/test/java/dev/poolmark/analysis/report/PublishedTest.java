package dev.poolmark.analysis.report;

import static org.assertj.core.api.Assertions.assertThat;

import dev.poolmark.analysis.results.RunFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What is published in the tree is what its raw rounds give. After a wanted change of the report, {@code poolmark
 * report} on the folder writes it anew.
 */
class PublishedTest {
  static List<Path> folders() throws IOException {
    try (Stream<Path> folders = Files.list(Path.of("published"))) {
      return folders
          .filter(folder -> Files.exists(folder.resolve("study.yaml")))
          .sorted()
          .toList();
    }
  }

  @ParameterizedTest
  @MethodSource("folders")
  void everyFileFollowsFromTheRounds(Path folder) throws Exception {
    GoldenTest.files(new RunFolder(folder))
        .forEach(
            (name, text) -> assertThat(folder.resolve(name)).content().as(name).isEqualTo(text));
  }
}
