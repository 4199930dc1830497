package dev.poolmark.clients;

import dev.poolmark.stub.StubServer;
import java.net.URI;

/** The door through which a test calls. */
enum Door {
  PLAIN("http"),
  TLS("https");

  private final String scheme;

  Door(String scheme) {
    this.scheme = scheme;
  }

  URI of(StubServer server) {
    return this == PLAIN ? server.httpUri() : server.httpsUri();
  }

  URI ofPort(int port) {
    return URI.create(scheme + "://127.0.0.1:" + port + "/");
  }
}
