package dev.poolmark.clients.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import dev.poolmark.clients.ClientConfig;
import dev.poolmark.clients.PooledHttpClient;
import dev.poolmark.clients.Protocol;
import dev.poolmark.clients.Request;
import dev.poolmark.clients.spi.Capability;
import dev.poolmark.stub.StubServer;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledForJreRange;
import org.junit.jupiter.api.condition.JRE;

/** Who speaks HTTP/2, and with whom. */
final class Http2NegotiationTest extends Contract {
  @Test
  @EnabledForJreRange(min = JRE.JAVA_21, disabledReason = "the JDK's client needs JDK 21 for it")
  void everyClientWhoseCapabilitiesSaySoSpeaksIt() {
    assertThat(Cells.clients().filter(Cells::speaksHttp2).toList())
        .containsExactlyElementsOf(Cells.clients()
            .filter(name -> Cells.supports(name, Capability.HTTP_2))
            .toList());
  }

  @Promise(Endpoint.PLAIN)
  void aClientThatCannotSpeakItRefusesIt(String name) {
    assumeFalse(Cells.supports(name, Capability.HTTP_2), () -> "client " + name + " speaks HTTP/2");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> client(name, ClientConfig.builder().protocol(Protocol.HTTP_2)))
        .withMessage("HTTP/2 must not be set: client " + name + " does not support it");
  }

  @Promise(Endpoint.H2)
  void aPlainEndpointIsRefused(String name, Endpoint endpoint) throws Exception {
    StubServer server = server(endpoint);
    PooledHttpClient client = client(name, endpoint.config());
    Request request = Request.get(server.httpUri());
    String message = "uri must be https when protocol is h2: " + request.endpoint();
    assertThatIllegalArgumentException()
        .isThrownBy(() -> client.execute(request))
        .withMessage(message);
    assertThatThrownBy(client.executeAsync(request)::get)
        .cause()
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(message);
    assertThat(server.stats().connections()).isZero();
    assertThat(client.metrics().leased()).isZero();
  }

  @Promise(Endpoint.H2)
  void aServerThatDeclinesItGetsHttp11(String name, Endpoint endpoint) throws Exception {
    StubServer server = server(Endpoint.TLS, Duration.ofMillis(50));
    PooledHttpClient client = client(name, endpoint.config());
    getTogether(client, endpoint.uri(server), 8, 10);
    assertThat(server.stats().requests()).isEqualTo(80);
    assertThat(server.stats().connections()).isEqualTo(4);
    assertThat(server.stats().peakRequestsInFlight()).isEqualTo(4);
  }
}
