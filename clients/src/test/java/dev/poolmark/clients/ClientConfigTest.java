package dev.poolmark.clients;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Duration;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

final class ClientConfigTest {
  @Test
  void theDefaultsAreThoseOfTheSourceDesign() {
    ClientConfig config = ClientConfig.builder().build();
    assertThat(config.maxConnections()).isEqualTo(100);
    assertThat(config.maxIdleConnections()).isEqualTo(20);
    assertThat(config.callTimeout()).isEqualTo(Duration.ofSeconds(30));
    assertThat(config.connectTimeout()).isEqualTo(Duration.ofSeconds(10));
    assertThat(config.readTimeout()).isEqualTo(Duration.ofSeconds(30));
    assertThat(config.writeTimeout()).isEqualTo(Duration.ofSeconds(5));
  }

  @Test
  void aBuilderOfAConfigHoldsItsValues() {
    ClientConfig config = ServicePreset.LANG_EXTRACT
        .config()
        .reuse(Reuse.CONNECTION_PER_REQUEST)
        .idleTimeout(Duration.ofMillis(1))
        .acquireTimeout(Duration.ofMillis(2))
        .connectTimeout(Duration.ofMillis(3))
        .readTimeout(Duration.ofMillis(4))
        .writeTimeout(Duration.ofMillis(5))
        .build();
    assertThat(config.toBuilder().build()).isEqualTo(config);
  }

  @Test
  void noIdleConnectionsAreFineWhereNoneAreKept() {
    ClientConfig config = ClientConfig.builder()
        .reuse(Reuse.CONNECTION_PER_REQUEST)
        .maxIdleConnections(0)
        .build();
    assertThat(config.maxIdleConnections()).isZero();
  }

  static Stream<Arguments> invalid() {
    return Stream.concat(
        Stream.of(
            arguments("maxConnections must be >= 1: 0", b -> b.maxConnections(0)),
            arguments("maxIdleConnections must be >= 0: -1", b -> b.maxIdleConnections(-1)),
            arguments(
                "maxIdleConnections must be <= maxConnections (10): 20", b -> b.maxConnections(10)),
            arguments(
                "maxIdleConnections must be >= 1 unless reuse is connection-per-request: 0",
                b -> b.maxIdleConnections(0))),
        Stream.of(Duration.ZERO, Duration.ofMillis(-1), Duration.ofDays(25))
            .flatMap(ClientConfigTest::invalidTimeouts));
  }

  private static Stream<Arguments> invalidTimeouts(Duration value) {
    String rule = " must be from 1 ms to 24 days: " + value;
    return Stream.of(
        arguments("idleTimeout" + rule, b -> b.idleTimeout(value)),
        arguments("acquireTimeout" + rule, b -> b.acquireTimeout(value)),
        arguments("callTimeout" + rule, b -> b.callTimeout(value)),
        arguments("connectTimeout" + rule, b -> b.connectTimeout(value)),
        arguments("readTimeout" + rule, b -> b.readTimeout(value)),
        arguments("writeTimeout" + rule, b -> b.writeTimeout(value)));
  }

  private static Arguments arguments(String message, UnaryOperator<ClientConfig.Builder> change) {
    return Arguments.of(message, change);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("invalid")
  void anErrorNamesFieldRuleAndValue(String message, UnaryOperator<ClientConfig.Builder> change) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> change.apply(ClientConfig.builder()).build())
        .withMessage(message);
  }
}
