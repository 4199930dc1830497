package dev.poolmark.analysis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.poolmark.analysis.run.FakeJar;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** What tests of the command line share: a study, a jar, a folder, and the commands in this JVM. */
abstract class Commands {

  static final String STUDY = """
      name: small
      question: Does it?
      benchmarks:
        echo: {benchmark: fake.EchoBenchmark, parameters: {count: 10}, jmh: [-wi, 1]}
      parameters: {client: [fast]}
      arms:
        parameter: reuse
        baseline: {value: "off", connectionsPerRequest: {min: 1, max: 1}}
        candidate: {value: "on", connectionsPerRequest: {min: 0, max: 0.02}}
      rounds: 2
      seed: 3
      target: {minPercent: 30, maxPercent: 50}
      confidence: 0.95
      """;

  static final String WITH_SERVER = STUDY + """
      server:
        java: [dev.poolmark.analysis.run.FakeServer]
        address: address
        variable: FAKE_SERVER
        warmUp: {benchmark: fake.EchoBenchmark, parameters: {count: 77, reuse: "on"}}
      """;

  @TempDir
  Path dir;

  FakeJar jar;
  Path out;

  @BeforeEach
  void packJar() throws IOException {
    jar = FakeJar.in(Files.createDirectory(dir.resolve("jar")));
    out = dir.resolve("out");
    writeStudy(STUDY);
  }

  void assertRefusedWith(String error, String... more) {
    Outcome outcome = poolmark(Stream.concat(
            Stream.of("run", studyFile(), "--busy", "--out", out.toString()), Stream.of(more))
        .toArray(String[]::new));
    assertThat(outcome.status()).isEqualTo(2);
    assertThat(outcome.err()).contains(error).hasLineCount(1);
  }

  void assertRefused(String error) {
    Outcome outcome = poolmark("run", studyFile(), "--busy", "--out", out.toString());
    assertThat(outcome.status()).isEqualTo(2);
    assertThat(outcome.err()).contains(error).hasLineCount(1);
  }

  int run(String... more) {
    return poolmark(Stream.concat(
                Stream.of("run", studyFile(), "--busy", "--out", out.toString()), Stream.of(more))
            .toArray(String[]::new))
        .status();
  }

  static Outcome poolmark(String... args) {
    return Outcome.of(args);
  }

  String studyFile() {
    return dir.resolve("study.yaml").toString();
  }

  void writeStudy(String text) throws IOException {
    Files.writeString(dir.resolve("study.yaml"), text + "jar: " + jar.path() + "\n");
  }

  Map<String, FileTime> rounds() throws IOException {
    Map<String, FileTime> files = new TreeMap<>();
    try (Stream<Path> paths = Files.list(out.resolve("rounds"))) {
      for (Path path : paths.toList()) {
        files.put(path.getFileName().toString(), Files.getLastModifiedTime(path));
      }
    }
    return files;
  }
}
