package dev.poolmark.clients.contract;

import static java.util.stream.Collectors.counting;
import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.toMap;
import static org.assertj.core.api.Assertions.assertThat;

import dev.poolmark.clients.ClientMetrics;
import dev.poolmark.clients.ClientMetrics.CallOutcome;
import dev.poolmark.clients.Failure;
import dev.poolmark.clients.Headers;
import dev.poolmark.clients.PooledHttpClient;
import dev.poolmark.clients.Request;
import dev.poolmark.clients.Reuse;
import dev.poolmark.clients.spi.Capability;
import dev.poolmark.stub.StubServer;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/** What a client counts of its calls. {@link ConnectionMetricsTest} has what it counts of its connections. */
final class MetricsTest extends Contract {
  @Promise
  void theClientCountsWhatTheServerCounts(String name, Endpoint endpoint) throws Exception {
    assertCounts(name, endpoint, Reuse.POOLED);
  }

  @Promise({Endpoint.PLAIN, Endpoint.TLS})
  void withoutReuseItCountsTheSame(String name, Endpoint endpoint) throws Exception {
    assertCounts(name, endpoint, Reuse.CONNECTION_PER_REQUEST);
  }

  private void assertCounts(String name, Endpoint endpoint, Reuse reuse) throws Exception {
    StubServer server = server(endpoint, Duration.ofMillis(2));
    URI uri = endpoint.uri(server);
    PooledHttpClient client = client(name, endpoint.config().reuse(reuse));
    getTogether(client, uri, 8, 5);
    assertThat(client.execute(Request.get(uri.resolve("unknown"))).status()).isEqualTo(404);
    assertFails(client, Request.get(endpoint.uri(refusingPort())), Failure.CONNECT_FAILED);
    ClientMetrics metrics = client.metrics();
    assertThat(metrics.calls()).isEqualTo(server.stats().requests() + 1).isEqualTo(42);
    assertThat(metrics.succeeded()).isEqualTo(41);
    assertThat(metrics.failures()).isEqualTo(Map.of(Failure.CONNECT_FAILED, 1L));
    assertThat(metrics.successRate()).isEqualTo(41 / 42.0);
    assertThat(metrics.callTime().count()).isEqualTo(42);
    assertThat(metrics.acquireWait().count()).isEqualTo(42);
    assertThat(metrics.averageMillis()).isGreaterThanOrEqualTo(2 * 41 / 42.0);
    assertThat(metrics.leased()).isZero();
    assertThat(metrics.pending()).isZero();
  }

  @Promise({Endpoint.PLAIN, Endpoint.TLS})
  void aServerErrorIsNoSuccess(String name, Endpoint endpoint) throws Exception {
    RawServer server = raw(
        endpoint, Script.answering("HTTP/1.1 500 Internal Server Error\nContent-Length: 0\n\n"));
    PooledHttpClient client = client(name, endpoint.config());
    assertThat(client.execute(Request.get(server.uri())).status()).isEqualTo(500);
    assertThat(client.metrics().calls()).isEqualTo(1);
    assertThat(client.metrics().failed()).isEqualTo(1);
    assertThat(client.metrics().failures()).isEmpty();
  }

  @Promise(Endpoint.PLAIN)
  void callsAreCountedByEndpointMethodAndOutcome(String name, Endpoint endpoint) throws Exception {
    List<String> methods = List.of(
        "GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "PURGE", "COPY");
    Map<Integer, String> outcomes =
        Map.of(200, "SUCCESS", 302, "REDIRECTION", 404, "CLIENT_ERROR", 503, "SERVER_ERROR");
    PooledHttpClient client = client(name, endpoint.config());
    int requests = 0;
    for (int status : outcomes.keySet()) {
      RawServer server = raw(
          endpoint, Script.answering("HTTP/1.1 %d Any\nContent-Length: 0\n\n".formatted(status)));
      for (String method : methods) {
        client.execute(new Request(method, server.uri(), Headers.none(), new byte[0]));
      }
      assertThat(callsByMethod(client, server, status, outcomes.get(status)))
          .isEqualTo(server.heads().stream()
              .map(head -> head.substring(0, head.indexOf(' ')))
              .map(sent -> List.of("PURGE", "COPY").contains(sent) ? ClientMetrics.OTHER : sent)
              .collect(groupingBy(method -> method, counting())));
      requests += server.heads().size();
    }
    assertThat(client.metrics().calls()).isEqualTo(requests).isEqualTo(40);
    Request refused = Request.get(endpoint.uri(refusingPort()));
    assertFails(client, refused, Failure.CONNECT_FAILED);
    CallOutcome failed = new CallOutcome(
        refused.endpoint(), "GET", OptionalInt.empty(), Optional.of(Failure.CONNECT_FAILED));
    assertThat(failed.outcome()).isEqualTo("CONNECT_FAILED");
    assertThat(client.metrics().outcomes().get(failed).calls()).isEqualTo(1);
    assertThat(client.metrics().calls()).isEqualTo(requests + 1);
  }

  private static Map<String, Long> callsByMethod(
      PooledHttpClient client, RawServer server, int status, String outcome) {
    return client.metrics().outcomes().entrySet().stream()
        .filter(entry -> server.uri().toString().startsWith(entry.getKey().endpoint()))
        .filter(entry -> entry.getKey().status().equals(OptionalInt.of(status)))
        .filter(entry -> entry.getKey().outcome().equals(outcome))
        .collect(
            toMap(entry -> entry.getKey().method(), entry -> entry.getValue().calls()));
  }

  @Promise
  void aClientHasConnectionMetricsIfItsCapabilitiesSaySo(String name, Endpoint endpoint) {
    assertThat(client(name, endpoint.config()).metrics().connections().isPresent())
        .isEqualTo(Cells.supports(name, Capability.CONNECTION_METRICS));
  }
}
