package dev.poolmark.analysis;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The shape of the module: data flows one way, and names are the field's own. */
class ArchitectureTest {

  private static final String ROOT = "dev.poolmark.analysis";
  /** In the order in which data flows. */
  private static final List<String> PACKAGES = List.of(
      "table",
      "study",
      "draft",
      "results",
      "run",
      "stats",
      "verdict",
      "model",
      "compare",
      "choose",
      "calibrate",
      "report");

  private static final JavaClasses CLASSES =
      new ClassFileImporter(List.of(new ImportOption.DoNotIncludeTests())).importPackages(ROOT);

  @Test
  void nothingFlowsBack() {
    for (int i = 0; i < PACKAGES.size(); i++) {
      for (int later = i + 1; later < PACKAGES.size(); later++) {
        noClasses()
            .that()
            .resideInAPackage(ROOT + "." + PACKAGES.get(i))
            .should()
            .dependOnClassesThat()
            .resideInAPackage(ROOT + "." + PACKAGES.get(later))
            .check(CLASSES);
      }
    }
  }

  @Test
  void judgingNeedsNoRunner() {
    noClasses()
        .that()
        .resideInAnyPackage(
            ROOT + ".stats",
            ROOT + ".verdict",
            ROOT + ".model",
            ROOT + ".compare",
            ROOT + ".choose",
            ROOT + ".calibrate",
            ROOT + ".report")
        .should()
        .dependOnClassesThat()
        .resideInAPackage(ROOT + ".run")
        .check(CLASSES);
  }

  @Test
  void statisticsKnowNumbersOnly() {
    noClasses()
        .that()
        .resideInAPackage(ROOT + ".stats")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(ROOT + ".study", ROOT + ".results")
        .check(CLASSES);
  }

  @Test
  void everyPackageIsKnown() {
    assertThat(CLASSES.stream().map(type -> type.getPackageName()).distinct())
        .containsExactlyInAnyOrderElementsOf(
            Stream.concat(Stream.of(ROOT), PACKAGES.stream().map(name -> ROOT + "." + name))
                .toList());
  }

  @Test
  void namesAreTheFieldsOwn() {
    noClasses()
        .should()
        .haveSimpleNameEndingWith("Impl")
        .orShould()
        .haveSimpleNameContaining("Util")
        .orShould()
        .haveSimpleNameContaining("Helper")
        .orShould()
        .haveSimpleNameContaining("Abstract")
        .orShould()
        .haveSimpleNameContaining("Manager")
        .check(CLASSES);
  }
}
