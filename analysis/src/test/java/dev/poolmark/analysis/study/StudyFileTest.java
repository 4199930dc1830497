package dev.poolmark.analysis.study;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import java.util.Optional;
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

    assertThat(study.design().benchmarks().get("a").parameters()).containsEntry("count", "10");
    assertThat(study.design().parameters().get("size")).containsExactly("1", "2");
    assertThat(study.design().arms().baseline().connectionsPerRequest()).contains(new Bounds(1, 1));
    assertThat(study.design().arms().candidate().connectionsPerRequest()).isEmpty();
    assertThat(study.design().jar()).isEqualTo("jmh/target/benchmarks.jar");
    assertThat(study.aim().claims()).hasSize(1);
  }

  @Test
  void eachValueOfAnAxisMayBeACandidate() throws InputException {
    Study study = StudyFile.parse(
        "f",
        VALID
            .replace("size: [1, 2]", "reuse: [half, \"on\"]")
            .replace(
                "candidate: {value: \"on\"}",
                "candidate: {value: each, connectionsPerRequestOf: {half: {min: 0.5, max: 0.5}}}"));

    assertThat(study.design().cells()).hasSize(4);
    for (Fork fork : study.design().plan().get(0)) {
      String cell = fork.cell().parameters().get("reuse");
      boolean baseline = fork.arm().value().equals("off");
      assertThat(study.design().parametersOf(fork)).containsEntry("reuse", baseline ? "off" : cell);
      assertThat(study.design().connectionsPerRequest(fork.cell(), fork.arm()))
          .isEqualTo(
              baseline
                  ? Optional.of(new Bounds(1, 1))
                  : cell.equals("half") ? Optional.of(new Bounds(0.5, 0.5)) : Optional.empty());
    }
  }

  @Test
  void anAxisMayBeAProductOfSettings() throws InputException {
    Study study = StudyFile.parse(
        "f",
        VALID.replace(
                "size: [1, 2]",
                "size: {rtt: [none, 0.50ms], tls: [none, 1.3+resumption=on], loss: [1.10]}")
            + "full: {rounds: 3, parameters: {size: {rtt: [1ms, 2ms]}}}\n");

    assertThat(study.design().parameters().get("size"))
        .containsExactly(
            "loss=1.10",
            "tls=1.3+resumption=on+loss=1.10",
            "rtt=0.50ms+loss=1.10",
            "rtt=0.50ms+tls=1.3+resumption=on+loss=1.10");
    assertThat(study.fullForm().orElseThrow().design().parameters().get("size"))
        .containsExactly("rtt=1ms", "rtt=2ms");
  }

  @Test
  void theServersOfThisProjectNeedNoWords() throws InputException {
    String stub = VALID + "server: stub\n";
    String warmed = VALID + "server: {warmUp: {benchmark: x.Warm}}\n";

    Server server = StudyFile.parse("f", stub).design().server().orElseThrow();
    assertThat(server.java()).contains("dev.poolmark.stub.control.StubMain");
    assertThat(StudyFile.parse("f", warmed).design().server())
        .contains(new Server(
            server.java(),
            server.address(),
            server.variable(),
            new Benchmark("x.Warm", Map.of(), List.of(), Optional.empty(), Optional.empty())));
    assertThat(StudyFile.parse("f", VALID).design().server()).isEmpty();
  }

  @Test
  void hasDefaults() throws InputException {
    Study study = StudyFile.parse("f", VALID.replaceAll("(?m)^(rounds|seed|confidence): .*\n", ""));

    assertThat(study.design().rounds()).isEqualTo(6);
    assertThat(study.design().seed()).isEqualTo(1);
    assertThat(study.aim().confidence()).isEqualTo(0.95);
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
        "rounds: 2 | rounds: 0 | f: rounds must be from 1 to 1000: 0",
        "rounds: 2 | rounds: many | f: rounds: must be a whole number: many",
        "claims: | clams: | f: unknown field clams; known here: ",
        "claims: | claim: | f: claim: must be text: ",
        "question: | qestion: | f: question (not qestion) must be set",
        "rounds: 2 | rounds: [] | f: rounds: must be a whole number: ",
        "question: Does it? | question: '' | f: question must not be empty: ",
        "confidence: 0.95 | confidence: 95 | f: confidence must be > 0 and < 1: 95.0",
        "minPercent: 30 | minPercent: 60 | f: target: minPercent must be < maxPercent (50.0): 60.0",
        "size: [1, 2] | 'size: {rtt: [none], tls: [none]}' | f: parameters.size must not be empty: ",
        "size: [1, 2] | 'size: {rtt: []}' | f: parameters.size must have at least one value: []",
        "size: [1, 2] | 'size: {rtt: 1}' | f: parameters.size.rtt: must be a list: ",
        "size: [1, 2] | size: 1 | f: parameters.size: must be a list: ",
        "seed: 7 | server: stab | f: server: must be stub or a mapping: stab",
        "size: [1, 2] | size: [] | f: parameters.size must have at least one value: []",
        "size: [1, 2] | 'size: [\"1,2\"]' | f: parameters.size must not hold a comma",
        "'size: [1, 2]' | 'reuse: [\"off\", half]' | f: parameters.reuse must not hold the baseline's value, which would be compared with itself: off",
        "'candidate: {value: \"on\"}' | 'candidate: {value: \"on\", connectionsPerRequestOf: {half: {min: 0, max: 1}}}' | f: arms.candidate.connectionsPerRequestOf must name values of an axis that is the arms' parameter: half",
        "size: [1, 2] | count: [1] | f: benchmarks.a.parameters must not set what an axis",
        "size: [1, 2] | baseline: [1] | f: parameters must not use the name of a column of our tables: baseline",
        "'value: \"on\"' | 'value: \"off\"' | f: arms: candidate.value must differ from baseline.value: off",
        "max: 1 | max: 0 | f: arms.baseline.connectionsPerRequest: max must be >= min (1.0): 0.0",
        "'-i, 3' | '-f, 3' | f: benchmarks.a: jmh must not hold an option that poolmark sets itself: -f",
        "'jmh: [-i, 3]' | 'jmh: [-i, 3], metric: p99' | f: benchmarks.a: metric must end with its unit, Nanos, Micros or Millis: p99",
        "'jmh: [-i, 3]' | 'jmh: [-i, 3], inFlight: threads' | f: benchmarks.a.inFlight must name a parameter of whole numbers: threads",
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
    assertThatThrownBy(() -> StudyFile.parse("f", VALID.replace("question: Does it?\n", "")))
        .isInstanceOf(InputException.class)
        .hasMessage("f: question must be set");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "'' | name, question, benchmarks, arms",
        "'name: a\nqestion: b?\nrounds: 2' | question (not qestion), benchmarks, arms",
        "'name: a\nbenchmarks: {b: {jmh: []}}\narms: {baseline: {value: c}, candidate: {vaule: d}}\ntarget: {minPercent: 1}'"
            + " | question, benchmarks.b.benchmark, arms.candidate.value (not vaule),"
            + " target.maxPercent",
        "'server: {warmUp: {}}\nclaims: [{}]\n' | name, question, server.warmUp.benchmark,"
            + " benchmarks, arms, claims[0].scenario, claims[0].workload, claims[0].baselineSeconds,"
            + " claims[0].candidateSeconds, claims[0].reductionPercent",
      })
  void saysAllThatIsMissing(String text, String keys) {
    assertThatThrownBy(() -> StudyFile.parse("f", "jar: x.jar\n" + text))
        .isInstanceOf(InputException.class)
        .hasMessage("f: " + keys + " must be set");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "confidence | confidance",
        "jmh: | jhm:",
        "claims: | clams:",
      })
  void saysWhichKeyWasMeant(String valid, String wrong) {
    assertThatThrownBy(() -> StudyFile.parse("f", VALID.replace(valid, wrong)))
        .isInstanceOf(InputException.class)
        .hasMessageMatching("f: (unknown field .*; did you mean " + valid.replace(":", "") + "\\?|"
            + valid + " \\(not " + wrong + "\\) must be set)");
  }

  private static String modelled() {
    return VALID.replace(
            "size: [1, 2]",
            "profile: [rtt=5ms+service-time=25ms+tls=1.2, rtt=0.5ms+tls=1.3+resumption=on]")
        + "model: {axis: profile, calls: {a: 5}}\n";
  }

  @Test
  void readsTheModel() throws InputException {
    Study study = StudyFile.parse("f", modelled());
    Model model = study.aim().model().orElseThrow();

    assertThat(study.design().cells())
        .extracting(model::profileOf)
        .contains(
            new Profile(5, 25, Profile.Tls.TLS_1_2),
            new Profile(0.5, 0, Profile.Tls.TLS_1_3_RESUMED));
    assertThat(study.design().cells()).extracting(model::label).containsOnly("one", "two");
    assertThat(StudyFile.parse("f", StudyFile.format(study))).isEqualTo(study);
    assertThat(StudyFile.parse("f", VALID).aim().model()).isEmpty();
  }

  @Test
  void aModelLosesItsScenarioWithTheStudy() throws InputException {
    Study study = StudyFile.parse(
        "f", modelled().replace("benchmarks:\n", "benchmarks:\n  b: {benchmark: x.B}\n"));

    assertThat(study.only("scenario", List.of("a")).aim().model())
        .isEqualTo(study.aim().model());
    assertThat(study.only("scenario", List.of("b")).aim().model()).isEmpty();
    assertThat(study.withRounds(3).aim().model()).isEqualTo(study.aim().model());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "axis: profile | axis: size | f: model.axis must be one of client, profile: size",
        "calls: {a: 5} | calls: {b: 5} | f: model.calls must name scenarios of a: b",
        "calls: {a: 5} | calls: {a: 0} | f: model: calls.a must be >= 1: 0",
        "calls: {a: 5} | calls: {a: x} | f: model.calls.a: must be a whole number: x",
        "calls: {a: 5} | calls: {} | f: model: calls must name at least one scenario: {}",
        "'calls: {a: 5}' | 'calls: {a: 5}, rtt: 5' | f: unknown field model.rtt; known here: ",
        "'axis: profile, ' | '' | f: model.axis must be set",
        "service-time=25ms | service-time=25 | f: parameters.profile, which the model reads: service-time must be in milliseconds",
        "rtt=5ms | rtt=-5ms | f: parameters.profile, which the model reads: rtt must be in milliseconds",
        "tls=1.2 | tls=1.1 | f: parameters.profile, which the model reads: tls must be 1.2|1.3: 1.1",
        "resumption=on | resumption=off | f: parameters.profile, which the model reads: resumption must be on: off",
        "+tls=1.3 | '' | f: parameters.profile, which the model reads: resumption needs tls: ",
        "tls=1.2 | rtt=5ms | f: parameters.profile, which the model reads: rtt must be set once: rtt=5ms+",
        "tls=1.2 | loss=1 | f: parameters.profile, which the model reads: must be settings rtt=..ms,",
        "rtt=5ms+service-time=25ms+tls=1.2 | reference | f: parameters.profile, which the model reads: must be settings",
        "rtt=5ms+service-time=25ms+tls=1.2 | tls=1.3+resumption=on+rtt=0.50ms | f: parameters.profile, which the model reads: must not mean the same as another value: rtt=0.5ms+tls=1.3+resumption=on",
      })
  void namesWhatIsWrongWithTheModel(String valid, String wrong, String error) {
    assertThat(modelled()).contains(valid);
    assertThatThrownBy(() -> StudyFile.parse("f", modelled().replace(valid, wrong)))
        .isInstanceOf(InputException.class)
        .hasMessageStartingWith(error)
        .hasMessageNotContaining("\n");
  }
}
