package dev.poolmark.clients.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.poolmark.clients.ClientConfig;
import dev.poolmark.clients.PooledHttpClient;
import dev.poolmark.clients.Reuse;
import dev.poolmark.clients.ReuseOrder;
import dev.poolmark.clients.ServicePreset;
import dev.poolmark.clients.spi.Capability;
import dev.poolmark.stub.StubServer;
import java.time.Duration;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Which clients open with which settings. */
final class OpeningTest extends Contract {
  @Promise(Endpoint.TLS)
  void theDefaultsAndEveryPresetOpen(String name, Endpoint endpoint) throws Exception {
    StubServer server = server(endpoint);
    ClientConfig.Builder defaults = ClientConfig.builder().trust(server.trust());
    get(client(name, defaults), server.httpsUri(), 1);
    for (ServicePreset preset : ServicePreset.values()) {
      get(client(name, preset.config().trust(server.trust())), server.httpsUri(), 1);
    }
    assertThat(server.stats().requests()).isEqualTo(1 + ServicePreset.values().length);
  }

  @Promise
  void aSettingIsRefusedExactlyIfTheClientCannotKeepIt(String name, Endpoint endpoint) {
    Map<Capability, ClientConfig.Builder> settings = Map.of(
        Capability.MAX_LIFETIME, endpoint.config().maxLifetime(Duration.ofSeconds(1)),
        Capability.REUSE_ORDER, endpoint.config().reuseOrder(ReuseOrder.FIFO));
    settings.forEach((setting, config) -> {
      if (Cells.supports(name, setting)) {
        assertThat(
                closing(PooledHttpClient.open(name, config.build())).metrics().calls())
            .isZero();
      } else {
        assertThatIllegalArgumentException()
            .isThrownBy(() -> PooledHttpClient.open(name, config.build()))
            .withMessage(
                setting.label() + " must not be set: client " + name + " does not support it");
      }
    });
  }

  @ParameterizedTest
  @EnumSource
  void anUnknownClientIsRefused(Reuse reuse) {
    ClientConfig config = ClientConfig.builder().reuse(reuse).build();
    assertThatIllegalArgumentException()
        .isThrownBy(() -> PooledHttpClient.open("unknown", config))
        .withMessage("client must be one of " + Cells.clients().collect(Collectors.joining(", "))
            + ": unknown");
  }
}
