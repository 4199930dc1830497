package dev.poolmark.analysis.verdict;

import static org.assertj.core.api.Assertions.assertThat;

import dev.poolmark.analysis.results.ForkResult;
import dev.poolmark.analysis.results.ForkResult.Counts;
import dev.poolmark.analysis.stats.Interval;
import dev.poolmark.analysis.study.InputException;
import dev.poolmark.analysis.study.Studies;
import dev.poolmark.analysis.study.StudyFile;
import dev.poolmark.analysis.study.Target;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class JudgeTest extends Judging {

  @ParameterizedTest
  @CsvSource({
    "10, 29.9, BELOW",
    "10, 30, INCONCLUSIVE",
    "29.9, 40, INCONCLUSIVE",
    "30, 50, WITHIN",
    "35, 40, WITHIN",
    "45, 50.1, INCONCLUSIVE",
    "29, 51, INCONCLUSIVE",
    "50, 60, INCONCLUSIVE",
    "50.1, 60, ABOVE",
    "-20, -10, BELOW"
  })
  void theWholeIntervalDecides(double low, double high, CellVerdict verdict) {
    assertThat(
            Judge.ofInterval(Optional.of(new Interval(low, high)), Optional.of(new Target(30, 50))))
        .isEqualTo(verdict);
  }

  @Test
  void validatesWhatHolds() {
    Verdict verdict = judge(fork -> result(fork, 0.6));

    assertThat(verdict.cells()).extracting(JudgedCell::verdict).containsOnly(CellVerdict.WITHIN);
    assertThat(verdict.verdict()).isEqualTo(StudyVerdict.VALIDATED);
    assertThat(verdict.headline())
        .matches("Pooling cuts latency by 3\\d(\\.\\d)?-4\\d(\\.\\d)? % with okhttp"
            + " and by 3\\d(\\.\\d)?-4\\d(\\.\\d)? % with jdk");
    assertThat(verdict.judgement())
        .isEqualTo(
            "The claim \u201cPooling cuts latency by 30-50 % on the reference profile\u201d holds:"
                + " 2 of 2 cells within 30-50 %.");
  }

  @Test
  void tellsWhatWasFoundByWhatVaries() throws InputException {
    assertThat(judge(fork -> result(fork, client(fork).equals("jdk") ? 1.2 : 0.6))
            .headline())
        .matches("Pooling cuts latency by [0-9.-]+ % with okhttp"
            + " and raises it by [0-9.-]+ % with jdk");
    study = Studies.open("quick");
    assertThat(judge(fork -> result(fork, 0.6)).headline())
        .matches("Pooling cuts latency by [0-9.-]+ % for calls one after another,"
            + " by [0-9.-]+ % for 20 calls at once, and by [0-9.-]+ % for document indexing");
    study = Studies.open("reuse-levels");
    assertThat(judge(fork -> result(fork, 0.6)).headline())
        .startsWith("A client for each request could not be compared, ")
        .contains("a pool cuts latency by ");
  }

  @Test
  void oneCellBelowRefutes() {
    Verdict verdict = judge(fork -> result(fork, client(fork).equals("jdk") ? 0.8 : 0.6));

    assertThat(verdict.cells())
        .extracting(JudgedCell::verdict)
        .containsExactly(CellVerdict.WITHIN, CellVerdict.BELOW);
    assertThat(verdict.verdict()).isEqualTo(StudyVerdict.REFUTED);
  }

  @Test
  void savingMoreIsNoRefutation() {
    Verdict verdict = judge(fork -> result(fork, client(fork).equals("jdk") ? 0.4 : 0.6));

    assertThat(verdict.count(CellVerdict.ABOVE)).isEqualTo(1);
    assertThat(verdict.verdict()).isEqualTo(StudyVerdict.VALIDATED);
  }

  @Test
  void aMissingForkForbidsValidation() {
    Verdict verdict = judge(fork ->
        fork.round() == 2 && client(fork).equals("jdk") ? Optional.empty() : result(fork, 0.6));

    assertThat(verdict.cells()).extracting(JudgedCell::verdict).containsOnly(CellVerdict.WITHIN);
    assertThat(verdict.missing()).hasSize(2);
    assertThat(verdict.verdict()).isEqualTo(StudyVerdict.INCONCLUSIVE);
  }

  @Test
  void oneForkIsNoEvidence() {
    Verdict verdict = judge(fork -> fork.round() == 1 ? result(fork, 0.6) : Optional.empty());

    assertThat(verdict.cells())
        .extracting(JudgedCell::verdict)
        .containsOnly(CellVerdict.INCONCLUSIVE);
    assertThat(verdict.cells().get(0).comparison()).isPresent();
    assertThat(verdict.headline())
        .isEqualTo("Nothing could be compared: 2 of 2 cells inconclusive, 12 forks missing");
    assertThat(VerdictFile.format(verdict)).contains("\"lowPercent\" : null");
  }

  @Test
  void nothingMeasuredIsInconclusive() {
    Verdict verdict = judge(fork -> Optional.empty());

    assertThat(verdict.verdict()).isEqualTo(StudyVerdict.INCONCLUSIVE);
    assertThat(verdict.missing()).hasSize(16);
    assertThat(VerdictFile.format(verdict)).contains("\"baselineMillis\" : null", "\"forks\" : 0");
    assertThat(VerdictFile.text(verdict)).startsWith("Nothing could be compared: ");
  }

  @Test
  void countsOfASingleForkMakeACellVoid() {
    Verdict verdict = judge(fork -> result(
        fork, 0.6, fork.round() == 2 && client(fork).equals("jdk") ? 0.5 : perRequest(fork)));

    assertThat(verdict.cells())
        .extracting(JudgedCell::verdict)
        .containsExactly(CellVerdict.WITHIN, CellVerdict.VOID);
    assertThat(verdict.verdict()).isEqualTo(StudyVerdict.INCONCLUSIVE);
  }

  /** Two agents that call one after another are no "concurrency 20", whatever they were asked for. */
  @ParameterizedTest
  @CsvSource({"17.9, VOID", "18, WITHIN"})
  void theServerMustHaveSeenTheRequestsAtOnce(double seen, CellVerdict expected)
      throws InputException {
    String concurrent = "benchmark: dev.poolmark.jmh.ConcurrentBenchmark\n    parameters";
    study = StudyFile.parse(
        "f",
        StudyFile.format(Studies.open("quick").only("scenario", List.of("concurrent")))
            .replace(concurrent, "inFlight: concurrency\n    " + concurrent));
    Verdict verdict = judge(fork -> {
      ForkResult plain = result(fork, 0.6).orElseThrow();
      return Optional.of(new ForkResult(
          plain.millis(),
          List.of(),
          plain.counts(),
          Map.of("peakRequestsInFlight", seen),
          plain.jmh()));
    });

    assertThat(verdict.cells()).extracting(JudgedCell::verdict).containsOnly(expected);
    if (expected == CellVerdict.VOID) {
      assertThat(verdict.notes().get(0))
          .contains(
              "the server saw 18 requests at once in a fork, fewer than 90 % of the 20 asked");
    }
  }

  @Test
  void bothArmsMustBeBorneOut() {
    Verdict pooledInTruth = judge(fork -> result(fork, 0.6, 0.0));
    Verdict unpooledInTruth = judge(fork -> result(fork, 0.6, 1.0));

    assertThat(pooledInTruth.count(CellVerdict.VOID)).isEqualTo(2);
    assertThat(unpooledInTruth.count(CellVerdict.VOID)).isEqualTo(2);
  }

  @Test
  void boundsWithoutCountsAreVoid() {
    Verdict verdict = judge(fork -> Optional.of(uncounted(fork)));

    assertThat(verdict.count(CellVerdict.VOID)).isEqualTo(2);
    assertThat(VerdictFile.format(verdict)).contains("\"candidate\" : null");
  }

  @Test
  void countsOfNoRequestsProveNothing() {
    Verdict verdict = judge(fork -> Optional.of(new ForkResult(
        100, List.of(), Optional.of(new Counts(0, 0)), uncounted(fork).jmh())));

    assertThat(verdict.count(CellVerdict.VOID)).isEqualTo(2);
  }

  @Test
  void withoutBoundsNoCountsAreNeeded() {
    study = unproven();
    Verdict verdict = judge(fork -> Optional.of(uncounted(fork)));

    assertThat(study.design().arms().baseline().connectionsPerRequest()).isEmpty();
    assertThat(verdict.verdict()).isEqualTo(StudyVerdict.VALIDATED);
  }

  @Test
  void theFileHasTheFieldsInTheirOrder() {
    String json = VerdictFile.format(judge(fork -> result(fork, 0.6)));

    String fields = json.lines()
        .filter(line -> line.contains("\" :"))
        .map(line -> line.strip().replaceAll("^\"(.*?)\".*", "$1"))
        .reduce("", (all, field) -> all + " " + field);
    String cell = " scenario client profile baseline candidate verdict reductionPercent lowPercent"
        + " highPercent baselineMillis candidateMillis forks p adjustedP detectableSavingPercent"
        + " connectionsPerRequest baseline candidate roundsToSettle warnings";
    assertThat(fields)
        .isEqualTo(" study headline claim target minPercent maxPercent confidence cells" + cell
            + cell + " missing verdict warnings");
  }

  @Test
  void pIsCorrectedOverTheCells() {
    Verdict verdict = judge(fork -> client(fork).equals("jdk")
        ? Optional.of(noisy(fork, 100))
        : Optional.of(noisy(fork, isBaseline(fork.arm()) ? 100 : 90)));
    JudgedCell.Significance different = verdict.cells().get(0).significance().get();
    JudgedCell.Significance same = verdict.cells().get(1).significance().get();

    assertThat(different.adjustedP()).isEqualTo(2 * different.p()).isLessThan(0.05);
    assertThat(same.adjustedP()).isEqualTo(same.p()).isGreaterThan(0.05);
    assertThat(same.detectableSavingPercent()).isBetween(2.0, 20.0);
    assertThat(verdict.differences())
        .isEqualTo("1 of 2 cells differ significantly (Holm, alpha = 5 %).");
  }

  @Test
  void anInconclusiveCellSaysHowManyRoundsWouldSettleIt() {
    study = unproven().withRounds(5);
    JudgedCell cell = judge(fork -> Optional.of(noisy(fork, isBaseline(fork.arm()) ? 100 : 69.5)))
        .cells()
        .get(0);
    assertThat(cell.verdict()).isEqualTo(CellVerdict.INCONCLUSIVE);
    assertThat(cell.roundsToSettle().get()).isBetween(5, 100);
    assertThat(cell.notes().get("inconclusive"))
        .containsExactly("about " + cell.roundsToSettle().get() + " more rounds would decide it");
    JudgedCell onTheEdge = judge(
            fork -> Optional.of(noisy(fork, isBaseline(fork.arm()) ? 100 : 70)))
        .cells()
        .get(0);
    assertThat(onTheEdge.roundsToSettle()).isEmpty();
    assertThat(onTheEdge.warnings()).contains(new Warning.OnTheEdge(Judge.MAX_ROUNDS_TO_SETTLE));
  }

  @Test
  void aSettledCellNeedsNoRounds() {
    assertThat(judge(fork -> result(fork, 0.6)).cells())
        .allMatch(cell -> cell.roundsToSettle().isEmpty());
  }
}
