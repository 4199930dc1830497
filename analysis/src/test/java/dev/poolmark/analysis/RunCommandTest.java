package dev.poolmark.analysis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.poolmark.analysis.run.FakeJar;
import dev.poolmark.analysis.study.Fork;
import dev.poolmark.analysis.study.Study;
import dev.poolmark.analysis.study.StudyFile;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** {@code run} as a user sees it: exit status, output, files. The benchmarks are {@link FakeJar}. */
@Timeout(120)
class RunCommandTest extends Commands {

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
            "missing: round 1: echo fast off: truncated or not JSON of JMH, rounds/01-echo-fast-off.json");
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
}
