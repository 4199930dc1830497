package dev.poolmark.stub.config;

/** The type and size of a certificate's key. */
public enum KeyType {
  RSA_2048("rsa2048", "RSA", "2048", "SHA256withRSA"),
  RSA_3072("rsa3072", "RSA", "3072", "SHA256withRSA"),
  P_256("p256", "EC", "secp256r1", "SHA256withECDSA");

  private final String label;
  private final String algorithm;
  private final String size;
  private final String signatureAlgorithm;

  KeyType(String label, String algorithm, String size, String signatureAlgorithm) {
    this.label = label;
    this.algorithm = algorithm;
    this.size = size;
    this.signatureAlgorithm = signatureAlgorithm;
  }

  /** The name in options, such as {@code rsa2048}. */
  public String label() {
    return label;
  }

  /** The JDK's name for the key's algorithm: {@code RSA} or {@code EC}. */
  public String algorithm() {
    return algorithm;
  }

  /** The number of bits, or the name of the curve. */
  public String size() {
    return size;
  }

  /** The JDK's name for the algorithm that signs with such a key. */
  public String signatureAlgorithm() {
    return signatureAlgorithm;
  }
}
