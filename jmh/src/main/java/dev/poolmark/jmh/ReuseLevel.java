package dev.poolmark.jmh;

import dev.poolmark.clients.Reuse;
import dev.poolmark.stub.config.HttpProtocol;
import dev.poolmark.stub.config.StubConfig;
import dev.poolmark.stub.config.TlsSettings;
import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/** How much of its set-up work a client reuses, from nothing at all to one connection for all calls. */
enum ReuseLevel {
  /** A new client for each request. */
  CLIENT_PER_REQUEST(Reuse.CLIENT_PER_REQUEST),
  /** A new connection for each request, with a full handshake. */
  CONNECTION_PER_REQUEST(Reuse.CONNECTION_PER_REQUEST),
  /** A new connection for each request, which resumes the TLS session. */
  TLS_RESUMPTION(Reuse.CONNECTION_PER_REQUEST),
  /** Connections are kept and used again. */
  POOLED(Reuse.POOLED),
  /** One HTTP/2 connection carries all requests to an endpoint, concurrent ones included. */
  H2(Reuse.POOLED);

  private final Reuse reuse;

  ReuseLevel(Reuse reuse) {
    this.reuse = reuse;
  }

  /** What the client is told to reuse. */
  Reuse reuse() {
    return reuse;
  }

  /** The same server, offering what this level needs. */
  StubConfig offeredBy(StubConfig server) {
    return switch (this) {
      case CLIENT_PER_REQUEST, CONNECTION_PER_REQUEST, POOLED -> server;
      case TLS_RESUMPTION ->
        server.withTls(new TlsSettings(server.tls().version(), server.tls().key(), true));
      case H2 -> server.withProtocol(HttpProtocol.HTTP_2);
    };
  }

  /** The name in parameters, such as {@code tls-resumption}. */
  String label() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /**
   * The level with that label.
   *
   * @throws IllegalArgumentException if there is none; its message lists the labels
   */
  static ReuseLevel ofLabel(String label) {
    return Arrays.stream(values())
        .filter(level -> level.label().equals(label))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("reuse must be one of "
            + Arrays.stream(values()).map(ReuseLevel::label).collect(Collectors.joining(", "))
            + ": "
            + label));
  }
}
