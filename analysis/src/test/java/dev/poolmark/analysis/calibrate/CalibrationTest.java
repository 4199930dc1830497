package dev.poolmark.analysis.calibrate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.poolmark.analysis.calibrate.Calibration.Answer;
import dev.poolmark.analysis.calibrate.Experiment.Row;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The calibration in small. Its few draws scatter, so a bound may be passed by four standard errors of a figure. */
class CalibrationTest {

  private static final double STANDARD_ERRORS = 4;

  private static Calibration calibration;

  @BeforeAll
  static void draw() {
    calibration = Calibration.run(new Questions(2_000, 250));
  }

  @Test
  void everyPromisedBoundHolds() {
    for (Answer answer : calibration.answers()) {
      assertThat(answer.broken(STANDARD_ERRORS)).as(answer.question().title()).isEmpty();
    }
  }

  /** A bound that the wrong unit of replication kept as well would prove nothing. */
  @Test
  void pooledIterationsBreakTheBounds() {
    Answer alarms = answer("False alarms");
    Answer coverage = answer("Coverage");
    Answer families = answer("Family-wise error");

    assertThat(alarms.rows())
        .filteredOn(row -> !row.setting().contains("spread 0"))
        .filteredOn(row -> row.setting().startsWith("normal"))
        .hasSize(12)
        .allMatch(row -> row.percents().get(1) > 20);
    assertThat(coverage.rows()).hasSize(16).allMatch(row -> row.percents().get(1) < 80);
    assertThat(families.rows()).hasSize(12).allMatch(row -> row.percents().get(2) > 50);
  }

  /** Where forks do not differ, JMH is right to pool: the emulation is not a straw man. */
  @Test
  void pooledIterationsAreRightWhereForksDoNotDiffer() {
    assertThat(answer("False alarms").rows())
        .filteredOn(row -> row.setting().contains("spread 0"))
        .filteredOn(row -> !row.setting().startsWith("drifting"))
        .hasSize(12)
        .allMatch(row -> row.percents().get(1) < 7);
  }

  @Test
  void correctionIsNeeded() {
    assertThat(answer("Family-wise error").rows())
        .filteredOn(row -> row.setting().startsWith("normal"))
        .hasSize(3)
        .allMatch(row -> row.percents().get(1) > 60);
  }

  @Test
  void verdictsAddUp() {
    assertThat(answer("Verdicts of 30-50 %").rows())
        .hasSize(32)
        .allMatch(row -> Math.abs(
                row.percents().get(0) + row.percents().get(1) + row.percents().get(2) - 100)
            < 1e-9);
  }

  @Test
  void aBrokenBoundIsCalledBroken() {
    Question question = answer("False alarms").question();
    Row bad = new Row("made up", true, 40_000, 1, List.of(5.51, 0.0, 0.0));
    Row notPromised = new Row("made up", false, 40_000, 1, List.of(50.0, 0.0, 0.0));
    Calibration broken = new Calibration(List.of(new Answer(question, List.of(bad, notPromised))));

    assertThat(broken.holds()).isFalse();
    assertThat(broken.summary())
        .contains(
            "0 of 1 rows: FAILS; broken in 1 more, where it is not promised", "made up: 5.51 %");
    assertThat(CalibrationPage.of(broken).markdown())
        .startsWith("# Calibration: a promised bound does not hold")
        .contains("FAILS", "BROKEN, not promised", "and broken, in 1 more: 50.00 % (made up)");
    assertThat(broken.json()).contains("\"holds\" : false");
  }

  @Test
  void theSameSeedGivesTheSameBytes() {
    Questions few = new Questions(50, 5);

    assertThat(Calibration.run(few).json()).isEqualTo(Calibration.run(few).json());
  }

  private static Answer answer(String title) {
    return calibration.answers().stream()
        .filter(answer -> answer.question().title().equals(title))
        .findFirst()
        .orElseThrow();
  }
}
