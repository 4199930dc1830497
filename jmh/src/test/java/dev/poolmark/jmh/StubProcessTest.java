package dev.poolmark.jmh;

import static org.assertj.core.api.Assertions.assertThat;

import dev.poolmark.stub.StubMain;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.openjdk.jmh.Main;

/** A benchmark against a stub in a process of its own, as the studies run it. */
@Timeout(60)
class StubProcessTest {
  private static final Pattern STUBS = Pattern.compile("\"stubs\":\"([^\"]+)\"");

  @TempDir
  private Path dir;

  @Test
  void theForkCallsTheProcessAndReadsItsCounts() throws Exception {
    Process stub = java(StubMain.class, "--end-with-input").start();
    try {
      Matcher ready = STUBS.matcher(stub.inputReader().readLine());
      assertThat(ready.find()).isTrue();
      Path result = dir.resolve("result.json");
      ProcessBuilder benchmark = java(
              Main.class,
              ("IndexingBenchmark -p client=okhttp -p reuse=connection-per-request -p documents=2"
                      + " -p profile=rtt=0ms+tls=1.3 -p warmUpSeconds=0 -wi 1 -i 1 -f 1 -foe true"
                      + " -rf json -rff " + result)
                  .split(" "))
          .redirectErrorStream(true);
      benchmark.environment().put(Service.STUBS, ready.group(1));
      Process run = benchmark.start();
      String output = new String(run.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

      assertThat(run.waitFor()).as(output).isZero();
      assertThat(Files.readString(result))
          .contains(
              "\"connections\" : {\n                \"score\" : 6.0", "\"serverBusyPercent\"");
    } finally {
      stub.destroyForcibly();
    }
  }

  private static ProcessBuilder java(Class<?> main, String... arguments) {
    List<String> command = new ArrayList<>(List.of(
        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
        "-cp",
        System.getProperty("java.class.path"),
        main.getName()));
    command.addAll(List.of(arguments));
    return new ProcessBuilder(command);
  }
}
