package dev.poolmark.analysis.verdict;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.poolmark.analysis.results.Course;
import dev.poolmark.analysis.results.ForkResult;
import dev.poolmark.analysis.results.ForkResult.Jmh;
import dev.poolmark.analysis.results.Results;
import dev.poolmark.analysis.study.Fork;
import dev.poolmark.analysis.study.InputException;
import dev.poolmark.analysis.study.Studies;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WarningTest extends Judging {

  @Test
  void warningsAreValuesAndReachTheFileAndTheTable() {
    Verdict verdict = judge(fork ->
        fork.round() == 2 && client(fork).equals("jdk") ? Optional.empty() : result(fork, 0.6));

    assertThat(verdict.cells().get(0).warnings()).isEmpty();
    assertThat(verdict.cells().get(1).warnings())
        .containsExactly(new Warning.MissingForks(8, 6), new Warning.TooFewForks(3, 4));
    assertThat(VerdictFile.format(verdict))
        .contains("\"kind\" : \"missing-forks\"", "6 of 8 forks were measured");
    assertThat(VerdictFile.text(verdict))
        .contains("warning: sequential jdk reference: 6 of 8 forks were measured\n");
  }

  /** 2 of 2^(2 n) chances for each cell, against alpha 5 %. */
  @ParameterizedTest
  @CsvSource({"1, 3", "2, 4", "6, 4", "7, 5", "12, 5", "25, 5", "26, 6", "40, 6", "2000, 9"})
  void aLargerReportWantsMoreForks(int cells, int wanted) {
    assertThat(Warning.TooFewForks.wanted(cells, 0.05)).isEqualTo(wanted);
  }

  @Test
  void groupsOfForksAndUnsteadyIterationsAreWarnedOf() {
    study = unproven().withRounds(6);
    Verdict verdict = judge(fork -> {
      ForkResult plain = uncounted(fork);
      double mode = isBaseline(fork.arm()) && fork.round() % 2 == 0 ? 1.2 : 1;
      double first = isBaseline(fork.arm()) ? 1 : 1.1;
      return Optional.of(new ForkResult(
          plain.millis() * mode,
          List.of(plain.millis() * first, plain.millis()),
          Optional.empty(),
          plain.jmh()));
    });

    List<Warning> warnings = verdict.cells().get(0).warnings();
    assertThat(warnings)
        .extracting(Warning::kind)
        .containsExactly("bimodal-forks", "unstable-warm-up");
    assertThat(warnings)
        .extracting(Warning::message)
        .containsExactly(
            "the forks of connection-per-request fall into two groups, 20.0 % apart",
            "not warm: the first half of the iterations of pooled was 10.0 % slower than the second");
  }

  @ParameterizedTest
  @CsvSource({
    "66, avgt, WITHIN, 0",
    "67, avgt, WITHIN, 1",
    "66, thrpt, WITHIN, 0",
    "67, thrpt, VOID, 1"
  })
  void aServerWithoutHeadroomIsWarnedOfAndVoidsOperationsASecond(
      double busyPercent, String mode, CellVerdict cellVerdict, long warnings) {
    Verdict verdict = judge(fork -> {
      ForkResult plain = result(fork, 0.6).orElseThrow();
      boolean busy = client(fork).equals("jdk") && isBaseline(fork.arm());
      return Optional.of(new ForkResult(
          plain.millis(),
          List.of(),
          plain.counts(),
          busy ? Map.of("serverBusyPercent", busyPercent) : Map.of(),
          new Jmh("1.37", mode, List.of(), 1, 1, 3)));
    });

    JudgedCell jdk = verdict.cells().get(1);
    assertThat(verdict.cells().get(0).verdict()).isEqualTo(CellVerdict.WITHIN);
    assertThat(jdk.verdict()).isEqualTo(cellVerdict);
    assertThat(
            jdk.warnings().stream().filter(w -> w instanceof Warning.NoHeadroom).count())
        .isEqualTo(warnings);
    assertThat(jdk.comparison().isPresent()).isEqualTo(cellVerdict != CellVerdict.VOID);
    if (warnings > 0) {
      assertThat(VerdictFile.text(verdict))
          .contains("saturated by connection-per-request: it could have done 1.49 times");
    }
  }

  @Test
  void whatIsTheSameInManyCellsIsOneNote() throws InputException {
    study = Studies.open("quick").withRounds(3);
    Verdict verdict = judge(fork -> result(fork, 0.6));

    assertThat(verdict.notes())
        .containsExactly("too few forks: 12 of 12 cells, such as sequential okhttp reference:"
            + " 3 forks per arm; a report of this size needs 5 (verdict.json has all)");
    assertThat(verdict.verdict()).isEqualTo(StudyVerdict.PROVISIONAL);
    assertThat(verdict.judgement())
        .contains("holds provisionally: 12 of 12 cells within", "12 cells need 5 (run --more 2).");
  }

  @ParameterizedTest
  @CsvSource({"0.5, false", "0.51, true", "-1, false"})
  void loadBeforeTheRunIsWarnedOf(double before, boolean warned) {
    load = before;
    Verdict verdict = judge(fork -> result(fork, 0.6));

    assertThat(verdict.warnings())
        .isEqualTo(warned ? List.of(new Warning.OtherLoad(before, 2, false)) : List.of());
    assertThat(VerdictFile.text(verdict).contains("the load average before the run"))
        .isEqualTo(warned);
    assertThat(VerdictFile.format(verdict).contains("\"other-load\"")).isEqualTo(warned);
  }

  @ParameterizedTest
  @CsvSource({"0.19, false", "0.21, true"})
  void loadBesideTheForksCountsWhereItIsKnown(double others, boolean warned) {
    load = 2;
    Map<Fork, ForkResult> forks = new LinkedHashMap<>();
    Map<Fork, Course> courses = new LinkedHashMap<>();
    for (List<Fork> round : study.design().plan()) {
      for (Fork fork : round) {
        forks.put(fork, result(fork, 0.6).orElseThrow());
        courses.put(fork, course(300, others));
      }
    }
    Results results = new Results(forks, courses, List.of(), List.of());

    assertThat(Judge.judge(study, results, environment(load)).warnings())
        .isEqualTo(warned ? List.of(new Warning.OtherLoad(others, 2, true)) : List.of());
  }

  @ParameterizedTest
  @CsvSource({
    "8, 361, false",
    "8, 362, true",
    "4, 600, false",
  })
  void aMachineThatChangesItsSpeedIsNamed(int forksInARound, long slowMillis, boolean warned)
      throws InputException {
    study = Studies.open("quick")
        .only("client", List.of("okhttp", "jdk"))
        .only("scenario", List.of("sequential", "indexing").subList(0, forksInARound / 4))
        .withRounds(3);
    Map<Fork, Course> courses = new LinkedHashMap<>();
    for (List<Fork> round : study.design().plan()) {
      assertThat(round).hasSize(forksInARound);
      round.forEach(fork ->
          courses.put(fork, course(fork.round() == 2 ? slowMillis : 300 + fork.round(), 0)));
    }

    List<Warning> warnings = Judge.judge(
            study, new Results(Map.of(), courses, List.of(), List.of()), environment(0))
        .warnings();
    if (!warned) {
      assertThat(warnings).isEmpty();
      return;
    }
    assertThat(warnings)
        .singleElement()
        .isInstanceOfSatisfying(Warning.UnsteadyMachine.class, warning -> {
          assertThat(warning.message())
              .isEqualTo(
                  "the machine changed its speed: starting the JVMs of a fork took 20 % longer in round"
                      + " 2 than in round 1");
          assertThat(warning.percent()).isCloseTo(100 * (362.0 / 301 - 1), within(1e-9));
        });
  }

  @Test
  void aRoundThatIsNotCompleteSaysNothingAboutTheMachine() throws InputException {
    study = Studies.open("quick").withRounds(2);
    Map<Fork, Course> courses = new LinkedHashMap<>();
    for (List<Fork> round : study.design().plan()) {
      round.forEach(fork -> courses.put(fork, course(fork.round() == 2 ? 600 : 300, 0)));
    }
    courses.remove(study.design().plan().get(1).get(0));
    Results results = new Results(Map.of(), courses, List.of(), List.of());

    assertThat(Judge.judge(study, results, environment(0)).warnings()).isEmpty();
  }
}
