package dev.poolmark.clients.contract;

import dev.poolmark.clients.ClientConfig;
import dev.poolmark.clients.Protocol;
import dev.poolmark.clients.Reuse;
import dev.poolmark.stub.StubServer;
import dev.poolmark.stub.config.HttpProtocol;
import dev.poolmark.stub.config.StubConfig;
import java.net.URI;
import java.time.Duration;
import java.util.List;

/** The kinds of endpoint that promises are tried on: the server's settings, the client's, and the URI. */
enum Endpoint {
  PLAIN("http/1.1", "http", Protocol.HTTP_1_1),
  TLS("http/1.1 + TLS", "https", Protocol.HTTP_1_1),
  H2("h2", "https", Protocol.HTTP_2);

  private final String label;
  private final String scheme;
  private final Protocol protocol;

  Endpoint(String label, String scheme, Protocol protocol) {
    this.label = label;
    this.scheme = scheme;
    this.protocol = protocol;
  }

  /** A server of this kind with the stub's defaults. */
  StubConfig stub() {
    return StubConfig.defaults()
        .withProtocol(this == H2 ? HttpProtocol.HTTP_2 : HttpProtocol.HTTP_1_1);
  }

  /** A client for this kind of endpoint. No test reaches a limit or a timeout unless it sets a lower one. */
  ClientConfig.Builder config() {
    return ClientConfig.builder()
        .protocol(protocol)
        .maxConnections(4)
        .idleTimeout(Duration.ofSeconds(20))
        .trust(StubCertificate.trust());
  }

  URI uri(StubServer server) {
    return this == PLAIN ? server.httpUri() : server.httpsUri();
  }

  URI uri(int port) {
    return URI.create(scheme + "://127.0.0.1:" + port + "/");
  }

  boolean isSecure() {
    return this != PLAIN;
  }

  /** How many connections that many calls at once need. */
  int connectionsFor(int calls) {
    return this == H2 ? 1 : calls;
  }

  /** The kinds of reuse that this protocol allows. */
  List<Reuse> reuses() {
    return this == H2 ? List.of(Reuse.POOLED, Reuse.CLIENT_PER_REQUEST) : List.of(Reuse.values());
  }

  /** As in a test's display name. */
  @Override
  public String toString() {
    return label;
  }
}
