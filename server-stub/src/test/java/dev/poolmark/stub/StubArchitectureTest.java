package dev.poolmark.stub;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import dev.poolmark.stub.stats.Counters;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The rules of the design that the compiler does not check. */
class StubArchitectureTest {
  private static final JavaClasses MAIN = new ClassFileImporter()
      .withImportOption(new ImportOption.DoNotIncludeTests())
      .importPackages("dev.poolmark.stub", "dev.poolmark.fidelity");

  @Test
  void theStubDoesNotKnowWhatMeasuresIt() {
    noClasses()
        .that()
        .resideInAPackage("dev.poolmark.stub..")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("dev.poolmark.fidelity..")
        .check(MAIN);
  }

  @Test
  void packagesAreFreeOfCycles() {
    slices().matching("dev.poolmark.(**)").should().beFreeOfCycles().check(MAIN);
  }

  @Test
  void theWayOfAByteCallsNeitherTheFacadeNorItsControl() {
    noClasses()
        .that()
        .resideInAnyPackage(
            "dev.poolmark.stub.network", "dev.poolmark.stub.tls", "dev.poolmark.stub.http")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("dev.poolmark.stub", "dev.poolmark.stub.control")
        .check(MAIN);
  }

  @Test
  void settingsDependOnNothingOfTheStub() {
    noClasses()
        .that()
        .resideInAPackage("dev.poolmark.stub.config")
        .should()
        .dependOnClassesThat(JavaClass.Predicates.resideInAPackage("dev.poolmark..")
            .and(JavaClass.Predicates.resideOutsideOfPackage("dev.poolmark.stub.config")))
        .check(MAIN);
  }

  @Test
  void oneClassCountsRequests() {
    assertThat(MAIN.get(Counters.class).getMethodCallsToSelf())
        .filteredOn(call -> call.getTarget().getName().startsWith("request"))
        .extracting(call -> call.getOriginOwner().getSimpleName())
        .isNotEmpty()
        .containsOnly("HttpExchange");
  }

  /** A class is public only if a user or another package needs it. Settings and the root package are for users. */
  @Test
  void classesArePackagePrivateByDefault() {
    assertThat(publicClasses("stub.stats"))
        .containsExactly("ConnectionCount", "Counters", "StubStats");
    assertThat(publicClasses("stub.network"))
        .containsExactly("ListenAddresses", "Listeners", "StubEndPoint", "Timer");
    assertThat(publicClasses("stub.tls")).containsExactly("Handshakes", "Identity");
    assertThat(publicClasses("stub.http")).containsExactly("StubHandler");
    assertThat(publicClasses("stub.control")).containsExactly("RemoteStub", "StubMain");
    assertThat(publicClasses("fidelity")).containsExactly("Probe");
  }

  private static List<String> publicClasses(String inPackage) {
    return MAIN.stream()
        .filter(type -> type.getPackageName().equals("dev.poolmark." + inPackage))
        .filter(type -> type.isTopLevelClass() && type.getModifiers().contains(JavaModifier.PUBLIC))
        .map(JavaClass::getSimpleName)
        .sorted()
        .toList();
  }
}
