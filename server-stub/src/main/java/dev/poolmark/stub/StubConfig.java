package dev.poolmark.stub;

import java.time.Duration;
import java.util.Objects;
import java.util.Optional;

/**
 * What the server is like. Immutable; every value is checked when the record is made, and an error names the field,
 * the rule and the value.
 *
 * @param link the emulated network; empty for none, and then there is no extra hop at all
 * @param tls cost of a handshake at the TLS door
 * @param serviceTime from a request's last byte to the start of its response
 * @param bodyBytes length of a response's body
 */
public record StubConfig(Optional<Link> link, Tls tls, Duration serviceTime, int bodyBytes) {
  static final int MAX_BODY_BYTES = 64 << 20;

  /**
   * Checks the values.
   *
   * @throws IllegalArgumentException that names the field, the rule and the value
   */
  public StubConfig {
    Objects.requireNonNull(link, "link");
    Objects.requireNonNull(tls, "tls");
    checkDelay("serviceTime", serviceTime);
    if (bodyBytes < 0 || bodyBytes > MAX_BODY_BYTES) {
      throw new IllegalArgumentException(
          "bodyBytes must be from 0 to " + MAX_BODY_BYTES + ": " + bodyBytes);
    }
  }

  static void checkDelay(String field, Duration value) {
    if (value.isNegative() || value.compareTo(Duration.ofMinutes(1)) > 0) {
      throw new IllegalArgumentException(field + " must be from 0 to 1 min: " + value);
    }
  }

  /** No link, no service time, {@link Tls#FULL_1_2}, bodies of 2,048 bytes. */
  public static StubConfig defaults() {
    return new StubConfig(Optional.empty(), Tls.FULL_1_2, Duration.ZERO, 2048);
  }

  /** The same with this link. */
  public StubConfig withLink(Link value) {
    return new StubConfig(Optional.of(value), tls, serviceTime, bodyBytes);
  }

  /** The same with this cost of a handshake. */
  public StubConfig withTls(Tls value) {
    return new StubConfig(link, value, serviceTime, bodyBytes);
  }

  /** The same with this service time. */
  public StubConfig withServiceTime(Duration value) {
    return new StubConfig(link, tls, value, bodyBytes);
  }

  /** The same with bodies of this length. */
  public StubConfig withBodyBytes(int value) {
    return new StubConfig(link, tls, serviceTime, value);
  }

  /**
   * The same path without its delays: no service time, and a link, if there is one, whose round trip is zero. A client
   * that is driven through it runs all the code of the delayed path, only sooner.
   */
  public StubConfig undelayed() {
    return new StubConfig(link.map(l -> new Link(Duration.ZERO)), tls, Duration.ZERO, bodyBytes);
  }
}
