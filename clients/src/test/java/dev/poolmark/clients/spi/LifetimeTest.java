package dev.poolmark.clients.spi;

import static org.assertj.core.api.Assertions.assertThat;

import dev.poolmark.clients.ClientConfig;
import java.time.Duration;
import java.util.LongSummaryStatistics;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

final class LifetimeTest {
  private static final int CONNECTIONS = 1_000;

  @Test
  void connectionsOfOneMomentDoNotEndInOne() {
    Duration max = Duration.ofMinutes(10);
    ClientConfig config = ClientConfig.builder().maxLifetime(max).build();
    LongSummaryStatistics nanos = Stream.generate(Object::new)
        .limit(CONNECTIONS)
        .mapToLong(connection -> Lifetime.nanos(config, connection))
        .summaryStatistics();
    assertThat(nanos.getMax()).isLessThanOrEqualTo(max.toNanos());
    assertThat(nanos.getMin()).isGreaterThanOrEqualTo((long) (0.9 * max.toNanos()));
    assertThat(nanos.getMax() - nanos.getMin()).isGreaterThan((long) (0.09 * max.toNanos()));
  }

  @Test
  void aConnectionHasOneLifetime() {
    ClientConfig config =
        ClientConfig.builder().maxLifetime(Duration.ofSeconds(1)).build();
    Object connection = new Object();
    assertThat(Lifetime.nanos(config, connection)).isEqualTo(Lifetime.nanos(config, connection));
  }

  @Test
  void withoutAMaximumThereIsNone() {
    assertThat(Lifetime.nanos(ClientConfig.builder().build(), new Object()))
        .isEqualTo(Long.MAX_VALUE);
  }
}
