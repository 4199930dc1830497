package dev.poolmark.analysis;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Mistakes are one line that names them; help is none. */
@Timeout(120)
class UsageTest extends Commands {

  @Test
  void roundsAreOnlyAddedToTheSameStudyAndBuild() throws Exception {
    run();
    String study = Files.readString(out.resolve("study.yaml"));
    writeStudy(STUDY.replace("seed: 3", "seed: 4"));
    Outcome otherStudy =
        poolmark("run", studyFile(), "--busy", "--out", out.toString(), "--more", "1");
    writeStudy(STUDY);
    jar.rebuild();
    Outcome otherBuild =
        poolmark("run", studyFile(), "--busy", "--out", out.toString(), "--more", "1");

    assertThat(otherStudy.status()).isEqualTo(2);
    assertThat(otherStudy.err()).contains("another study: seed is 3, now 4").hasLineCount(1);
    assertThat(otherBuild.status()).isEqualTo(2);
    assertThat(otherBuild.err()).contains("another build of the jar").hasLineCount(1);
    assertThat(out.resolve("study.yaml")).hasContent(study);
    assertThat(poolmark("verdict", out.toString()).out()).contains("1 of 1 cell within 30-50 %. 2");
  }

  @Test
  void refusesAFolderOfAnotherStudy() throws Exception {
    run();
    writeStudy(STUDY.replace("seed: 3", "seed: 4"));

    assertRefused("holds rounds of another study: seed is 3, now 4; use another --out");
    Files.delete(out.resolve("study.yaml"));
    assertRefused("holds rounds without a study.yaml; use another --out");
  }

  @Test
  void refusesToMixBuildsAndMachines() throws Exception {
    run();
    String environment = Files.readString(out.resolve("environment.json"));
    byte[] build = Files.readAllBytes(jar.path());
    jar.rebuild();
    assertRefused("holds rounds from another build of the jar (SHA-256 ");

    Files.write(jar.path(), build);
    Files.writeString(
        out.resolve("environment.json"),
        environment.replace(Runtime.version().toString(), "1.4.2"));
    assertRefused("holds rounds from another JDK (1.4.2");
    Files.writeString(
        out.resolve("environment.json"),
        environment.replaceFirst("\"model\" : \".*\"", "\"model\" : \"Z80\""));
    assertRefused("x Z80, now ");
    assertThat(jar.calls()).hasSize(4);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "fast | curl | client must be one of fast, slow, odd, strange: curl",
        "fast | sloe | client must be one of fast, slow, odd, strange: sloe; did you mean slow?",
        "count | cuont | reuse, count: cuont; did you mean count?",
        "fake.EchoBenchmark | fake.EchBenchmark | : fake.EchBenchmark; did you mean fake.EchoBenchmark?",
        "client | colour | parameter of fake.EchoBenchmark.call must be one of client, reuse, count: colour",
        "'\"on\"' | pooled | reuse must be one of off, on: pooled",
        "fake.EchoBenchmark | fake.Nothing | benchmark must be one of fake.EchoBenchmark.call, ",
        "fake.EchoBenchmark | fake.TwinBenchmark | benchmark must be one of fake.TwinBenchmark.one, ",
        "'{count: 10}' | '{count: teapot}' | parameters must have values that the jar takes (count must be a number: teapot)",
        "rounds: 2 | 'rounds: 2\nserver: {java: [], address: a, variable: b, warmUp: {benchmark: c}}' | server: java must name a main class: []",
        "rounds: 2 | rounds: x | study.yaml: rounds: must be a whole number: x",
      })
  void aMistakeInAStudyIsOneLine(String valid, String wrong, String error) throws IOException {
    writeStudy(STUDY.replace(valid, wrong));

    assertRefused(error);
    assertThat(out).doesNotExist();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "run nothing | study must be one of quick, full, tax, aa, surface, surface-clients, spike, defaults, reuse-levels, cost, floor, sizing, adaptive, open-loop, stale, outages, threads, watching, or a file: nothing",
        "run quick --jar missing.jar | jar not found: missing.jar",
        "run quick --only client=curl | client must be one of okhttp, httpclient5, reactor-netty, jdk: curl",
        "run quick --only client | --only must be AXIS=VALUE[,VALUE]: client",
        "run quick --only client=jdk --only client=okhttp | client must be one of jdk: okhttp",
        "run quick --rounds 0 | --rounds must be >= 1: 0",
        "run quick --rounds x | is not an int",
        "run quick --full | --full must be of a study with a full form: quick has none",
        "run quick --more 0 | --more must be >= 1: 0",
        "run quick --more 1 --rounds 3 | --more must not be combined with --rounds: 3",
        "run quick --more 1 --out nothing | nothing must be the folder of a run: cannot read study.yaml",
        "compare nothing nowhere | nothing must be the folder of a run",
        "compare nothing | NEW",
        "compare a b --json --markdown | mutually exclusive",
        "run | STUDY",
        "verdict nothing | nothing must be the folder of a run: cannot read study.yaml",
        "report nothing | nothing must be the folder of a run",
        "jump | jump",
        "reprot | reprot'; did you mean report? (see poolmark -h)",
        "run quik | , or a file: quik; did you mean quick?",
        "run quick --onyl=client=jdk | onyl=client=jdk'; did you mean --only? (see poolmark run -h)",
        "studies quik | watching: quik; did you mean quick?",
        "studies quick.yaml | study must be one of quick, full, ",
      })
  void aMistakeInACommandIsOneLine(String command, String error) {
    Outcome outcome = poolmark(command.split(" "));

    assertThat(outcome.status()).isEqualTo(2);
    assertThat(outcome.err()).contains(error).hasLineCount(1);
    assertThat(outcome.out()).isEmpty();
  }

  @Test
  void aJarThatIsNotJmhsIsRefused() throws IOException {
    Files.writeString(jar.path(), "no jar");

    assertRefused("jar must be a JMH jar");
  }

  @Test
  void anUnreadableEnvironmentIsOneLine() throws Exception {
    run();
    Path file = out.resolve("environment.json");
    String whole = Files.readString(file);

    for (String text :
        List.of("{", whole.replaceFirst("(?s)\"jdk\" : \\{[^}]*}", "\"jdk\" : null"))) {
      Files.writeString(file, text);
      assertThat(poolmark("report", out.toString()).status()).isEqualTo(2);
      assertRefused("environment.json: truncated or not an environment record");
    }
    Files.writeString(file, "null");
    assertRefused("environment.json: must not be empty");
  }

  @ParameterizedTest
  @CsvSource({
    "-h",
    "run -h",
    "verdict -h",
    "report -h",
    "compare -h",
    "calibrate -h",
    "studies -h",
    "-V",
    "studies"
  })
  void helpIsNoMistake(String command) {
    Outcome outcome = poolmark(command.split(" "));

    assertThat(outcome.status()).isEqualTo(0);
    assertThat(outcome.out()).isNotBlank();
    assertThat(outcome.err()).isEmpty();
  }

  @Test
  void studiesSayWhatTheyAskAndCost() {
    assertThat(poolmark("studies").out())
        .contains("quick: Does connection pooling cut latency by 30-50 % on the reference profile?")
        .contains("12 cells x 2 arms x 10 rounds = 240 forks")
        .contains("    --full: 128 cells x 2 arms x 5 rounds = 1280 forks");
  }

  @Test
  void printsAStudyToStartFrom() throws IOException {
    assertThat(poolmark("studies", "sizing").out())
        .isEqualTo(Files.readString(Path.of("src", "main", "resources", "studies", "sizing.yaml")))
        .contains("# Each size is a candidate, against a single connection.");
  }
}
