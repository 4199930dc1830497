package dev.poolmark.analysis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** In a locale of ASCII letters, a path with others is refused in a line, by every command that takes one. */
@EnabledOnOs(OS.LINUX)
@Timeout(60)
class LocaleTest {

  @TempDir
  private Path dir;

  @ParameterizedTest
  @ValueSource(
      strings = {
        "run aa --out PATH",
        "run PATH",
        "run aa --jar PATH",
        "verdict PATH",
        "report PATH",
        "site PATH",
        "site PATH --out PATH",
        "compare PATH PATH",
        "choose PATH",
        "init PATH --rtt 1ms --service-time 1ms",
        "calibrate --out PATH"
      })
  void aPathWithOtherLettersIsOneLine(String command) throws Exception {
    List<String> line = new ArrayList<>(List.of(
        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
        "-cp",
        System.getProperty("java.class.path"),
        Poolmark.class.getName()));
    // A file's name is bytes, and these come through a file: this JVM's own locale may be of ASCII
    // too.
    String script =
        "p=$(printf 'Me\\303\\237ung') && exec \"$@\" " + command.replace("PATH", "\"$p\"");
    List<String> shell = new ArrayList<>(List.of("sh", "-c", script, "sh"));
    shell.addAll(line);
    ProcessBuilder builder =
        new ProcessBuilder(shell).directory(dir.toFile()).redirectErrorStream(true);
    builder.environment().put("LC_ALL", "C");
    Process process = builder.start();
    String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

    assertThat(process.waitFor(50, TimeUnit.SECONDS)).isTrue();
    assumeThat(text)
        .as("a JVM that reads names as UTF-8 in any locale")
        .doesNotContain("not found");
    assertThat(text)
        .hasLineCount(1)
        .contains("must be of characters that ANSI_X3.4-1968 has", "LC_ALL=C.UTF-8");
    assertThat(process.exitValue()).isEqualTo(2);
  }
}
