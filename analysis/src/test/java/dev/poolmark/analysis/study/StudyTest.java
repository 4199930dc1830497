package dev.poolmark.analysis.study;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StudyTest {

  private final Study quick = Studies.builtIn().get(0);

  @Test
  void everyRoundHoldsEveryArmOfEveryCellOnce() {
    List<List<Fork>> plan = quick.design().plan();

    assertThat(plan).hasSize(quick.design().rounds());
    for (int i = 0; i < plan.size(); i++) {
      int round = i + 1;
      List<Fork> expected = new ArrayList<>();
      for (Cell cell : quick.design().cells()) {
        expected.add(new Fork(round, cell, quick.design().arms().baseline()));
        expected.add(new Fork(round, cell, quick.design().arms().candidate()));
      }
      assertThat(plan.get(i)).containsExactlyInAnyOrderElementsOf(expected);
      assertThat(plan.get(i)).isNotEqualTo(expected);
    }
  }

  @Test
  void theSeedDecidesTheOrder() throws InputException {
    Study other = StudyFile.parse(
        "f", StudyFile.format(quick).replace("seed: " + quick.design().seed(), "seed: 1"));

    assertThat(quick.design().plan())
        .isEqualTo(Studies.builtIn().get(0).design().plan());
    assertThat(quick.design().plan()).isNotEqualTo(other.design().plan());
  }

  @Test
  void roundsDifferInOrder() {
    List<List<String>> orders = quick.design().plan().stream()
        .map(
            round -> round.stream().map(f -> f.cell().label() + f.arm().value()).toList())
        .toList();

    assertThat(orders).doesNotHaveDuplicates();
  }

  @Test
  void moreRoundsLeaveTheEarlierOnesAsTheyAre() {
    assertThat(quick.withRounds(9).design().plan().subList(0, quick.design().rounds()))
        .isEqualTo(quick.design().plan());
  }

  @Test
  void theBuiltInStudiesAreAsPromised() {
    assertThat(Studies.builtIn())
        .extracting(Study::name)
        .startsWith(
            "quick", "full", "tax", "aa", "surface", "surface-clients", "spike", "defaults");
    for (Study study : Studies.builtIn().subList(0, 2)) {
      assertThat(study.design().benchmarks())
          .containsOnlyKeys("sequential", "concurrent", "indexing");
      assertThat(study.design().parameters().get("client"))
          .containsExactly("okhttp", "httpclient5", "reactor-netty", "jdk");
      assertThat(study.design().cells()).hasSize(12);
      assertThat(study.design().rounds()).isGreaterThanOrEqualTo(5);
      assertThat(study.aim().target()).contains(new Target(30, 50));
    }
    Study full = Studies.builtIn().get(1);
    assertThat(full.design().rounds()).isEqualTo(10);
    for (Claim claim : full.aim().claims()) {
      assertThat(full.design().benchmarks().get(claim.scenario()).parameters())
          .containsAllEntriesOf(claim.parameters());
    }
  }

  @Test
  void aFullFormHasMoreRoundsAndMoreOfAnAxis() throws InputException {
    String yaml = StudyFile.format(quick)
        .replace(
            "rounds: " + quick.design().rounds(), """
        rounds: %d
        full:
          rounds: 20
          parameters: {client: [okhttp, httpclient5, jetty]}""".formatted(quick.design().rounds()));
    Study both = StudyFile.parse("f", yaml);
    Study full = both.fullForm().orElseThrow();

    assertThat(both.shortForm()).isEqualTo(quick);
    assertThat(full.name()).isEqualTo("quick-full");
    assertThat(full.design().rounds()).isEqualTo(20);
    assertThat(full.design().parameters().get("client"))
        .containsExactly("okhttp", "httpclient5", "jetty");
    assertThat(full.design().parameters().get("profile"))
        .isEqualTo(quick.design().parameters().get("profile"));
    assertThat(full.fullForm()).isEmpty();
    assertThat(StudyFile.parse("f", StudyFile.format(full))).isEqualTo(full);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{rounds: 0} | full: rounds must be from 1 to 1000: 0",
        "{rounds: 9, parameters: {color: [red]}}"
            + " | full: parameters must name axes of the study, which are client, profile: color",
        "{rounds: 9, parameters: {client: []}}"
            + " | full: parameters.client must have at least one value: []",
        "{parameters: {client: [jdk]}} | full.rounds must be set"
      })
  void aFullFormIsCheckedWithTheStudy(String full, String message) {
    String yaml = StudyFile.format(quick) + "full: " + full + "\n";

    assertThatThrownBy(() -> StudyFile.parse("f", yaml))
        .isInstanceOf(InputException.class)
        .hasMessage("f: " + message);
  }

  @Test
  void everyStudyHasAFullForm() {
    // That of quick is the study full, which has another work to do in each fork.
    assertThat(Studies.builtIn())
        .filteredOn(study -> study.fullForm().isEmpty())
        .extracting(Study::name)
        .containsExactly("quick", "full");
    Study surface = Studies.builtIn().get(4).fullForm().orElseThrow();
    assertThat(surface.design().parameters().get("profile"))
        .hasSize(8 * 4 * 4)
        .doesNotHaveDuplicates();
  }

  @Test
  void onlyKeepsTheStudysOrder() throws InputException {
    Study fewer =
        quick.only("client", List.of("jdk", "okhttp")).only("scenario", List.of("concurrent"));

    assertThat(fewer.design().cells())
        .extracting(Cell::label)
        .containsExactly("concurrent okhttp reference", "concurrent jdk reference");
    assertThat(fewer.aim().claims()).extracting(Claim::scenario).containsExactly("concurrent");
  }

  @Test
  void onlyListsWhatIsValid() {
    assertThatThrownBy(() -> quick.only("client", List.of("curl")))
        .hasMessage("--only: client must be one of okhttp, httpclient5, reactor-netty, jdk: curl");
    assertThatThrownBy(() -> quick.only("colour", List.of("red")))
        .hasMessage("--only: axis must be one of scenario, client, profile: colour");
    assertThatThrownBy(() -> quick.only("client", List.of("jkd")))
        .hasMessage("--only: client must be one of okhttp, httpclient5, reactor-netty, jdk: jkd;"
            + " did you mean jdk?");
    assertThatThrownBy(() -> quick.only("clients", List.of("jdk")))
        .hasMessageEndingWith(": clients; did you mean client?");
  }

  @Test
  void cellsThatWouldShareAFileAreRefused() {
    String text = StudyFile.format(quick).replace("  - reference\n", "  - a/b\n  - a_b\n");

    assertThatThrownBy(() -> StudyFile.parse("f", text))
        .hasMessageStartingWith("f: cells must have distinct file names: sequential-okhttp-a_b");
  }

  @Test
  void theAaStudyComparesEachCellWithItself() throws InputException {
    Study aa = Studies.open("aa");

    assertThat(aa.design().cells()).hasSize(8);
    assertThat(aa.design().plan().get(0)).hasSize(16);
    for (Cell cell : aa.design().cells()) {
      Map<String, String> first =
          aa.design().parametersOf(new Fork(1, cell, aa.design().arms().baseline()));
      assertThat(first)
          .isEqualTo(
              aa.design().parametersOf(new Fork(1, cell, aa.design().arms().candidate())))
          .containsKeys("client", "reuse", "requests");
    }
    assertThat(StudyFile.parse("f", StudyFile.format(aa))).isEqualTo(aa);
  }

  @Test
  void noStudyComparesWithItselfByMistake() {
    String text = StudyFile.format(quick).replaceAll("(?m)^ +parameter: .*\n", "");

    assertThatThrownBy(() -> StudyFile.parse("f", text))
        .hasMessage("f: arms: parameter must be set, unless the arms are named first and second:"
            + " connection-per-request and pooled");
  }
}
