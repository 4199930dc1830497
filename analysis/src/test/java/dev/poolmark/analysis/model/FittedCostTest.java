package dev.poolmark.analysis.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.poolmark.analysis.results.Json;
import dev.poolmark.analysis.results.RunFolder;
import dev.poolmark.analysis.study.Profile;
import dev.poolmark.analysis.study.Profile.Tls;
import java.nio.file.Files;
import java.nio.file.Path;
import org.assertj.core.util.DoubleComparator;
import org.junit.jupiter.api.Test;

class FittedCostTest {

  private static final Path RESOURCE =
      Path.of("src", "main", "resources", "model", "published.json");

  /**
   * With {@code mvn test -pl analysis -Dtest=FittedCostTest -Dgolden.update=true}, writes the file from the published
   * run first.
   */
  @Test
  void thePublishedConstantsAreThoseOfTheRun() throws Exception {
    FittedCost fitted = FittedCost.of(new RunFolder(Path.of("published", "surface")));
    if (Boolean.getBoolean("golden.update")) {
      Files.createDirectories(RESOURCE.getParent());
      Files.writeString(RESOURCE, Json.format(fitted));
    }

    assertThat(Json.read(Files.readAllBytes(RESOURCE), FittedCost.class))
        .usingRecursiveComparison()
        .withComparatorForType(new DoubleComparator(1e-6), Double.class)
        .isEqualTo(fitted);
  }

  /** The report of the run has the same figures. */
  @Test
  void theyAreThoseOfTheReport() throws Exception {
    FittedCost published = FittedCost.published();

    assertThat(Path.of("published", "surface", "report.md"))
        .content()
        .contains("d is %.2f ms".formatted(published.cost().callMillis()))
        .contains("%.2f ms (TLS 1.2)".formatted(published.cost().setUpMillis().get(Tls.TLS_1_2)))
        .contains("%.2f ms (TLS 1.3)".formatted(published.cost().setUpMillis().get(Tls.TLS_1_3)));
    assertThat(published.cells()).containsExactly("okhttp");
    assertThat(published.accuracy().get(Tls.PLAIN).largestPoints()).isCloseTo(3.4, within(0.05));
  }

  @Test
  void splitsTheTimeOfACall() {
    String text = new Prediction(new Profile(12, 40, Tls.TLS_1_3), FittedCost.published()).text();
    ConnectionCost cost = FittedCost.published().cost();
    double setUp = cost.setUpMillis().get(Tls.TLS_1_3);

    assertThat(text)
        .containsPattern("pooled, ms +%.1f +12\\.0 +40\\.0 +%.1f\n"
            .formatted(52 + cost.callMillis(), cost.callMillis()))
        .containsPattern("new connection, ms +%.1f +36\\.0 +40\\.0 +%.1f\n"
            .formatted(76 + cost.callMillis() + setUp, cost.callMillis() + setUp))
        .containsPattern("saved, ms +%.1f +24\\.0 +0\\.0 +%.1f\n".formatted(24 + setUp, setUp));
  }
}
