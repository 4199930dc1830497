package dev.poolmark.fidelity;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The command line of {@code stub.jar}. */
@Timeout(60)
class StubJarTest {
  @ParameterizedTest
  @CsvSource({"-h, --rtt", "-h, fidelity", "fidelity -h, --output", "soak -h, --seconds"})
  void offersTheStubAndTheCommandsThatMeasureIt(String arguments, String offered) throws Exception {
    List<String> command = new ArrayList<>(List.of(
        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
        "-cp",
        System.getProperty("java.class.path"),
        StubJar.class.getName()));
    command.addAll(List.of(arguments.split(" ")));
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    assertThat(new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
        .contains(offered);
    assertThat(process.waitFor()).isZero();
  }
}
