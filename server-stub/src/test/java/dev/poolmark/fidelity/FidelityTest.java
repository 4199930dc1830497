package dev.poolmark.fidelity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.poolmark.stub.StubServer;
import dev.poolmark.stub.config.Fault;
import dev.poolmark.stub.config.StubConfig;
import java.io.EOFException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Tests how the stub is measured, and not the figures, which take a run of their own. */
@Timeout(120)
class FidelityTest {
  @Test
  void statisticsOfKnownNumbers() {
    double[] values = {5, 1, 4, 2, 3};
    assertThat(Samples.median(values)).isEqualTo(3);
    assertThat(Samples.quantile(values, 0.99)).isEqualTo(5);
    assertThat(Samples.quantile(values, 0.2)).isEqualTo(1);
    assertThat(values).containsExactly(5, 1, 4, 2, 3);
    assertThat(Samples.slope(new double[] {1, 2, 4}, new double[] {5, 7, 11})).isEqualTo(2);
  }

  @ParameterizedTest
  @CsvSource({"14600, 0", "14601, 1", "43800, 1", "43801, 2", "102200, 2", "102201, 3", "1000150, 6"
  })
  void slowStartsArithmetic(int bytes, int extra) {
    assertThat(SlowStart.extraRoundTrips(bytes)).isEqualTo(extra);
  }

  @Test
  void aFindingHoldsWithinItsBoundsOnly() {
    assertThat(new Finding("s", "w", 1, 1, 2, "ms").holds()).isTrue();
    assertThat(new Finding("s", "w", 2, 1, 2, "ms").holds()).isTrue();
    assertThat(new Finding("s", "w", 0.999, 1, 2, "ms").holds()).isFalse();
    assertThat(new Finding("s", "w", 2.001, 1, 2, "ms").holds()).isFalse();
    assertThat(new Finding("s", "w", Double.NaN, 1, 2, "ms").holds()).isFalse();
  }

  @Test
  void aReportSaysWhatDoesNotHold(@TempDir Path folder) throws Exception {
    Finding good = new Finding("study", "good", 1, 0, Double.POSITIVE_INFINITY, "ms");
    Finding bad = new Finding("study", "bad", 3.14159, 0, 2, "ms");
    new FidelityReport("the command", List.of(good, bad), List.of("A note.")).write(folder);
    assertThat(Files.readString(folder.resolve("fidelity.md")))
        .contains("1 of 2 bounds do not hold.", "the command", "A note.", "## Study")
        .contains("| good | 1 | 0 |  | ms | yes |", "| bad | 3.142 | 0 | 2 | ms | **no** |");
    assertThat(Files.readString(folder.resolve("fidelity.json")))
        .contains("\"measured\":3.14159,\"low\":0.0,\"high\":2.0,\"unit\":\"ms\",\"holds\":false")
        .contains("\"failures\":1");
  }

  @Test
  void aProbeReadsWholeAnswersAndNoticesATruncatedOne() throws Exception {
    StubConfig config = StubConfig.defaults().withFaults(List.of(Fault.of("truncate:@4")));
    try (StubServer stub = StubServer.start(config);
        Probe plain = Probe.plain(stub.httpUri());
        Probe watched = Probe.watchedTls(stub.httpsUri(), FidelityCheck.trusting(stub))) {
      assertThat(plain.get("/bytes/200000")).isEqualTo(new Probe.ProbeResponse(200, 200_000));
      assertThat(watched.get("/")).isEqualTo(new Probe.ProbeResponse(200, 2048));
      assertThat(plain.get("/nothing").status()).isEqualTo(404);
      assertThatThrownBy(() -> plain.get("/")).isInstanceOf(EOFException.class);
    }
  }

  @Test
  void soakInShort() throws Exception {
    assertThat(new Soak(50, Duration.ofSeconds(6)).measure()).isNotEmpty().allMatch(Finding::holds);
  }
}
