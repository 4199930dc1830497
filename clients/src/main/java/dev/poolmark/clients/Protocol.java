package dev.poolmark.clients;

/** A version of HTTP. */
public enum Protocol {
  /** RFC 9112: a connection carries one call at a time. */
  HTTP_1_1("http/1.1"),
  /**
   * RFC 9113: calls to one endpoint share connections, as streams. Offered by ALPN, so for {@code https} alone: a call to
   * an {@code http} endpoint is refused. A server that declines gets HTTP/1.1. Limits on connections count calls under
   * way, so there are never more connections than these. After a call has ended, calls use its connection, and no other
   * as long as the server allows that many streams on it.
   */
  HTTP_2("h2");

  private final String label;

  Protocol(String label) {
    this.label = label;
  }

  /** The name in variables and messages, which is that of ALPN. */
  public String label() {
    return label;
  }
}
