package dev.poolmark.stub.config;

import java.util.Objects;

/**
 * How the server does TLS, and so what a handshake costs. Immutable.
 *
 * @param version the only version that the server speaks
 * @param key the certificate's key
 * @param resumption whether a client may resume an earlier session; if not, every handshake is a full one
 */
public record TlsSettings(TlsVersion version, KeyType key, boolean resumption) {
  /** TLS 1.2 with RSA-2048 and no resumption: each connection costs two round trips. */
  public static final TlsSettings FULL_1_2 =
      new TlsSettings(TlsVersion.TLS_1_2, KeyType.RSA_2048, false);

  /** Checks that the version and the key are given. */
  public TlsSettings {
    Objects.requireNonNull(version, "version");
    Objects.requireNonNull(key, "key");
  }
}
