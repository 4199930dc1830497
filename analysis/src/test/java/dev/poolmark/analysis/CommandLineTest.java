package dev.poolmark.analysis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.contentOf;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.poolmark.analysis.run.FakeJar;
import dev.poolmark.analysis.study.Fork;
import dev.poolmark.analysis.study.Study;
import dev.poolmark.analysis.study.StudyFile;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The commands as a user sees them: exit status, output, files. The benchmarks are {@link FakeJar}. */
@Timeout(120)
class CommandLineTest {

  private static final String STUDY = """
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

  private static final String WITH_SERVER = STUDY + """
      server:
        java: [dev.poolmark.analysis.run.FakeServer]
        address: address
        variable: FAKE_SERVER
        warmUp: {benchmark: fake.EchoBenchmark, parameters: {count: 77, reuse: "on"}}
      """;

  @TempDir
  private Path dir;

  private FakeJar jar;
  private Path out;

  /** What a command left behind. */
  private record Outcome(int status, String out, String err) {}

  @BeforeEach
  void packJar() throws IOException {
    jar = FakeJar.in(Files.createDirectory(dir.resolve("jar")));
    out = dir.resolve("out");
    writeStudy(STUDY);
  }

  @Test
  void measuresJudgesAndReports() throws Exception {
    assertThat(run()).isEqualTo(0);
    Study study = StudyFile.parse("f", STUDY);
    assertThat(rounds())
        .containsOnlyKeys(study.design().plan().stream()
            .flatMap(List::stream)
            .map(fork -> fork.fileName() + ".json")
            .toArray(String[]::new));
    assertThat(jar.calls()).hasSize(4);
    List<Fork> order = study.design().plan().stream().flatMap(List::stream).toList();
    for (int i = 0; i < order.size(); i++) {
      assertThat(jar.calls().get(i))
          .startsWith("^\\Qfake.EchoBenchmark.call\\E$ -wi 1 -p count=10 -p client=fast -p reuse="
              + order.get(i).arm().value() + " -f 1 -foe true -rf json -rff ");
    }
    assertThat(Files.readString(out.resolve("environment.json"))).contains("\"echo\" : \"1.0\"");
    assertThat(StudyFile.parse("f", Files.readString(out.resolve("study.yaml"))))
        .isEqualTo(study.withJar(jar.path().toString()));

    Outcome verdict = poolmark("verdict", out.toString());
    assertThat(verdict.status()).as("two forks per arm are too few").isEqualTo(1);
    assertThat(verdict.out())
        .startsWith("On cuts latency by ")
        .contains("holds provisionally: 1 of 1 cell ", "1 cell needs 3 (run --more 1).");
    assertThat(poolmark("verdict", out.toString(), "--json").out())
        .isEqualTo(Files.readString(out.resolve("verdict.json")))
        .contains("\"verdict\" : \"provisional\"");

    assertThat(poolmark("report", out.toString()).status()).isEqualTo(0);
    assertThat(out.resolve("report.html")).isNotEmptyFile();
    assertThat(out.resolve("report.md")).isNotEmptyFile();
    assertThat(out.resolve("forest.svg")).isNotEmptyFile();
  }

  /** A run that is older than the record gets it from the same jar, and one that has it keeps it. */
  @Test
  void recordsWhatTheClientsCanDo() throws Exception {
    run();
    Path capabilities = out.resolve("capabilities.json");
    assertThat(capabilities).hasContent(FakeJar.CAPABILITIES);

    Files.delete(capabilities);
    assertThat(run()).isEqualTo(0);
    assertThat(capabilities).hasContent(FakeJar.CAPABILITIES);
    assertThat(jar.calls()).hasSize(4);
    assertThat(poolmark("choose", out.toString(), "--needs", "maxLifetime").out())
        .startsWith("Choose fast: it is the only client that meets the needs.")
        .contains("fast: maxLifetime native");
  }

  @Test
  void measuresWhatIsAskedFor() throws Exception {
    writeStudy(STUDY.replace("[fast]", "[fast, slow]"));

    assertThat(run("--only", "client=slow", "--rounds", "1")).isEqualTo(0);
    assertThat(rounds()).containsOnlyKeys("01-echo-slow-off.json", "01-echo-slow-on.json");
    Study inForce = StudyFile.parse("f", Files.readString(out.resolve("study.yaml")));
    assertThat(inForce.design().rounds()).isEqualTo(1);
    assertThat(inForce.design().parameters()).isEqualTo(Map.of("client", List.of("slow")));
    assertRefused("holds rounds of another study: rounds is 1, now 2");
  }

  @Test
  void goesOnWhereItStopped() throws Exception {
    run();
    Map<String, FileTime> before = rounds();
    Path lost = out.resolve("rounds").resolve("02-echo-fast-on.json");
    Files.delete(lost);
    // What a killed run may leave.
    Files.writeString(out.resolve("rounds").resolve(".01-echo-fast-on.json.part"), "[{");

    assertThat(run()).isEqualTo(0);
    assertThat(jar.calls()).hasSize(5);
    Map<String, FileTime> after = rounds();
    assertThat(after.keySet()).isEqualTo(before.keySet());
    before.remove("02-echo-fast-on.json");
    assertThat(after).containsAllEntriesOf(before);
  }

  @Test
  void addsRoundsWithoutLosingAny() throws Exception {
    run();
    Map<String, FileTime> before = rounds();

    assertThat(run("--more", "2")).isEqualTo(0);
    assertThat(jar.calls()).hasSize(8);
    assertThat(rounds()).hasSize(8).containsAllEntriesOf(before);
    assertThat(rounds()).containsKeys("03-echo-fast-on.json", "04-echo-fast-off.json");
    assertThat(StudyFile.parse("f", Files.readString(out.resolve("study.yaml")))
            .design()
            .rounds())
        .isEqualTo(4);
    poolmark("verdict", out.toString());
    assertThat(Files.readString(out.resolve("verdict.json")))
        .contains("\"forks\" : 4", "\"missing\" : [ ]");
  }

  /** As a run with --more that was stopped: the same command goes on, and adds its rounds once. */
  @Test
  void roundsThatWereAddedAreFinishedBeforeMoreAre() throws Exception {
    run();
    run("--more", "1");
    Files.delete(out.resolve("rounds").resolve("03-echo-fast-on.json"));
    Outcome again = poolmark("run", studyFile(), "--busy", "--out", out.toString(), "--more", "1");

    assertThat(again.status()).isEqualTo(0);
    assertThat(again.out())
        .startsWith("Not finished yet: its 3 rounds come first; none are added.");
    assertThat(jar.calls()).hasSize(7);
    assertThat(rounds()).hasSize(6);
  }

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
  void comparesEachCellWithItself() throws Exception {
    writeStudy(STUDY
        .replace("client: [fast]", "client: [fast], reuse: [\"off\", \"on\"]")
        .replaceAll("(?m)^  parameter: reuse\n", "")
        .replaceAll("(?m)^  baseline: .*$", "  baseline: {value: first}")
        .replaceAll("(?m)^  candidate: .*$", "  candidate: {value: second}")
        .replace("{minPercent: 30, maxPercent: 50}", "{minPercent: -50, maxPercent: 50}"));

    assertThat(run()).isEqualTo(0);
    assertThat(jar.calls())
        .hasSize(8)
        .filteredOn(call -> call.contains("-p client=fast -p reuse=on -f 1"))
        .hasSize(4);
    assertThat(poolmark("verdict", out.toString()).out())
        .startsWith("Identical arms differ by at most ")
        .containsPattern("\\d of 2 cells differ significantly \\(Holm, alpha = 5 %\\)");
  }

  @Test
  void measuresATruncatedRoundAgain() throws Exception {
    run();
    Path file = out.resolve("rounds").resolve("01-echo-fast-off.json");
    Files.writeString(file, Files.readString(file).substring(0, 100));
    Outcome verdict = poolmark("verdict", out.toString());

    assertThat(verdict.status()).isEqualTo(1);
    assertThat(verdict.out())
        .contains(
            "missing: round 1: echo fast off: truncated or not JSON, rounds/01-echo-fast-off.json");
    assertThat(Files.readString(out.resolve("verdict.json"))).contains("\"forks\" : 1");
    assertThat(run()).isEqualTo(0);
    assertThat(jar.calls()).hasSize(5);
  }

  @Test
  void readsRoundsThatAreCompressedAndMeasuresATruncatedOneAgain() throws Exception {
    run();
    String before = poolmark("verdict", out.toString(), "--json").out();
    for (String name : rounds().keySet()) {
      compress(out.resolve("rounds").resolve(name));
    }
    assertThat(poolmark("verdict", out.toString(), "--json").out()).isEqualTo(before);
    assertThat(run()).isEqualTo(0);
    assertThat(jar.calls()).as("nothing is measured again").hasSize(4);

    Path file = out.resolve("rounds").resolve("01-echo-fast-off.json.gz");
    Files.write(file, Arrays.copyOf(Files.readAllBytes(file), 60));
    assertThat(poolmark("verdict", out.toString()).out())
        .contains("missing: round 1: echo fast off: truncated or not compressed with gzip,"
            + " rounds/01-echo-fast-off.json.gz");
    assertThat(run()).isEqualTo(0);
    assertThat(jar.calls()).hasSize(5);
    assertThat(rounds().keySet()).contains("01-echo-fast-off.json").hasSize(4);
  }

  private static void compress(Path file) throws IOException {
    Path to = file.resolveSibling(file.getFileName() + ".gz");
    try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(to))) {
      Files.copy(file, out);
    }
    Files.delete(file);
  }

  @Test
  void keepsAFailedForkUntilAskedToRetry() throws Exception {
    writeStudy(STUDY.replace("[fast]", "[fast, slow]"));
    jar.misbehave("fail", "slow", "on");
    Outcome failed = poolmark("run", studyFile(), "--busy", "--out", out.toString());

    assertThat(failed.status()).isEqualTo(1);
    assertThat(failed.out())
        .contains("missing: round 1: echo slow on: failed, see rounds/01-echo-slow-on.failed.log")
        .contains("missing: round 2: echo slow on: failed");
    assertThat(rounds()).hasSize(8);
    assertThat(out.resolve("rounds").resolve("02-echo-slow-on.failed.log"))
        .hasContent("exit status 1\nconnection refused\n");
    assertThat(poolmark("verdict", out.toString()).status()).isEqualTo(1);

    jar.behave();
    assertThat(run()).isEqualTo(1);
    assertThat(jar.calls()).hasSize(8);
    assertThat(run("--retry-failed")).isEqualTo(0);
    assertThat(jar.calls()).hasSize(10);
    assertThat(rounds().keySet()).allMatch(name -> name.endsWith(".json"));
  }

  @Test
  void anotherJmhStopsTheRunAndIsNoFailedFork() throws Exception {
    jar.misbehave("lock", "on");
    Outcome stopped = poolmark("run", studyFile(), "--busy", "--out", out.toString());

    assertThat(stopped.status()).isEqualTo(2);
    assertThat(stopped.err())
        .startsWith("poolmark: another JMH measures on this machine")
        .hasLineCount(1);
    assertThat(rounds().keySet()).allMatch(name -> name.endsWith("-off.json"));
    jar.behave();
    assertThat(run()).isEqualTo(0);
  }

  @Test
  void aForkThatHangsIsStoppedAndHasFailed() throws Exception {
    writeStudy(STUDY.replace("rounds: 2", "rounds: 1"));
    jar.misbehave("hang", "on");

    assertThat(run("--fork-timeout", "6")).isEqualTo(1);
    assertThat(out.resolve("rounds").resolve("01-echo-fast-on.failed.log"))
        .content()
        .startsWith("stopped after 6 s, --fork-timeout\n");
    for (long pid : jar.hangingPids()) {
      ProcessHandle.of(pid)
          .ifPresent(left -> left.onExit().orTimeout(5, TimeUnit.SECONDS).join());
    }
  }

  @Test
  void aVoidCellStopsTheRunAfterItsRound() throws Exception {
    writeStudy(STUDY.replaceAll(
        "(?m)^  candidate: .*$",
        "  candidate: {value: \"on\", connectionsPerRequest: {min: 0, max: 0.02}}"));
    jar.misbehave("reconnect", "on");
    Outcome stopped = poolmark("run", studyFile(), "--busy", "--out", out.toString());

    assertThat(stopped.status()).isEqualTo(2);
    assertThat(stopped.err())
        .startsWith("poolmark: stopped after round 1, because echo fast is void: on: the server"
            + " counted 0.300 connections per request in a fork, and the study allows 0 to 0.02;")
        .hasLineCount(1);
    assertThat(rounds()).hasSize(2);
    assertThat(run("--keep-going")).isEqualTo(0);
    assertThat(rounds()).hasSize(4);
    assertThat(poolmark("verdict", out.toString()).out())
        .startsWith("Nothing could be compared: 1 of 1 cell void");
  }

  @Test
  void aHalfWrittenResultIsAFailedFork() throws Exception {
    writeStudy(STUDY.replace("[fast]", "[fast, slow]"));
    jar.misbehave("truncate", "slow", "off");

    assertThat(run()).isEqualTo(1);
    assertThat(out.resolve("rounds").resolve("01-echo-slow-off.failed.log"))
        .content()
        .startsWith("result truncated or not JSON");
    assertThat(out.resolve("rounds").resolve("01-echo-slow-off.json")).doesNotExist();
  }

  @Test
  void stopsWhenAWholeRoundFails() throws Exception {
    jar.misbehave("fail");
    Outcome failed = poolmark("run", studyFile(), "--busy", "--out", out.toString());

    assertThat(failed.status()).isEqualTo(2);
    assertThat(failed.err())
        .startsWith("poolmark: every fork of round 1 failed, first ")
        .hasLineCount(1);
    assertThat(jar.calls()).hasSize(2);
  }

  @Test
  void aServerRunsBesideTheForks() throws Exception {
    writeStudy(WITH_SERVER);

    assertThat(run()).isEqualTo(0);
    assertThat(jar.calls()).hasSize(5).allMatch(call -> call.endsWith(" fake:1"));
    assertThat(jar.calls().get(0)).contains("-p count=77 -p reuse=on");
    assertThat(rounds()).hasSize(4);
    assertThat(out)
        .isDirectoryNotContaining(file -> file.getFileName().toString().contains("warm"));
    try (Stream<Path> courses = Files.list(out.resolve("course"))) {
      assertThat(courses)
          .filteredOn(
              course -> contentOf(course.toFile()).matches("(?s).*\"serverWarmUpMillis\" : \\d.*"))
          .as("the fork before which the server was warmed up")
          .hasSize(1);
    }
    assertThat(run()).isEqualTo(0);
    assertThat(jar.calls()).hasSize(5);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "fail | server must write a line of JSON with address: it wrote none, see ",
        "mumble | server must write a line of JSON with address: ready",
        "die | the server has ended with status 4, see ",
      })
  void aServerThatFailsIsOneLineAndLosesNoRound(String how, String error) throws Exception {
    writeStudy(WITH_SERVER);
    run();
    Map<String, FileTime> before = rounds();
    Files.delete(out.resolve("rounds").resolve("02-echo-fast-on.json"));
    jar.misbehaveServer(how);

    assertRefused(error);
    assertThat(rounds()).hasSize(3);
    assertThat(before).containsAllEntriesOf(rounds());
    jar.behave();
    assertThat(run()).isEqualTo(0);
    assertThat(rounds()).hasSize(4);
  }

  @Test
  void aWarmUpThatFailsIsOneLine() throws Exception {
    writeStudy(WITH_SERVER);
    jar.misbehave("fail", "77");

    assertRefused("the fork that warms the server up failed with status 1, see ");
    assertThat(out.resolve("server.log")).hasContent("connection refused\n");
  }

  @Test
  void aFolderThatCannotBeWrittenIsOneLine() throws Exception {
    Files.writeString(out, "a file");
    Outcome fromTheStart = poolmark("run", studyFile(), "--busy", "--out", out.toString());
    assertThat(fromTheStart.status()).isEqualTo(2);
    assertThat(fromTheStart.err()).startsWith("poolmark: cannot read or write").hasLineCount(1);

    Files.delete(out);
    jar.misbehave("unwritable", "on");
    Outcome inTheMiddle = poolmark("run", studyFile(), "--busy", "--out", out.toString());
    assertThat(inTheMiddle.status()).isEqualTo(2);
    assertThat(inTheMiddle.err()).startsWith("poolmark: cannot read or write").hasLineCount(1);
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
        "run nothing | study must be one of quick, full, tax, aa, surface, surface-clients, spike, defaults, reuse-levels, cost, floor, sizing, adaptive, open-loop, stale, outages, threads, or a file: nothing",
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
        "studies quik | threads: quik; did you mean quick?",
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
    Files.writeString(out.resolve("environment.json"), "{");

    assertThat(poolmark("report", out.toString()).status()).isEqualTo(2);
    assertRefused("environment.json: truncated or not an environment record");
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

  @Test
  void aKilledRunTakesItsForkWithIt() throws Exception {
    jar.misbehave("hang", "on");
    Process process = new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-cp",
            System.getProperty("java.class.path"),
            Poolmark.class.getName(),
            "run",
            studyFile(),
            "--busy",
            "--out",
            out.toString())
        .redirectErrorStream(true)
        .redirectOutput(dir.resolve("log").toFile())
        .start();
    try {
      long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
      while (jar.hangingPids().isEmpty() && process.isAlive() && System.nanoTime() < end) {
        Thread.sleep(20); // another process shows its state only by what it writes
      }
      List<Long> pids = jar.hangingPids();
      assertThat(pids).hasSize(2);
      assertRefused("is in use by another run");
      process.destroy();
      assertThat(process.waitFor(10, TimeUnit.SECONDS)).isTrue();
      for (long pid : pids) {
        ProcessHandle.of(pid)
            .ifPresent(left -> left.onExit().orTimeout(5, TimeUnit.SECONDS).join());
      }
    } finally {
      process.descendants().forEach(ProcessHandle::destroyForcibly);
      process.destroyForcibly();
    }
    assertThat(rounds().keySet()).allMatch(name -> name.matches("\\d\\d-echo-fast-off\\.json"));

    jar.behave();
    int before = jar.calls().size();
    int measured = rounds().size();
    assertThat(run()).isEqualTo(0);
    assertThat(jar.calls()).hasSize(before + 4 - measured);
  }

  @Test
  void everyJdkIsAValueOfAnAxis() throws Exception {
    String home = System.getProperty("java.home");
    String java = Path.of(home, "bin", "java").toString();

    assertThat(run("--jvm", "home=" + home, "--jvm", "command=" + java, "--rounds", "1"))
        .isEqualTo(0);
    assertThat(rounds())
        .containsOnlyKeys(
            "01-echo-fast-home-off.json",
            "01-echo-fast-home-on.json",
            "01-echo-fast-command-off.json",
            "01-echo-fast-command-on.json");
    assertThat(jar.calls()).hasSize(4).allMatch(call -> call.contains(" -jvm " + java + " "));
    assertThat(Files.readString(out.resolve("environment.json")))
        .containsPattern(
            "\"home\" : \\{\\s*\"version\" : \"" + Runtime.version().feature());
    assertThat(poolmark("verdict", out.toString()).out()).contains("jvm ", "command ");
    assertRefusedWith("jvms is {home=", "--rounds", "1");
    assertRefusedWith(
        "jvms.old must be the java command of a JDK: nowhere", "--jvm", "old=nowhere");
    assertRefusedWith("--jvm: jvms must be of letters", "--jvm", "a b=" + java);
  }

  @Test
  void refusesAMachineThatIsBusy() throws Exception {
    Process spinning = jar.spin();
    try {
      Outcome outcome = poolmark("run", studyFile(), "--out", out.toString());
      assumeTrue(Files.isReadable(Path.of("/proc/stat")), "skipped: there is no /proc/stat");
      assertThat(outcome.status()).isEqualTo(2);
      assertThat(outcome.err())
          .contains("the machine must be quiet, with at most ", "--busy")
          .hasLineCount(1);
      assertThat(jar.calls()).isEmpty();
      assertThat(out).as("a refused run leaves no record").doesNotExist();
      assertThat(run()).isEqualTo(0);
    } finally {
      spinning.destroyForcibly();
    }
  }

  @Test
  void recordsHowEveryForkWent() throws Exception {
    run();

    try (Stream<Path> courses = Files.list(out.resolve("course"))) {
      assertThat(courses.map(file -> file.getFileName().toString()))
          .containsExactlyInAnyOrderElementsOf(rounds().keySet());
    }
    poolmark("report", out.toString());
    assertThat(Files.readString(out.resolve("report.md")))
        .contains("## Where the time went", "## Iterations");
  }

  @Test
  void aReportOfSeveralRunsIsOnePage() throws Exception {
    run();
    Path other = dir.resolve("other");
    assertThat(poolmark("run", studyFile(), "--busy", "--out", other.toString()).status())
        .isEqualTo(0);
    Path both = dir.resolve("both");

    assertThat(poolmark("report", out.toString(), other.toString()).err())
        .contains("--out must be set for the report of several folders")
        .hasLineCount(1);
    assertThat(poolmark("report", out.toString(), out.toString(), "--out", both.toString())
            .err())
        .contains("folders must have names that differ: out")
        .hasLineCount(1);
    assertThat(poolmark("report", out.toString(), other.toString(), "--out", both.toString())
            .status())
        .isEqualTo(0);
    assertThat(both.resolve("report.html"))
        .content()
        .contains("<article id=\"run-out\">", "<article id=\"run-other\">");
    assertThat(both).isDirectoryContaining("glob:**/out-forest.svg");
    assertThat(both).isDirectoryContaining("glob:**/other-SHA256SUMS");
    assertThat(both.resolve("other-verdict.json")).exists();
    assertThat(other.resolve("verdict.json"))
        .as("a run's folder may be read-only")
        .doesNotExist();
  }

  private void assertRefusedWith(String error, String... more) {
    Outcome outcome = poolmark(Stream.concat(
            Stream.of("run", studyFile(), "--busy", "--out", out.toString()), Stream.of(more))
        .toArray(String[]::new));
    assertThat(outcome.status()).isEqualTo(2);
    assertThat(outcome.err()).contains(error).hasLineCount(1);
  }

  private void assertRefused(String error) {
    Outcome outcome = poolmark("run", studyFile(), "--busy", "--out", out.toString());
    assertThat(outcome.status()).isEqualTo(2);
    assertThat(outcome.err()).contains(error).hasLineCount(1);
  }

  private int run(String... more) {
    return poolmark(Stream.concat(
                Stream.of("run", studyFile(), "--busy", "--out", out.toString()), Stream.of(more))
            .toArray(String[]::new))
        .status();
  }

  private static Outcome poolmark(String... args) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    int status = Poolmark.execute(new PrintWriter(out, true), new PrintWriter(err, true), args);
    return new Outcome(status, out.toString(), err.toString());
  }

  private String studyFile() {
    return dir.resolve("study.yaml").toString();
  }

  private void writeStudy(String text) throws IOException {
    Files.writeString(dir.resolve("study.yaml"), text + "jar: " + jar.path() + "\n");
  }

  private Map<String, FileTime> rounds() throws IOException {
    Map<String, FileTime> files = new TreeMap<>();
    try (Stream<Path> paths = Files.list(out.resolve("rounds"))) {
      for (Path path : paths.toList()) {
        files.put(path.getFileName().toString(), Files.getLastModifiedTime(path));
      }
    }
    return files;
  }
}
