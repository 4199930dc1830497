package dev.poolmark.analysis.report;

import static org.assertj.core.api.Assertions.assertThat;

import dev.poolmark.analysis.results.RunFolder;
import dev.poolmark.analysis.verdict.JudgedRun;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A folder with every kind of verdict, a failed fork and a truncated file, against the files that it must give, byte by
 * byte. After a wanted change, {@code mvn verify -pl analysis -Dgolden.update=true} writes them anew; read the diff.
 */
class GoldenTest {

  private static final Path GOLDEN = Path.of("src", "test", "resources", "golden");

  @ParameterizedTest
  @ValueSource(
      strings = {
        "verdict.json",
        "report.html",
        "report.md",
        "forest.svg",
        "forks.svg",
        "iterations.svg",
        "cells.csv",
        "forks.csv",
        "SHA256SUMS"
      })
  void givesTheSameBytes(String name) throws Exception {
    String actual = files().get(name);
    Path golden = GOLDEN.resolve(name);
    if (Boolean.getBoolean("golden.update")) {
      Files.writeString(golden, actual);
    }

    assertThat(actual).isEqualTo(Files.readString(golden));
  }

  /** All the files that the golden folder gives. */
  static Map<String, String> files() throws Exception {
    return files(new RunFolder(GOLDEN.resolve("run")));
  }

  /** All the files that a run's folder gives. */
  static Map<String, String> files(RunFolder folder) throws Exception {
    JudgedRun run = JudgedRun.read(folder);
    return Report.files(run);
  }
}
