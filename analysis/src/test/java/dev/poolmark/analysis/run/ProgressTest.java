package dev.poolmark.analysis.run;

import static org.assertj.core.api.Assertions.assertThat;

import dev.poolmark.analysis.study.Fork;
import dev.poolmark.analysis.study.Studies;
import dev.poolmark.analysis.study.Study;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class ProgressTest {

  private final StringWriter text = new StringWriter();
  private long nanos;

  @Test
  void aLogGetsTwentyLinesAndTheTimeLeft() {
    run(false, 0);

    List<String> lines = text.toString().lines().toList();
    assertThat(lines).hasSize(20);
    assertThat(lines.get(0)).startsWith("[6/120] round 1: ").endsWith(": 50 ms, 9 min 30 s left");
    assertThat(lines.get(19)).startsWith("[120/120] round 5: ").endsWith("done");
  }

  @Test
  void aTerminalGetsOneLine() {
    run(true, 0);

    assertThat(text.toString().split("\r", -1)).hasSize(121);
    assertThat(text.toString()).containsOnlyOnce("\n");
  }

  @Test
  void forksOfAnEarlierRunSayNothingOfThePace() {
    run(false, 60);

    assertThat(text.toString().lines().toList().get(0))
        .startsWith("[66/120]")
        .contains("4 min 30 s left");
  }

  /** Every fork takes five seconds. */
  private void run(boolean terminal, int doneBefore) {
    Study quick = Studies.builtIn().get(0).withRounds(5);
    List<Fork> forks = quick.design().plan().stream().flatMap(List::stream).toList();
    Progress progress =
        new Progress(new PrintWriter(text), terminal, forks.size(), doneBefore, () -> nanos);
    for (Fork fork : forks.subList(doneBefore, forks.size())) {
      nanos += Duration.ofSeconds(5).toNanos();
      progress.ended(fork, "50 ms");
    }
  }
}
