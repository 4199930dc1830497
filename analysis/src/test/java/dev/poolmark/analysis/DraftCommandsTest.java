package dev.poolmark.analysis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.poolmark.analysis.study.Study;
import dev.poolmark.analysis.study.StudyFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code init} and {@code predict} as a user sees them. */
class DraftCommandsTest {

  private static final String SERVICE = " --rtt 12ms --service-time 40ms";

  @TempDir
  private Path dir;

  @Test
  void draftsAStudy() throws Exception {
    Path file = dir.resolve("check out.yaml");
    Outcome outcome = poolmark(
        "init",
        file.toString(),
        "--rtt",
        "12ms",
        "--service-time",
        "lognormal:40ms:0.5",
        "--tls",
        "1.3",
        "--body",
        "8KiB",
        "--concurrency",
        "30",
        "--clients",
        "okhttp,jdk");

    assertThat(outcome.err()).isEmpty();
    assertThat(outcome.status()).isEqualTo(0);
    assertThat(outcome.out().lines())
        .satisfiesExactly(
            line -> assertThat(line).isEqualTo("Written: " + file),
            line -> assertThat(line)
                .matches(
                    "4 cells x 2 arms x 6 rounds = 48 forks, about \\d+ min \\(an estimate\\)\\."),
            line -> assertThat(line).isEqualTo("Next: run " + file));
    Study study = StudyFile.parse("f", Files.readString(file));
    assertThat(study.name()).isEqualTo("check-out");
    assertThat(study.design().parameters().get("client")).containsExactly("okhttp", "jdk");
    assertThat(study.design().parameters().get("profile"))
        .containsExactly("rtt=12ms+service-time=lognormal:40ms:0.5+tls=1.3+body-bytes=8192");
    assertThat(file)
        .content()
        .contains("#   --resumption off: ")
        .doesNotContain("#   --tls", "#   --body", "#   --concurrency", "#   --clients");
  }

  @Test
  void saysWhatItAssumes() throws Exception {
    Path file = dir.resolve("a.yaml");
    assertThat(poolmark(("init " + file + SERVICE).split(" ")).status()).isEqualTo(0);

    assertThat(file)
        .content()
        .contains("#   --tls 1.3\n")
        .contains("#   --resumption off: ")
        .contains("#   --body 2KiB\n")
        .contains("#   --concurrency 1: ")
        .contains("#   --clients okhttp,httpclient5,reactor-netty,jdk\n");
    assertThat(StudyFile.parse("f", Files.readString(file)).design().benchmarks())
        .containsOnlyKeys("sequential");
  }

  @Test
  void overwritesNothing() throws IOException {
    Path file = dir.resolve("a.yaml");
    Files.writeString(file, "mine");
    Outcome outcome = poolmark(("init " + file + SERVICE).split(" "));

    assertThat(outcome.status()).isEqualTo(2);
    assertThat(outcome.err()).isEqualTo("poolmark: FILE must not exist yet: " + file + "\n");
    assertThat(file).hasContent("mine");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "init no/such/a.yaml --rtt 1ms --service-time 1ms | FILE must be in a folder that can be written: ",
        "init a.yml --rtt 1ms --service-time 1ms | FILE must be a name that ends with .yaml: a.yml",
        "init / --rtt 1ms --service-time 1ms | FILE must be a name that ends with .yaml: /",
        "init quick --rtt 1ms --service-time 1ms | FILE must be a name that ends with .yaml: quick",
        "init a.yaml --rtt 1ms | Missing required option: '--service-time=TIME'",
        "init a.yaml --rtt 12 --service-time 1ms | --rtt must be a time such as 0.5ms, 20us or 2s: 12",
        "init a.yaml --rtt 1ms --service-time 1ms --concurrency x | concurrency': 'x' is not an int",
        "init a.yaml --rtt 1ms --service-time 1ms --concurrency 0 | --concurrency must be from 1 to 500: 0",
        "init a.yaml --rtt 1ms --service-time 1ms --clients okhtp | --clients must be of okhttp, httpclient5, reactor-netty, jdk, httpclient5-async, jetty: okhtp; did you mean okhttp?",
        "init a.yaml --rtt 1ms --sevice-time 1ms | ; did you mean --service-time?",
        "predict --rtt 1ms --service-time 1ms --tls 1.2 --resumption on | --tls and --resumption must be as in the run surface, which has plain, TLS 1.2, TLS 1.3, TLS 1.3 resumed: TLS 1.2 resumed",
        "predict --rtt 1ms --service-time 1ms --from published/quick | published/quick must be a run of a study with a model and at least 6 cells of a kind of TLS: quick",
        "predict --rtt 1ms --service-time 1ms --from nowhere | nowhere must be the folder of a run",
      })
  void aMistakeIsOneLine(String command, String error) {
    Outcome outcome = poolmark(command.split(" "));

    assertThat(outcome.status()).isEqualTo(2);
    assertThat(outcome.err()).contains(error).hasLineCount(1);
    assertThat(outcome.out()).isEmpty();
    assertThat(Path.of("a.yaml")).doesNotExist();
  }

  /** At a round trip of 5 ms and a service time of 25 ms, {@code surface} measured savings of 38.9 and 13.8 %. */
  @Test
  void predictsWhatWasMeasured() {
    String tls = predict("--rtt 5ms --service-time 25ms --tls 1.2");
    String plain = predict("--rtt 5ms --service-time 25ms --tls none");

    assertThat(percent(tls)).isBetween(37.0, 42.0);
    assertThat(percent(plain)).isBetween(13.0, 15.0);
    assertThat(tls).contains("other cells (TLS 1.2) within ");
    assertThat(plain).contains("other cells (plain) within ").doesNotContain("nobody has checked");
  }

  @Test
  void aRunGivesItsOwnFigures() {
    String service = "--rtt 12ms --service-time 40ms";

    assertThat(predict(service + " --from published/surface")).isEqualTo(predict(service));
  }

  @Test
  void saysWhatItCannotSay() {
    assertThat(predict("--rtt 50ms --service-time lognormal:40ms:0.5 --body 8KiB --concurrency 30"))
        .contains("That run had round trips of 1 to 20 ms; beyond them, at 50 ms, ")
        .contains("That run had service times of 1 to 25 ms; beyond them, at ")
        .contains("- how 30 calls at once compete for the processors")
        .contains("- percentiles: the service time is 45.3 ms on average")
        .contains("- the time to transfer a body of more than 2 KiB");
    assertThat(predict("--rtt 5ms --service-time 5ms"))
        .contains("- --tls 1.3\n", "- --concurrency 1: ")
        .doesNotContain("beyond them", "at once", "percentiles", "- the time to transfer");
  }

  private static double percent(String prediction) {
    return Double.parseDouble(prediction.replaceFirst(
        "(?s)By the model, pooling cuts the time of a call by ([0-9.]+) %.*", "$1"));
  }

  private static String predict(String options) {
    Outcome outcome = poolmark(("predict " + options).split(" "));
    assertThat(outcome.err()).isEmpty();
    assertThat(outcome.status()).isEqualTo(0);
    return outcome.out();
  }

  private static Outcome poolmark(String... args) {
    return Outcome.of(args);
  }
}
