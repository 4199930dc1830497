package dev.poolmark.analysis;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.jar.Attributes;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import javax.tools.JavaCompiler;
import javax.tools.ToolProvider;
import joptsimple.OptionParser;
import org.apache.commons.math3.util.FastMath;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.openjdk.jmh.Main;
import org.openjdk.jmh.generators.BenchmarkProcessor;

/** A real JMH jar that knows nothing of HTTP, of clients, or of counts, from the study to the report. */
@Timeout(180)
class ForeignJarTest {

  private static final String BENCHMARK = """
      package foreign;
      import org.openjdk.jmh.annotations.*;
      @State(Scope.Thread)
      public class SumBenchmark {
        @Param({"10"}) public int length;
        @Param({"loop", "stream"}) public String way;
        @Benchmark public int sum() {
          if (way.equals("stream")) {
            return java.util.stream.IntStream.range(0, length).sum();
          }
          int sum = 0;
          for (int i = 0; i < length; i++) sum += i;
          return sum;
        }
      }
      """;

  private static final String STUDY = """
      name: foreign
      question: Is a loop faster than a stream?
      jar: %s
      benchmarks:
        sum: {benchmark: foreign.SumBenchmark, jmh: [-bm, %s, -wi, 1, -w, 10ms, -i, 2, -r, 10ms]}
      parameters: {length: [1000]}
      arms: {parameter: way, baseline: {value: stream}, candidate: {value: loop}}
      rounds: 2
      seed: 1
      target: {minPercent: -1000, maxPercent: 100}
      confidence: 0.5
      """;

  @TempDir
  private Path dir;

  @Test
  void itsStudyRunsAndIsReported() throws Exception {
    Path jar = build();
    for (String mode : List.of("thrpt", "sample")) {
      Path study = dir.resolve(mode + ".yaml");
      Files.writeString(study, STUDY.formatted(jar, mode));
      String out = dir.resolve(mode).toString();

      assertThat(poolmark("run", study.toString(), "--busy", "--out", out)).isEqualTo(0);
      assertThat(poolmark("report", out)).isEqualTo(0);
      assertThat(dir.resolve(mode).resolve("forks.csv")).content().hasLineCount(5);
      assertThat(dir.resolve(mode).resolve("report.md"))
          .content()
          .contains("mode " + mode, "Where the time went")
          .doesNotContain("not measured,");
      assertThat(dir.resolve(mode).resolve("verdict.json"))
          .content()
          .contains("\"missing\" : [ ]")
          .doesNotContain("void");
    }
    refusesMistakes(jar);
  }

  /** Before anything is measured. */
  private void refusesMistakes(Path jar) throws IOException {
    Path study = dir.resolve("wrong.yaml");
    Map<String, String> mistakes = Map.of(
        "[many]",
        "length must be a whole number: many",
        "-i, two",
        "jmh must be options of JMH: -bm ss -wi 1 -w 10ms -i two -r 10ms"
            + " (Cannot parse argument 'two' of option i)");
    for (Map.Entry<String, String> mistake : mistakes.entrySet()) {
      String wrong = mistake.getKey();
      String right = wrong.replace("many", "1000").replace("two", "2");
      Files.writeString(study, STUDY.formatted(jar, "ss").replace(right, wrong));
      StringWriter err = new StringWriter();
      Poolmark.execute(
          new PrintWriter(new StringWriter()),
          new PrintWriter(err),
          "run",
          study.toString(),
          "--busy",
          "--out",
          dir.resolve("wrong").toString());
      assertThat(err.toString()).contains(mistake.getValue()).hasLineCount(1);
      assertThat(dir.resolve("wrong")).doesNotExist();
    }
  }

  private int poolmark(String... args) {
    StringWriter out = new StringWriter();
    int status = Poolmark.execute(new PrintWriter(out), new PrintWriter(out), args);
    assertThat(out.toString()).doesNotContain("poolmark: ");
    return status;
  }

  private Path build() throws Exception {
    Path source = Files.createDirectories(dir.resolve("src/foreign")).resolve("SumBenchmark.java");
    Files.writeString(source, BENCHMARK);
    Path classes = Files.createDirectories(dir.resolve("classes"));
    List<Path> libraries = Stream.of(
            Main.class, BenchmarkProcessor.class, OptionParser.class, FastMath.class)
        .map(ForeignJarTest::jarOf)
        .toList();
    String path = libraries.stream()
        .map(Path::toString)
        .collect(Collectors.joining(System.getProperty("path.separator")));
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    assertThat(compiler.run(
            null,
            null,
            null,
            "-cp",
            path,
            "-processor",
            BenchmarkProcessor.class.getName(),
            "-d",
            classes.toString(),
            source.toString()))
        .isZero();
    return pack(classes, libraries);
  }

  private Path pack(Path classes, List<Path> libraries) throws IOException {
    Manifest manifest = new Manifest();
    manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
    manifest.getMainAttributes().put(Attributes.Name.MAIN_CLASS, Main.class.getName());
    manifest
        .getMainAttributes()
        .put(
            Attributes.Name.CLASS_PATH,
            libraries.stream()
                .map(library -> library.toUri().toString())
                .collect(Collectors.joining(" ")));
    Path jar = dir.resolve("foreign.jar");
    try (OutputStream file = Files.newOutputStream(jar);
        JarOutputStream target = new JarOutputStream(file, manifest);
        Stream<Path> files = Files.walk(classes)) {
      for (Path each : files.filter(Files::isRegularFile).sorted().toList()) {
        String name = classes.relativize(each).toString().replace('\\', '/');
        target.putNextEntry(new ZipEntry(name));
        Files.copy(each, target);
      }
    }
    return jar;
  }

  private static Path jarOf(Class<?> type) {
    try {
      return Path.of(type.getProtectionDomain().getCodeSource().getLocation().toURI());
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }
}
