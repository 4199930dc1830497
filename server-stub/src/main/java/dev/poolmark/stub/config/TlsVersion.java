package dev.poolmark.stub.config;

/** A version of TLS. */
public enum TlsVersion {
  /** RFC 5246: a full handshake takes two round trips. */
  TLS_1_2("1.2"),
  /** RFC 8446: a full handshake takes one round trip. */
  TLS_1_3("1.3");

  private final String label;

  TlsVersion(String label) {
    this.label = label;
  }

  /** The version's number, such as {@code 1.3}. */
  public String label() {
    return label;
  }

  /** The JDK's name for it, such as {@code TLSv1.3}. */
  public String jdkName() {
    return "TLSv" + label;
  }
}
