package dev.poolmark.jmh;

import dev.poolmark.clients.Reuse;
import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/** How far a client reuses what it has set up, and whether the server lets it: the rungs of one ladder. */
enum ReuseLevel {
  /** A new client for each request. */
  CLIENT_PER_REQUEST(Reuse.CLIENT_PER_REQUEST, ""),
  /** A new connection for each request, with a full handshake. */
  CONNECTION_PER_REQUEST(Reuse.CONNECTION_PER_REQUEST, ""),
  /** A new connection for each request; the TLS session is resumed. */
  TLS_RESUMPTION(Reuse.CONNECTION_PER_REQUEST, "resumption=on"),
  /** Connections are kept and used again. */
  POOLED(Reuse.POOLED, ""),
  /** One connection carries all requests to an endpoint, also those that are made at once. */
  H2(Reuse.POOLED, "protocol=h2");

  private final Reuse reuse;
  private final String setting;

  ReuseLevel(Reuse reuse, String setting) {
    this.reuse = reuse;
    this.setting = setting;
  }

  /** What the client is told. */
  Reuse reuse() {
    return reuse;
  }

  /** That profile, and what the server must grant. */
  String profile(String profile) {
    return setting.isEmpty() ? profile : profile + "+" + setting;
  }

  /** The name in parameters, such as {@code tls-resumption}. */
  String label() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /**
   * The constant of that label.
   *
   * @throws IllegalArgumentException that lists the labels, if there is none
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
