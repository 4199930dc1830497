package dev.poolmark.clients.spi;

import static java.util.stream.Collectors.toSet;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import dev.poolmark.clients.ClientMetrics;
import dev.poolmark.clients.ClientMetrics.CallOutcome;
import dev.poolmark.clients.ClientMetrics.CallTotal;
import dev.poolmark.clients.Clients;
import dev.poolmark.clients.Failure;
import dev.poolmark.clients.Headers;
import dev.poolmark.clients.Request;
import dev.poolmark.clients.Response;
import java.lang.management.ManagementFactory;
import java.net.URI;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import org.junit.jupiter.api.Test;

final class CallStatisticsTest {
  private static final Request GET = Request.get(URI.create("http://a/"));

  private final CallStatistics statistics = new CallStatistics();

  private static Response response(int status) {
    return new Response(status, Headers.none(), new byte[0]);
  }

  private ClientMetrics metrics() {
    return statistics.snapshot(false, new Bulkhead.Use(1, 0, 0, Map.of()), Optional.empty());
  }

  @Test
  void eachCallIsInOneTotal() throws Exception {
    Clients.together(4, () -> {
      for (int i = 0; i < 1000; i++) {
        statistics.received(GET, response(200), 1_000_000);
        statistics.failed(GET, Failure.TLS, 2_000_000);
      }
      return null;
    });
    assertThat(metrics().outcomes())
        .isEqualTo(Map.of(
            new CallOutcome("http://a", "GET", OptionalInt.of(200), Optional.empty()),
            new CallTotal(4000, Duration.ofSeconds(4)),
            new CallOutcome("http://a", "GET", OptionalInt.empty(), Optional.of(Failure.TLS)),
            new CallTotal(4000, Duration.ofSeconds(8))));
    assertThat(metrics().calls()).isEqualTo(8000);
    assertThat(metrics().succeeded()).isEqualTo(4000);
    assertThat(metrics().failures()).isEqualTo(Map.of(Failure.TLS, 4000L));
    assertThat(metrics().totalTime()).isEqualTo(Duration.ofSeconds(12));
    assertThat(metrics().averageMillis()).isEqualTo(1.5);
  }

  @Test
  void aStatusThatIsNoneIsCounted() {
    statistics.received(GET, response(99_999), 1);
    CallOutcome outcome = metrics().outcomes().keySet().iterator().next();
    assertThat(outcome.status()).hasValue(999);
    assertThat(outcome.outcome()).isEqualTo("UNKNOWN");
  }

  @Test
  void callsToFurtherEndpointsAreCountedTogether() {
    int endpoints = CallStatistics.MAX_ENDPOINTS + 50;
    for (int i = 0; i < endpoints; i++) {
      statistics.received(Request.get(URI.create("http://a" + i + "/")), response(200), 1);
    }
    Set<String> counted =
        metrics().outcomes().keySet().stream().map(CallOutcome::endpoint).collect(toSet());
    assertThat(counted).hasSize(CallStatistics.MAX_ENDPOINTS + 1).contains("http://a0");
    assertThat(metrics()
            .outcomes()
            .get(new CallOutcome(ClientMetrics.OTHER, "GET", OptionalInt.of(200), Optional.empty()))
            .calls())
        .isEqualTo(50);
    assertThat(metrics().calls()).isEqualTo(endpoints);
  }

  @Test
  void countingACallAllocatesNothing() {
    ThreadMXBean thread = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    Response response = response(200);
    long before = 0;
    for (int i = 0; i < 20_000; i++) {
      if (i == 10_000) {
        before = thread.getCurrentThreadAllocatedBytes();
      }
      statistics.received(GET, response, i);
      statistics.failed(GET, Failure.TLS, i);
    }
    assertThat(thread.getCurrentThreadAllocatedBytes() - before).isLessThan(10_000);
  }
}
