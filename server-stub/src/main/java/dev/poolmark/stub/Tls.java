package dev.poolmark.stub;

/**
 * What a TLS handshake with the server costs.
 *
 * @param version the one version that the server speaks
 * @param key the kind of the certificate's key
 * @param resumption whether a client may resume an earlier session; if not, every handshake is a full one
 */
public record Tls(Version version, Key key, boolean resumption) {
  /** TLS 1.2 with RSA-2048 and no resumption: two round trips for each connection. */
  public static final Tls FULL_1_2 = new Tls(Version.TLS_1_2, Key.RSA_2048, false);

  /** A version of the protocol. */
  public enum Version {
    /** RFC 5246: a full handshake takes two round trips. */
    TLS_1_2("1.2"),
    /** RFC 8446: a full handshake takes one round trip. */
    TLS_1_3("1.3");

    final String text;
    final String protocol;

    Version(String text) {
      this.text = text;
      this.protocol = "TLSv" + text;
    }
  }

  /** A kind of key. */
  public enum Key {
    RSA_2048("rsa2048", "RSA", "2048", "SHA256withRSA"),
    RSA_3072("rsa3072", "RSA", "3072", "SHA256withRSA"),
    P_256("p256", "EC", "secp256r1", "SHA256withECDSA");

    final String text;
    final String algorithm;
    final String size;
    final String signature;

    Key(String text, String algorithm, String size, String signature) {
      this.text = text;
      this.algorithm = algorithm;
      this.size = size;
      this.signature = signature;
    }
  }
}
