package dev.poolmark.analysis.study;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StudyFileTest {

  private static final String VALID = """
      name: small
      question: Does it?
      benchmarks:
        a: {benchmark: x.A, parameters: {count: 10}, jmh: [-i, 3]}
      parameters: {client: [one, two], size: [1, 2]}
      arms:
        parameter: reuse
        baseline: {value: "off", connectionsPerRequest: {min: 1, max: 1}}
        candidate: {value: "on"}
      rounds: 2
      seed: 7
      target: {minPercent: 30, maxPercent: 50}
      confidence: 0.95
      claims:
        - {scenario: a, workload: ten, baselineSeconds: 2, candidateSeconds: 1, reductionPercent: 50}
      """;

  @Test
  void readsEveryField() throws InputException {
    Study study = StudyFile.parse("f", VALID);

    assertThat(study.benchmarks().get("a").parameters()).containsEntry("count", "10");
    assertThat(study.parameters().get("size")).containsExactly("1", "2");
    assertThat(study.arms().baseline().connectionsPerRequest()).contains(new Bounds(1, 1));
    assertThat(study.arms().candidate().connectionsPerRequest()).isEmpty();
    assertThat(study.jar()).isEqualTo("jmh/target/benchmarks.jar");
    assertThat(study.claims()).hasSize(1);
  }

  @Test
  void readsWhatItWrote() throws InputException {
    Study study = StudyFile.parse("f", VALID);

    assertThat(StudyFile.parse("f", StudyFile.format(study))).isEqualTo(study);
    for (Study builtIn : Studies.builtIn()) {
      assertThat(StudyFile.parse("f", StudyFile.format(builtIn))).isEqualTo(builtIn);
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "rounds: 2 | rounds: 0 | f: rounds must be >= 1: 0",
        "rounds: 2 | rounds: many | f: rounds: must be a whole number: many",
        "claims: | claim: | f: unknown field claim; known here: ",
        "rounds: 2 | runs: 2 | f: rounds must be set",
        "rounds: 2 | rounds: [] | f: rounds: ",
        "question: Does it? | question: '' | f: question must not be empty: ",
        "confidence: 0.95 | confidence: 95 | f: confidence must be > 0 and < 1: 95.0",
        "minPercent: 30 | minPercent: 60 | f: target: minPercent must be < maxPercent (50.0): 60.0",
        "size: [1, 2] | size: [] | f: parameters.size must have at least one value: []",
        "size: [1, 2] | 'size: [\"1,2\"]' | f: parameters.size must not hold a comma",
        "size: [1, 2] | reuse: [1] | f: arms.parameter must not be an axis of parameters: reuse",
        "size: [1, 2] | count: [1] | f: benchmarks.a.parameters must not set what an axis",
        "size: [1, 2] | baseline: [1] | f: parameters must not use a name that verdicts use: baseline",
        "'value: \"on\"' | 'value: \"off\"' | f: arms: candidate.value must differ from baseline.value: off",
        "max: 1 | max: 0 | f: arms.baseline.connectionsPerRequest: max must be >= min (1.0): 0.0",
        "'-i, 3' | '-f, 3' | f: benchmarks.a: jmh must not hold an option that poolmark sets itself: -f",
        "scenario: a | scenario: b | f: claims: scenario must be one of a: b",
        "seed: 7 | 'rounds: 7' | f: not YAML: Duplicate",
      })
  void namesFileFieldRuleAndValue(String valid, String wrong, String error) {
    assertThat(VALID).contains(valid);
    assertThatThrownBy(() -> StudyFile.parse("f", VALID.replace(valid, wrong)))
        .isInstanceOf(InputException.class)
        .hasMessageStartingWith(error)
        .hasMessageNotContaining("\n");
  }

  @ParameterizedTest
  @CsvSource({"''", "'a: [b'", "'- 1'", "'text'"})
  void refusesWhatIsNoStudy(String text) {
    assertThatThrownBy(() -> StudyFile.parse("f", text))
        .isInstanceOf(InputException.class)
        .hasMessageStartingWith("f: ")
        .hasMessageNotContaining("\n");
  }

  @Test
  void saysWhichFieldIsMissing() {
    assertThatThrownBy(() -> StudyFile.parse("f", VALID.replace("seed: 7\n", "")))
        .isInstanceOf(InputException.class)
        .hasMessage("f: seed must be set");
  }
}
