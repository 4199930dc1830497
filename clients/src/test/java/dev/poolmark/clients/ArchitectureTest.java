package dev.poolmark.clients;

import static com.tngtech.archunit.base.DescribedPredicate.alwaysTrue;
import static com.tngtech.archunit.base.DescribedPredicate.anyElementThat;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noMethods;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import dev.poolmark.clients.spi.ClientProvider;
import org.junit.jupiter.api.Test;

/** The rules of the design that a compiler does not check. */
final class ArchitectureTest {
  private static final String API = "dev.poolmark.clients";
  private static final String SPI = "dev.poolmark.clients.spi";
  private static final JavaClasses MAIN = new ClassFileImporter()
      .withImportOption(new ImportOption.DoNotIncludeTests())
      .importPackages("dev.poolmark.clients");

  @Test
  void librariesDoNotSeeEachOther() {
    slices()
        .matching("dev.poolmark.clients.(*)..")
        .should()
        .notDependOnEachOther()
        .ignoreDependency(alwaysTrue(), resideInAPackage(SPI))
        .check(MAIN);
  }

  @Test
  void theCoreSeesNoLibrary() {
    noClasses()
        .that()
        .resideInAnyPackage(API, SPI)
        .should()
        .dependOnClassesThat()
        .resideOutsideOfPackages(
            "java..",
            "javax.net.ssl..",
            "jdk.jfr..",
            "jdk.net..",
            "org.jspecify..",
            "org.HdrHistogram..",
            API,
            SPI)
        .check(MAIN);
  }

  @Test
  void whoMakesCallsNeverMeetsTheSpi() {
    noClasses()
        .that()
        .resideInAPackage(API)
        .and()
        .doNotBelongToAnyOf(PooledHttpClient.class) // whose open() makes the client
        .should()
        .dependOnClassesThat()
        .resideInAPackage(SPI)
        .check(MAIN);
    noMethods()
        .that()
        .areDeclaredInClassesThat()
        .resideInAPackage(API)
        .should()
        .haveRawReturnType(resideInAPackage(SPI))
        .orShould()
        .haveRawParameterTypes(anyElementThat(resideInAPackage(SPI)))
        .check(MAIN);
  }

  @Test
  void ofALibrarysPackageOnlyTheProviderIsPublic() {
    classes()
        .that()
        .resideInAPackage("dev.poolmark.clients.(*)..")
        .and()
        // the core, decorators and views
        .resideOutsideOfPackages(
            SPI,
            "dev.poolmark.clients.resilience",
            "dev.poolmark.clients.micrometer",
            "dev.poolmark.clients.live")
        .and()
        .areTopLevelClasses()
        .and()
        .arePublic()
        .should()
        .implement(ClientProvider.class)
        .check(MAIN);
  }

  /** What a transport may use. The rest of the core is its own affair. */
  @Test
  void theSpiShowsOnlyWhatATransportNeeds() {
    classes()
        .that()
        .resideInAPackage(SPI)
        .and()
        .arePublic()
        .and()
        .areTopLevelClasses()
        .should()
        .haveNameMatching(
            ".*\\.(Addresses|ClientProvider|Capability|Support|Transport|BlockingTransport|Exchange"
                + "|ConnectionMeter|MeteredConnection|MeteredSocket|TcpKeepAlive|Tls|TransportClient)")
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
