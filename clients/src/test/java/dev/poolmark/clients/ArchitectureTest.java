package dev.poolmark.clients;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

/** The rules of the design that a compiler does not check. */
final class ArchitectureTest {
  private static final JavaClasses MAIN = new ClassFileImporter()
      .withImportOption(new ImportOption.DoNotIncludeTests())
      .importPackages("dev.poolmark.clients");

  @Test
  void librariesDoNotSeeEachOther() {
    slices()
        .matching("dev.poolmark.clients.(*)..")
        .should()
        .notDependOnEachOther()
        .check(MAIN);
  }

  @Test
  void theCoreSeesNoLibrary() {
    noClasses()
        .that()
        .resideInAPackage("dev.poolmark.clients")
        .should()
        .dependOnClassesThat()
        .resideOutsideOfPackages(
            "java..",
            "javax.net.ssl..",
            "org.jspecify..",
            "org.HdrHistogram..",
            "dev.poolmark.clients")
        .check(MAIN);
  }

  @Test
  void ofALibrarysPackageOnlyTheProviderIsPublic() {
    classes()
        .that()
        .resideInAPackage("dev.poolmark.clients.(*)..")
        .and()
        // no library's: decorators
        .resideOutsideOfPackages(
            "dev.poolmark.clients.resilience", "dev.poolmark.clients.micrometer")
        .and()
        .areTopLevelClasses()
        .and()
        .arePublic()
        .should()
        .implement(ClientProvider.class)
        .check(MAIN);
  }

  @Test
  void namesSayWhatAThingIs() {
    noClasses()
        .should()
        .haveNameMatching(".*(Impl|Util|Utils|Helper|Manager|Abstract)([A-Z$].*)?")
        .orShould()
        .haveSimpleNameStartingWith("Abstract")
        .check(MAIN);
  }

  @Test
  void theStubIsForTests() {
    noClasses()
        .should()
        .dependOnClassesThat()
        .resideInAPackage("dev.poolmark.stub..")
        .check(MAIN);
  }
}
