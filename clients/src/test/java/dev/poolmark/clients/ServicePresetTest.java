package dev.poolmark.clients;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class ServicePresetTest {
  @ParameterizedTest
  @CsvSource({
    "ENTITY_EXTRACTOR, 20, 5, 30",
    "LANG_EXTRACT, 20, 5, 5",
    "FRESHNESS_DATABASE, 10, 5, 30",
    "WORKFLOW_COORDINATOR, 20, 5, 30",
    "SHARED, 100, 20, 30"
  })
  void thePresetsAreThoseOfTheSourceDesign(
      ServicePreset preset, int maxConnections, int maxIdleConnections, long seconds) {
    assertThat(preset.config().build())
        .isEqualTo(ClientConfig.builder()
            .maxConnections(maxConnections)
            .maxIdleConnections(maxIdleConnections)
            .callTimeout(Duration.ofSeconds(seconds))
            .build());
  }

  @Test
  void theSharedPresetIsTheDefaultClientWithoutAnEnvironment() {
    assertThat(ServicePreset.SHARED.config().build())
        .isEqualTo(Environment.read(Map.of()).build());
  }
}
