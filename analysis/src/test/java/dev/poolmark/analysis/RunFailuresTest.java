package dev.poolmark.analysis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.contentOf;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What becomes of a run in which a fork, the server, the disk or the machine fails. */
@Timeout(120)
class RunFailuresTest extends Commands {

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

  @ParameterizedTest
  @CsvSource({"rebuild, is another build now", "vanish, is gone"})
  void aJarThatChangesStopsTheRunAndFinishedForksStay(String how, String error) throws Exception {
    assertThat(run("--only", "client=fast", "--rounds", "1")).isEqualTo(0);
    Map<String, FileTime> finished = rounds();
    jar.misbehave(how, "on");

    assertRefusedWith(error, "--more", "1");
    assertThat(rounds()).containsAllEntriesOf(finished);
    assertThat(rounds().keySet())
        .doesNotContain("02-echo-fast-on.json", "02-echo-fast-on.failed.log");
  }
}
