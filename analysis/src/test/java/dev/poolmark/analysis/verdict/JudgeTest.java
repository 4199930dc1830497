package dev.poolmark.analysis.verdict;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.poolmark.analysis.results.Course;
import dev.poolmark.analysis.results.Environment;
import dev.poolmark.analysis.results.ForkResult;
import dev.poolmark.analysis.results.ForkResult.Counts;
import dev.poolmark.analysis.results.ForkResult.Jmh;
import dev.poolmark.analysis.results.Results;
import dev.poolmark.analysis.stats.Interval;
import dev.poolmark.analysis.study.Arm;
import dev.poolmark.analysis.study.Fork;
import dev.poolmark.analysis.study.InputException;
import dev.poolmark.analysis.study.Studies;
import dev.poolmark.analysis.study.Study;
import dev.poolmark.analysis.study.StudyFile;
import dev.poolmark.analysis.study.Target;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class JudgeTest {

  private Study study;
  private double load;

  @BeforeEach
  void smallStudy() throws InputException {
    study = Studies.open("quick")
        .only("client", List.of("okhttp", "jdk"))
        .only("scenario", List.of("sequential"))
        .withRounds(4);
  }

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

  private static Course course(long startMillis, double others) {
    return new Course(
        "2026-11-25T00:00:00Z",
        0,
        Optional.empty(),
        startMillis,
        1,
        1,
        1,
        List.of(),
        Optional.of(others),
        Optional.empty());
  }

  private static Environment environment(double load) {
    return new Environment(
        "1",
        "2026-11-25T00:00:00Z",
        new Environment.Jar("x.jar", "0"),
        new Environment.Cpu("Z80", 2),
        1,
        "os",
        "kernel",
        new Environment.Jdk("17", "vendor", "vm"),
        Map.of(),
        load,
        Map.of(),
        new Environment.Conditions(
            Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty(), Map.of()),
        Optional.empty());
  }

  /** The study without bounds on its arms. */
  private Study unproven() {
    try {
      return StudyFile.parse(
          "f", StudyFile.format(study).replaceAll("(?m)^ +connectionsPerRequest:\n.*\n.*\n", ""));
    } catch (InputException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Forks that scatter by some two percent about the value. */
  private ForkResult noisy(Fork fork, double millis) {
    double[] scatter = {0.98, 1.02, 1, 0.99, 1.01};
    return new ForkResult(
        millis * scatter[fork.round() - 1],
        List.of(),
        Optional.empty(),
        uncounted(fork).jmh());
  }

  private Verdict judge(Function<Fork, Optional<ForkResult>> measure) {
    Map<Fork, ForkResult> forks = new LinkedHashMap<>();
    List<String> missing = new ArrayList<>();
    for (List<Fork> round : study.design().plan()) {
      for (Fork fork : round) {
        measure
            .apply(fork)
            .ifPresentOrElse(result -> forks.put(fork, result), () -> missing.add(fork.label()));
      }
    }
    return Judge.judge(study, new Results(forks, missing), environment(load));
  }

  private Optional<ForkResult> result(Fork fork, double ratio) {
    return result(fork, ratio, perRequest(fork));
  }

  private Optional<ForkResult> result(Fork fork, double ratio, double connectionsPerRequest) {
    double millis = (isBaseline(fork.arm()) ? 100 : 100 * ratio) + 0.2 * fork.round();
    return Optional.of(new ForkResult(
        millis,
        List.of(),
        Optional.of(new Counts(30 * connectionsPerRequest, 30)),
        Map.of("peakRequestsInFlight", 20.0),
        uncounted(fork).jmh()));
  }

  private ForkResult uncounted(Fork fork) {
    double millis = isBaseline(fork.arm()) ? 100 : 60;
    return new ForkResult(
        millis, List.of(), Optional.empty(), new Jmh("1.37", "ss", List.of(), 1, 1, 3));
  }

  private double perRequest(Fork fork) {
    return isBaseline(fork.arm()) ? 1 : 0.01;
  }

  private boolean isBaseline(Arm arm) {
    return arm.value().equals(study.design().arms().baseline().value());
  }

  private static String client(Fork fork) {
    return fork.cell().parameters().get("client");
  }
}
