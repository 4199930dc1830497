package dev.poolmark.clients;

/** A version of HTTP. */
public enum Protocol {
  /** RFC 9112. */
  HTTP_1_1,
  /** RFC 9113. */
  HTTP_2
}
