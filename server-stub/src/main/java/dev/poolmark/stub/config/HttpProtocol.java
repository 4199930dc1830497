package dev.poolmark.stub.config;

/** What the server offers to speak, by ALPN's names. */
public enum HttpProtocol {
  /** HTTP/1.1 on both ports, without ALPN. */
  HTTP_1_1("http/1.1"),
  /** HTTP/2 as well as HTTP/1.1: by ALPN on the TLS port, by prior knowledge or upgrade on the plain port. */
  HTTP_2("h2");

  private final String label;

  HttpProtocol(String label) {
    this.label = label;
  }

  /** ALPN's name: {@code http/1.1} or {@code h2}. */
  public String label() {
    return label;
  }
}
